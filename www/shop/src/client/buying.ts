import { cart, emptyCart, remove, setQuantity, startOrder, sums, type Cart, type Line } from './cart.ts'
import { home, one, say, show, typed } from './dom.ts'
import { showLines } from './lines.ts'
import { identify, track } from './nora.ts'
import { person } from './session.ts'
import { read, write } from './store.ts'

export interface Order extends Cart {
  order_id: string
  placed_at: string
  email: string
  /** so that reloading the page of thanks does not sell everything again */
  told?: boolean
}

export function cartPage(): void {
  const { cart_id, products } = cart()
  track('Cart Viewed', { cart_id, products: positioned(products) })
  const draw = (current: Cart): void => showLines(current.products, {
    changed(line, quantity) {
      const by = quantity - line.quantity
      track(by > 0 ? 'Product Added' : 'Product Removed', { cart_id, ...line, quantity: Math.abs(by) })
      draw(setQuantity(line.product_id, quantity))
    },
    removed(line) {
      track('Product Removed', { cart_id, ...line })
      draw(remove(line.product_id))
    },
  })
  draw(cart())
}

export function checkoutPage(): void {
  const current = cart()
  showLines(current.products)
  if (current.products.length === 0) return
  const order_id = startOrder().order_id ?? current.cart_id
  track('Checkout Started', orderProperties(order_id, current.products))

  const form = one<HTMLFormElement>('[data-order]')
  fillIn(form)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const { email = '', firstName, lastName, ...address } = typed(form)
    identify(person()?.userId ?? null, { email, firstName, lastName, address })
    const order: Order = { ...current, order_id, email, placed_at: new Date().toISOString() }
    write('orders', [order, ...read<Order[]>('orders', [])])
    emptyCart()
    location.assign(`${home}thanks/`)
  })
}

export function thanksPage(): void {
  const orders = read<Order[]>('orders', [])
  const order = orders[0]
  show('[data-filled]', order !== undefined)
  show('[data-empty]', order === undefined)
  if (!order) return
  say('[data-order-id]', order.order_id)
  showLines(order.products)
  if (order.told) return
  track('Order Completed', orderProperties(order.order_id, order.products))
  write('orders', [{ ...order, told: true }, ...orders.slice(1)])
}

function orderProperties(order_id: string, products: readonly Line[]): Record<string, unknown> {
  const { subtotal, shipping, total } = sums(products)
  const value = { value: total, revenue: subtotal, subtotal, total, shipping, tax: 0, discount: 0 }
  return { order_id, checkout_id: order_id, affiliation: 'Aardig web shop', currency: 'EUR', ...value, products: positioned(products) }
}

function positioned(products: readonly Line[]): (Line & { position: number })[] {
  return products.map((line, index) => ({ ...line, position: index + 1 }))
}

/** Whoever is logged in has told us this before. */
function fillIn(form: HTMLFormElement): void {
  for (const [name, value] of Object.entries(person() ?? {})) {
    const input = form.elements.namedItem(name)
    if (input instanceof HTMLInputElement) input.value = String(value)
  }
}
