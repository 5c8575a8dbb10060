import { add } from './cart.ts'
import { all, one, say, show, typed } from './dom.ts'
import { track } from './nora.ts'
import { productOf } from './products.ts'

/** Every shelf tells what is on it, and which piece was taken down. */
export function watchShelves(): void {
  for (const list of all('[data-list]')) {
    const cards = all('[data-card]', list).filter((card) => !card.hidden)
    const place = { list_id: list.dataset.list, category: list.dataset.listCategory }
    const products = cards.map((card, index) => ({ ...productOf(card), position: index + 1 }))
    if (products.length > 0) track('Product List Viewed', { ...place, products })
    cards.forEach((card, index) => {
      one('a', card).addEventListener('click', () => track('Product Clicked', { ...products[index], list_id: place.list_id, quantity: 1 }))
    })
  }
}

export function productPage(): void {
  const article = one('[data-product-page]')
  const product = productOf(article)
  track('Product Viewed', { ...product, quantity: 1, value: product.price })

  const form = one<HTMLFormElement>('[data-buy]')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const quantity = Number(typed(form).quantity ?? 1)
    const { cart_id } = add(product, quantity)
    track('Product Added', { cart_id, ...product, quantity, value: product.price * quantity })
    toast(`${article.dataset.name} ${form.dataset.added}`)
  })
}

export function searchPage(): void {
  const query = new URLSearchParams(location.search).get('q')?.trim() ?? ''
  one<HTMLInputElement>('input[name=q]').value = query
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const cards = all('[data-card]')
  for (const card of cards) {
    const text = `${card.textContent} ${card.dataset.product}`.toLowerCase()
    card.hidden = !words.every((word) => text.includes(word))
  }
  const title = one('[data-search-title]')
  title.textContent = query === '' ? '' : `${title.dataset.searchTitle} “${query}”`
  show('[data-search-none]', cards.every((card) => card.hidden))
  if (query !== '') track('Products Searched', { query })
}

let hiding: number | undefined
function toast(text: string): void {
  const element = one('[data-toast]')
  say('[data-toast]', text)
  element.classList.add('shown')
  window.clearTimeout(hiding)
  hiding = window.setTimeout(() => element.classList.remove('shown'), 2_600)
}
