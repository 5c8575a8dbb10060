import { json, parse, textOf, type Protocol } from '../protocol.ts'

/** Jitsu: Segment's events, one a request. */
export const jitsu: Protocol = {
  decode: ({ method, path, body }) => {
    if (method !== 'POST' || !path.startsWith('/api/s/')) return []
    const sent = parse(textOf(body))
    return sent.event ? [{ name: sent.event, id: sent.messageId }] : []
  },
  answer: () => json({ ok: true }),
}
