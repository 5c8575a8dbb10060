import posthog from 'posthog-js'
import { host, measured } from './bench.ts'

const ready = new Promise<void>((resolve) => {
  posthog.init('bench', { api_host: host, loaded: () => resolve() })
})
measured(ready, (name, properties) => void posthog.capture(name, properties))
