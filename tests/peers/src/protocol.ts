import { gunzipSync } from 'node:zlib'

/** A request as a collector sees it, its body complete. */
export interface Request {
  method: string
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  body: Buffer
}

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Buffer
}

/** One call of `track()` that arrived. Without an id nobody can tell a repeat from a second event. */
export interface Call {
  name: string
  id: string | undefined
}

/** How an SDK and its server talk. */
export interface Protocol {
  /** The calls in a request; none in one that carries something else. */
  decode(request: Request): Call[]
  /** What the server says to it; `undefined` where there is no such thing. */
  answer(request: Request): Answer | undefined | Promise<Answer | undefined>
}

export const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
})

export const text = (value: string, status = 200): Answer => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: value })

/** The body as text, unpacked where it is packed, whatever the headers say. */
export function textOf(body: Buffer): string {
  return (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString('utf8')
}

/** A text as JSON, or base64 of JSON. */
export function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
  }
}

export const list = (value: any): any[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
