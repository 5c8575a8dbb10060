import { json, parse, textOf, type Protocol } from '../protocol.ts'

/** Amplitude's HTTP API v2. */
export const amplitude: Protocol = {
  decode: ({ path, body }) => {
    if (path !== '/2/httpapi') return []
    return parse(textOf(body)).events.map((item: any) => ({ name: item.event_type, id: item.insert_id }))
  },
  answer: ({ body }) => json({ code: 200, events_ingested: 1, payload_size_bytes: body.length, server_upload_time: Date.now() }),
}
