import { json, list, parse, textOf, type Protocol, type Request } from '../protocol.ts'

const config = { supportedCompression: ['gzip', 'gzip-js'], sessionRecording: false, surveys: false, heatmaps: false, capturePerformance: false,
  autocapture_opt_out: true, autocaptureExceptions: false, hasFeatureFlags: false, siteApps: [], defaultIdentifiedOnly: true, isAuthenticated: false }

/** PostHog's capture API: JSON, gzipped or in a form's field as base64. */
export const posthog: Protocol = {
  decode: (request) => (/^\/(e|i\/v0\/e|batch|track)\/?$/.test(request.path) ? events(request) : []),
  answer: ({ path }) => {
    if (/\/config$/.test(path)) return json(config)
    if (path.startsWith('/flags')) return json({ ...config, flags: {}, featureFlags: {}, featureFlagPayloads: {}, errorsWhileComputingFlags: false })
    if (/\.js$/.test(path)) return undefined
    return json({ status: 1 })
  },
}

function events({ body }: Request) {
  const sent = textOf(body)
  const data = sent.startsWith('data=') ? parse(new URLSearchParams(sent).get('data')!) : parse(sent)
  return list(data.batch ?? data).map((item) => ({ name: item.event, id: item.uuid }))
}
