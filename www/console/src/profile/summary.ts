import type { TimelineEvent } from '../api/types'
import { humane, money, pathOf, text } from '../ui/format'

/** What an event is called in the list. */
export function titleOf({ type, event, name, category, properties }: TimelineEvent): string {
  if (event) return event
  if (type === 'page' || type === 'screen') {
    const title = [name ?? properties?.title, category].find((part) => typeof part === 'string' && part !== '')
    return title === undefined ? humane(`${type} viewed`) : String(title)
  }
  return humane(type)
}

/** The one thing about it that one would ask next. */
export function detailOf({ type, traits, context, ...event }: TimelineEvent): string {
  const properties = event.properties ?? {}
  if (type === 'page' || type === 'screen') return pathOf(String(properties.url ?? properties.path ?? pageOf(context) ?? ''))
  if (type === 'identify') return pairs(traits ?? {})
  const { order_id, name, product_id, query, products, category } = properties
  const value = properties.revenue ?? properties.total ?? properties.value ?? properties.price
  const many = Array.isArray(products) ? `${products.length} ${products.length === 1 ? 'product' : 'products'}` : undefined
  const parts = [order_id ?? name ?? product_id ?? query ?? category, many, typeof value === 'number' ? money(value, currencyOf(properties)) : undefined]
  const known = parts.filter((part) => part !== undefined && part !== null)
  return known.length > 0 ? known.map(text).join(' · ') : pairs(properties)
}

function pairs(values: Record<string, unknown>): string {
  return Object.entries(values)
    .slice(0, 4)
    .map(([name, value]) => `${humane(name)}: ${text(value)}`)
    .join(' · ')
}

function pageOf(context: TimelineEvent['context']): unknown {
  const page = context?.page
  return typeof page === 'object' && page !== null && 'url' in page ? page.url : undefined
}

/** Only a code that can be one: the sender may have written anything. */
function currencyOf({ currency }: Record<string, unknown>): string {
  return typeof currency === 'string' && /^[A-Z]{3}$/i.test(currency) ? currency : 'EUR'
}
