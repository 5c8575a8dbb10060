/** Properties that JSON can hold, and that clients and encoders have been known to spoil. A date is sent as its text. */
export const difficult = {
  unicode: 'Zoë 🏺 日本語 עברית e\u0301 \u{1F469}\u200D\u{1F52C}',
  quotes: 'a "quoted" \\ back\\slash / </script>',
  control: 'line\nbreak\ttab\u0001\u2028\u2029',
  'a key with spaces and "quotes"': true,
  numbers: { zero: 0, largest: Number.MAX_SAFE_INTEGER, least: Number.MIN_SAFE_INTEGER, fraction: 0.1, huge: 1.7976931348623157e308, tiny: 5e-324 },
  list: [1, 'two', {}, [[['deep']]], { sku: 'mug-01', price: 18.5 }],
  object: { a: { b: { c: { d: { e: 'deep' } } } } },
  empty: '',
  at: '2026-01-31T12:00:00.250Z',
}
