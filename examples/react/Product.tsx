'use client'

import { useNora } from './nora'

export function Product({ id, name, price }: { id: string; name: string; price: number }) {
  const nora = useNora()
  return (
    <article>
      <h2>{name}</h2>
      <button type="button" onClick={() => void nora.track('Product Added', { product_id: id, name, price, currency: 'EUR' })}>
        Add to cart
      </button>
    </article>
  )
}
