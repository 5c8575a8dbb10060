import { init, track } from '@plausible-analytics/tracker'
import { host, measured } from './bench.ts'

init({ domain: location.hostname, endpoint: `${host}/api/event`, logging: false })
measured(Promise.resolve(), (name, properties) => track(name, { props: properties as Record<string, string> }))
