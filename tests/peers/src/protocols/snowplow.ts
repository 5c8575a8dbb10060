import { parse, text, textOf, type Protocol } from '../protocol.ts'

/** Snowplow's tracker protocol 2: self-describing JSON with events in it. */
export const snowplow: Protocol = {
  decode: ({ path, body }) => {
    if (path !== '/com.snowplowanalytics.snowplow/tp2') return []
    return parse(textOf(body)).data.flatMap((item: any) => {
      const event = item.ue_px ?? item.ue_pr
      return event ? [{ name: parse(event).data.data.name, id: item.eid }] : []
    })
  },
  answer: () => text('ok'),
}
