import { newTracker, trackPageView, trackSelfDescribingEvent } from '@snowplow/browser-tracker'
import { host, measured } from './bench.ts'

newTracker('bench', host, { appId: 'bench' })
trackPageView()
measured(Promise.resolve(), (name, properties) => {
  const schema = 'iglu:com.example/call/jsonschema/1-0-0'
  trackSelfDescribingEvent({ event: { schema, data: { name, ...properties } } })
})
