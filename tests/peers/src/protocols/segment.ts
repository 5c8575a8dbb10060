import { json, parse, textOf, type Protocol } from '../protocol.ts'

const settings = (host: string) => ({
  integrations: { 'Segment.io': { apiKey: 'bench', apiHost: `${host}/v1`, versionSettings: { version: '4.4.7', componentTypes: ['browser'] } } },
  plan: { track: { __default: { enabled: true } }, identify: { __default: { enabled: true } }, group: { __default: { enabled: true } } },
  consentSettings: { allCategories: [], hasUnmappedDestinations: false },
  metrics: { sampleRate: 0 },
  analyticsNextEnabled: true,
})

/** Segment's HTTP tracking API: one event a request. */
export const segment: Protocol = {
  decode: ({ method, path, body }) => {
    if (method !== 'POST' || !path.startsWith('/v1/')) return []
    const sent = parse(textOf(body))
    return (sent.batch ?? [sent]).filter((item: any) => item.event).map((item: any) => ({ name: item.event, id: item.messageId }))
  },
  answer: ({ path, headers }) => (path.endsWith('/settings') ? json(settings(headers.host!)) : json({ success: true })),
}
