import type { Lang } from './catalogue/types.ts'

const locales: Record<Lang, string> = { en: 'en-IE', nl: 'nl-NL' }

export function euros(amount: number, lang: Lang): string {
  const whole = Number.isInteger(amount)
  return new Intl.NumberFormat(locales[lang], { style: 'currency', currency: 'EUR', minimumFractionDigits: whole ? 0 : 2 }).format(amount)
}

const freeFrom = 75
const sending = 5.95

/** What the parcel costs, by the value of what is in it. */
export function shippingFor(subtotal: number): number {
  return subtotal === 0 || subtotal >= freeFrom ? 0 : sending
}
