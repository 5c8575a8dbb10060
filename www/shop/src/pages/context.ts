import type { Lang } from '../catalogue/types.ts'
import type { Words } from '../words/index.ts'

/** Where the built files are. */
export interface Assets {
  script: string
  style: string
  art: (name: string) => string
}

/** What every page is rendered with. */
export interface Context {
  lang: Lang
  words: Words
  assets: Assets
  /** `link('cart/')` is the cart in the page's own language. */
  link: (path: string) => string
}
