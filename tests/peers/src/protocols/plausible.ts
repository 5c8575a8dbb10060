import { parse, text, textOf, type Protocol } from '../protocol.ts'

/** Plausible: one event a request, without any id. */
export const plausible: Protocol = {
  decode: ({ path, body }) => (path === '/api/event' ? [{ name: parse(textOf(body)).n, id: undefined }] : []),
  answer: () => text('ok', 202),
}
