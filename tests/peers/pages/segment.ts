import { AnalyticsBrowser } from '@segment/analytics-next'
import { host, measured } from './bench.ts'

// Where events go is in the settings, which come from the server.
const analytics = AnalyticsBrowser.load({ writeKey: 'bench', cdnURL: host })
void analytics.page()
measured(analytics.ready(), (name, properties) => void analytics.track(name, properties))
