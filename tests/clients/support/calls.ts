/** What a client is asked to send: the arguments of a call, in Segment's names. */
export interface Call {
  type: 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias'
  messageId: string
  userId?: string
  anonymousId?: string
  event?: string
  category?: string
  name?: string
  groupId?: string
  previousId?: string
  /** RFC 3339, with milliseconds. */
  timestamp?: string
  properties?: Record<string, unknown>
  traits?: Record<string, unknown>
  context?: Record<string, unknown>
}

/** A moment in a property: each client gets it as its language has it. */
export interface Moment {
  $date: string
}

export const ann = 'ann-1'
export const before = 'ann-0'
export const anonymous = 'a-5f3c'
export const bob = 'Bob Ünicode-2'

const userId = ann

/** What JSON can hold and clients, encoders and databases have been known to spoil. */
const difficult = {
  unicode: 'Zoë 🏺 日本語 עברית e\u0301 \u{1F469}\u200D\u{1F52C}',
  quotes: 'a "quoted" \\ back\\slash / </script> \' `',
  control: 'line\nbreak\ttab\u0001\u2028\u2029\u007f',
  empty: '',
  blank: '  ',
  'a key with spaces, ünicode and "quotes"': true,
  'dotted.key': 1,
  __proto: 'not a prototype',
  numbers: {
    zero: 0,
    negative: -1,
    largest: Number.MAX_SAFE_INTEGER,
    least: Number.MIN_SAFE_INTEGER,
    fraction: 0.1,
    price: 18.5,
    huge: 1.7976931348623157e308,
    tiny: 5e-324,
    exponent: 1e21,
  },
  nothing: null,
  yes: true,
  no: false,
  list: [1, 'two', null, [], {}, [[['deep']]], { three: 3 }],
  object: { a: { b: { c: { d: { e: { f: 'deep' } } } } }, empty: {} },
  at: { $date: '2026-01-31T12:00:00.250Z' } satisfies Moment,
  long: 'x'.repeat(10_000),
}

/** Every kind of call, and every argument that it takes. */
export const calls: Call[] = [
  { type: 'track', messageId: 'm-before', userId: before, event: 'Long Ago', properties: { total: 1 } },
  { type: 'track', messageId: 'm-anonymous', anonymousId: anonymous, event: 'Before Log-in', properties: { step: 1 } },
  {
    type: 'identify',
    messageId: 'm-identify',
    userId,
    anonymousId: anonymous,
    traits: {
      email: 'ann@example.org',
      firstName: 'Ann ✨',
      plan: 'pro',
      age: 42,
      address: { city: 'Delft', zip: '2611' },
      tags: ['a', 'b'],
      since: { $date: '2020-02-29T00:00:00.000Z' } satisfies Moment,
    },
    context: { ip: '203.0.113.7', consent: { categoryPreferences: { Advertising: false, Analytics: true } } },
  },
  { type: 'track', messageId: 'm-track', userId, event: 'Order Completed ☕', properties: difficult },
  {
    type: 'track',
    messageId: 'm-past',
    userId,
    event: 'Long Before',
    timestamp: '2019-07-01T10:20:30.456Z',
    properties: { nested: { list: [{ sku: 'mug-01', price: 18.5 }] } },
    context: { campaign: { name: 'spring', source: 'news' }, locale: 'nl-NL', page: { url: 'https://shop.example/?a=1', title: 'Shop' } },
  },
  { type: 'page', messageId: 'm-page', userId, category: 'Docs', name: 'Install', properties: { url: 'https://shop.example/docs', version: 3 } },
  { type: 'screen', messageId: 'm-screen', userId, category: 'App', name: 'Home', properties: { dark: true } },
  { type: 'group', messageId: 'm-group', userId, groupId: 'acme', traits: { name: 'Acme B.V.', email: 'info@acme.example', employees: 12, nothing: null } },
  { type: 'alias', messageId: 'm-alias', userId, previousId: before },
  // The same person says more: one trait is removed, one part of another replaced. Should it be in the same millisecond, the message id decides.
  { type: 'identify', messageId: 'm-identify-again', userId, traits: { plan: null, address: { zip: '2611 CD' }, empty: '' } },
  { type: 'track', messageId: 'm-bob', userId: bob, event: 'Signed Up', properties: {} },
]

/** What the profile of `ann` knows after all of that. */
export const known = (date: (iso: string) => unknown): Record<string, unknown> => ({
  email: 'ann@example.org',
  firstName: 'Ann ✨',
  age: 42,
  address: { city: 'Delft', zip: '2611 CD' },
  tags: ['a', 'b'],
  since: date('2020-02-29T00:00:00.000Z'),
  empty: '',
})

/** The same, with each moment as a client has it. */
export function withDates<T>(value: T, date: (iso: string) => unknown): T {
  if (Array.isArray(value)) return value.map((inner: unknown) => withDates(inner, date)) as T
  if (typeof value !== 'object' || value === null) return value
  if ('$date' in value) return date(value.$date as string) as T
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withDates(inner, date)])) as T
}
