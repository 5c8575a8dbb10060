export type Lang = 'en' | 'nl'
export const langs: readonly Lang[] = ['en', 'nl']

export type InBoth = Record<Lang, string>

export type CategorySlug = 'mugs' | 'bowls' | 'pots' | 'vases'
export type GlazeName = 'oat' | 'brick' | 'sage' | 'ink' | 'ochre' | 'blush' | 'fog' | 'sea'

export interface Category {
  slug: CategorySlug
  name: InBoth
  line: InBoth
}

export interface Product {
  id: string
  sku: string
  slug: string
  category: CategorySlug
  name: InBoth
  glaze: GlazeName
  /** in euros; the maker is too small to charge VAT */
  price: number
  size: InBoth
  line: InBoth
  story: InBoth
}
