import { init, track } from '@amplitude/analytics-browser'
import { host, measured } from './bench.ts'

// The remote configuration has an address of its own that cannot be set.
const ready = init('bench', { serverUrl: `${host}/2/httpapi`, remoteConfig: { fetchRemoteConfig: false } }).promise
measured(ready, (name, properties) => void track(name, properties))
