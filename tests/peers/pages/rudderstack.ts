import { RudderAnalytics } from '@rudderstack/analytics-js/bundled'
import { host, measured } from './bench.ts'

const analytics = new RudderAnalytics()
analytics.load('bench', host, { configUrl: host })
analytics.page()
measured(new Promise<void>((resolve) => analytics.ready(resolve)), (name, properties) => analytics.track(name, properties as never))
