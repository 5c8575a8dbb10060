import { bowls } from './bowls.ts'
import { mugs } from './mugs.ts'
import { pots } from './pots.ts'
import type { CategorySlug, Product } from './types.ts'
import { vases } from './vases.ts'

export const products: readonly Product[] = [...mugs, ...bowls, ...pots, ...vases]

export const featured: readonly Product[] = pick('morning-mug', 'ramen-bowl', 'round-teapot', 'moon-jar')

export function inCategory(category: CategorySlug): readonly Product[] {
  return products.filter((product) => product.category === category)
}

/** The others of its kind first, then what stands next to it on the shelf. */
export function relatedTo(product: Product): readonly Product[] {
  const others = products.filter((other) => other !== product)
  const same = others.filter((other) => other.category === product.category)
  return [...same, ...others.filter((other) => other.glaze === product.glaze)].slice(0, 4)
}

function pick(...slugs: string[]): Product[] {
  return slugs.map((slug) => {
    const product = products.find((candidate) => candidate.slug === slug)
    if (!product) throw new Error(`no product is called ${slug}`)
    return product
  })
}
