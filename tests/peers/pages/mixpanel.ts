// Without the session recorder, which the package's main entry would add.
import mixpanel from 'mixpanel-browser/src/loaders/loader-module-core'
import { host, measured } from './bench.ts'

const ready = new Promise<void>((resolve) => mixpanel.init('bench', { api_host: host, track_pageview: true, loaded: () => resolve() }))
measured(ready, (name, properties) => mixpanel.track(name, properties))
