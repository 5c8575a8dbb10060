import { euros } from '../money.ts'
import { most, sums, type Line } from './cart.ts'
import { all, lang, one, say, show } from './dom.ts'

interface Edits {
  changed(line: Line, quantity: number): void
  removed(line: Line): void
}

/** Shows the lines and their sums, by the templates of the page; with selects and buttons where there are `edits`. */
export function showLines(lines: readonly Line[], edits?: Edits): void {
  show('[data-filled]', lines.length > 0)
  show('[data-empty]', lines.length === 0)
  one('[data-lines]').replaceChildren(...lines.map((line) => lineElement(line, edits)))
  const { subtotal, shipping, total } = sums(lines)
  say('[data-subtotal]', euros(subtotal, lang))
  say('[data-shipping]', shipping === 0 ? (one('[data-shipping]').dataset.free ?? '') : euros(shipping, lang))
  say('[data-total]', euros(total, lang))
}

function lineElement(line: Line, edits?: Edits): HTMLElement {
  const template = one<HTMLTemplateElement>(`template[data-line="${CSS.escape(line.product_id)}"]`)
  const element = template.content.firstElementChild!.cloneNode(true) as HTMLElement
  say('[data-price]', euros(line.price * line.quantity, lang), element)
  say('[data-count]', String(line.quantity), element)
  for (const useless of all(edits ? '[data-fixed]' : '[data-editable]', element)) useless.remove()
  if (edits) {
    const select = one<HTMLSelectElement>('[data-quantity]', element)
    select.value = String(Math.min(line.quantity, most))
    select.addEventListener('change', () => edits.changed(line, Number(select.value)))
    one('[data-remove]', element).addEventListener('click', () => edits.removed(line))
  }
  return element
}
