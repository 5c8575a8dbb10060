import type { Protocol } from './protocol.ts'
import { amplitude } from './protocols/amplitude.ts'
import { jitsu } from './protocols/jitsu.ts'
import { mixpanel } from './protocols/mixpanel.ts'
import { noraAt } from './protocols/nora.ts'
import { plausible } from './protocols/plausible.ts'
import { posthog } from './protocols/posthog.ts'
import { rudderstack } from './protocols/rudderstack.ts'
import { segment } from './protocols/segment.ts'
import { snowplow } from './protocols/snowplow.ts'

export interface Peer {
  /** Its name on the command line, and of its file in `pages/`. */
  id: string
  title: string
  /** On npm; Nora's script comes from the server. */
  package?: string
  protocol: Protocol
}

/** Nora first. */
export const peersWith = (noraBase: string): Peer[] => [
  { id: 'nora', title: 'Nora', protocol: noraAt(noraBase) },
  { id: 'segment', title: 'Segment', package: '@segment/analytics-next', protocol: segment },
  { id: 'rudderstack', title: 'RudderStack', package: '@rudderstack/analytics-js', protocol: rudderstack },
  { id: 'snowplow', title: 'Snowplow', package: '@snowplow/browser-tracker', protocol: snowplow },
  { id: 'posthog', title: 'PostHog', package: 'posthog-js', protocol: posthog },
  { id: 'jitsu', title: 'Jitsu', package: '@jitsu/js', protocol: jitsu },
  { id: 'amplitude', title: 'Amplitude', package: '@amplitude/analytics-browser', protocol: amplitude },
  { id: 'mixpanel', title: 'Mixpanel', package: 'mixpanel-browser', protocol: mixpanel },
  { id: 'plausible', title: 'Plausible', package: '@plausible-analytics/tracker', protocol: plausible },
]
