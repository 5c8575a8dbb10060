import { jitsuAnalytics } from '@jitsu/js'
import { host, measured } from './bench.ts'

const analytics = jitsuAnalytics({ host, writeKey: 'bench:bench' })
void analytics.page()
measured(Promise.resolve(), (name, properties) => void analytics.track(name, properties as never))
