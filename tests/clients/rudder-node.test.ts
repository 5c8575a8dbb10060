import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { calls, withDates } from './support/calls.ts'
import { check } from './support/check.ts'
import { withNora } from './support/nora.ts'

for (const gzip of [true, false]) {
  withNora(`@rudderstack/rudder-sdk-node, ${gzip ? 'compressed' : 'as it is'}`, {}, async (nora) => {
    const analytics = new RudderAnalytics(nora.writeKey, { dataPlaneUrl: nora.base, gzip, logLevel: 'error' })
    const sent = calls.map(({ type, timestamp, ...call }) => {
      const given = { ...withDates(call, (iso) => new Date(iso)), ...(timestamp && { timestamp: new Date(timestamp) }) }
      return new Promise<void>((resolve, reject) => {
        // Each call takes some of these fields, and the compiler cannot know which call this is.
        analytics[type](given as never, ((error?: Error) => (error ? reject(error) : resolve())) as never)
      })
    })
    await analytics.flush()
    await Promise.all(sent)
    await check(nora, { library: 'analytics-node', date: (iso) => iso, keepsTimestamp: true })
  })
}
