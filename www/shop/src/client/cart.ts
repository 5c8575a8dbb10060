import { shippingFor } from '../money.ts'
import { all } from './dom.ts'
import type { TrackedProduct } from './products.ts'
import { forget, read, write } from './store.ts'

export interface Line extends TrackedProduct {
  quantity: number
}

export interface Cart {
  cart_id: string
  /** made when the checkout starts, so that its events and the order share it */
  order_id?: string
  products: Line[]
}

export const most = 6

export function cart(): Cart {
  return read<Cart | null>('cart', null) ?? { cart_id: `cart_${randomName()}`, products: [] }
}

export function add(product: TrackedProduct, quantity: number): Cart {
  return change((current) => {
    const line = current.products.find(({ product_id }) => product_id === product.product_id)
    if (line) line.quantity = Math.min(line.quantity + quantity, most)
    else current.products.push({ ...product, quantity })
  })
}

export function setQuantity(productId: string, quantity: number): Cart {
  return change((current) => {
    for (const line of current.products) if (line.product_id === productId) line.quantity = quantity
  })
}

export function remove(productId: string): Cart {
  return change((current) => {
    current.products = current.products.filter(({ product_id }) => product_id !== productId)
  })
}

/** Gives the order its number, once a cart. */
export function startOrder(): Cart {
  return change((current) => {
    current.order_id ??= `AD-${Date.now().toString(36).toUpperCase()}-${randomName().slice(0, 3).toUpperCase()}`
  })
}

export function emptyCart(): void {
  forget('cart')
  showCount()
}

export interface Sums {
  subtotal: number
  shipping: number
  total: number
}

export function sums(products: readonly Line[]): Sums {
  const subtotal = products.reduce((sum, line) => sum + line.price * line.quantity, 0)
  const shipping = shippingFor(subtotal)
  return { subtotal, shipping, total: Math.round((subtotal + shipping) * 100) / 100 }
}

export function showCount(): void {
  const count = cart().products.reduce((sum, line) => sum + line.quantity, 0)
  for (const badge of all('[data-cart-count]')) {
    badge.textContent = String(count)
    badge.hidden = count === 0
  }
}

function change(edit: (current: Cart) => void): Cart {
  const current = cart()
  edit(current)
  write('cart', current)
  showCount()
  return current
}

function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => (byte % 36).toString(36)).join('')
}
