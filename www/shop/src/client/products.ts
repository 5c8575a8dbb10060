/** As the analytics specification names it; the pages carry it in `data-product`. */
export interface TrackedProduct {
  product_id: string
  sku: string
  category: string
  name: string
  brand: string
  variant: string
  price: number
  currency: string
  url: string
  image_url: string
}

export function productOf(element: HTMLElement): TrackedProduct {
  const product = JSON.parse(element.dataset.product ?? '') as TrackedProduct
  const absolute = (path: string) => new URL(path, location.href).href
  return { ...product, url: absolute(product.url), image_url: absolute(product.image_url) }
}
