import assert from 'node:assert/strict'
import { Analytics } from '@segment/analytics-node'
import { calls, withDates } from './support/calls.ts'
import { check } from './support/check.ts'
import { withNora } from './support/nora.ts'

for (const key of ['writeKey', 'secretKey'] as const) {
  withNora(`@segment/analytics-node, with the ${key}`, {}, async (nora) => {
    const analytics = new Analytics({ writeKey: nora[key], host: nora.base })
    const errors: unknown[] = []
    analytics.on('error', (error) => errors.push(error))
    for (const { type, timestamp, ...call } of calls) {
      const given = { ...withDates(call, (iso) => new Date(iso)), ...(timestamp && { timestamp: new Date(timestamp) }) }
      // Each call takes some of these fields, and the compiler cannot know which call this is.
      analytics[type](given as never)
    }
    await analytics.closeAndFlush()
    assert.deepEqual(errors, [])
    await check(nora, { library: '@segment/analytics-node', date: (iso) => iso, addsCategory: true })
  })
}
