import { euros } from '../money.ts'
import type { Order } from './buying.ts'
import { sums } from './cart.ts'
import { all, lang, one, say, show, typed } from './dom.ts'
import { enter, fullName, leave, person, remember, type Person } from './session.ts'
import { read } from './store.ts'

export function loginPage(): void {
  for (const form of all<HTMLFormElement>('[data-enter]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      enter(form)
    })
  }
}

export function accountPage(): void {
  const section = one('[data-account]')
  const who = person()
  if (!who) return location.replace(section.dataset.loginPage ?? '')
  showWho(who)
  showOrders(who, JSON.parse(section.dataset.names ?? '{}') as Record<string, string>)
  one('[data-logout]').addEventListener('click', leave)

  const form = one<HTMLFormElement>('[data-details]')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const changed = { ...who, ...typed(form) }
    remember(changed)
    showWho(changed)
    show('[data-saved]')
  })
}

function showWho(who: Person): void {
  const name = fullName(who)
  if (who.firstName) say('[data-full-name]', name)
  say('[data-initials]', name.split(/\s+/).map((word) => word.slice(0, 1).toUpperCase()).slice(0, 2).join(''))
  say('[data-email]', who.email)
  say('[data-user-id]', who.userId)
  one<HTMLInputElement>('input[name=firstName]').value = who.firstName ?? ''
  one<HTMLInputElement>('input[name=lastName]').value = who.lastName ?? ''
}

function showOrders(who: Person, names: Record<string, string>): void {
  const orders = read<Order[]>('orders', []).filter(({ email }) => email.toLowerCase() === who.email.toLowerCase())
  const day = new Intl.DateTimeFormat(lang, { dateStyle: 'long' })
  one('[data-orders]').replaceChildren(
    ...orders.map((order) => {
      const row = document.createElement('li')
      const pieces = order.products.map((line) => `${line.quantity} × ${names[line.product_id] ?? line.name}`)
      const texts = [order.order_id, day.format(new Date(order.placed_at)), pieces.join(', '), euros(sums(order.products).total, lang)]
      row.append(...texts.map((text) => Object.assign(document.createElement('span'), { textContent: text })))
      return row
    }),
  )
  show('[data-no-orders]', orders.length === 0)
}
