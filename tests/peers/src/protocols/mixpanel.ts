import { json, list, parse, textOf, type Protocol } from '../protocol.ts'

/** Mixpanel: a form with JSON, or base64 of JSON, in its field `data`. */
export const mixpanel: Protocol = {
  decode: ({ path, query, body }) => {
    if (!path.startsWith('/track')) return []
    const sent = textOf(body)
    const data = query.get('data') ?? (sent.startsWith('data=') ? new URLSearchParams(sent).get('data')! : sent)
    return list(parse(data)).map((item) => ({ name: item.event, id: item.properties.$insert_id }))
  },
  answer: ({ path }) => (path.startsWith('/flags') ? json({ flags: {} }) : json({ status: 1, error: null })),
}
