import assert from 'node:assert/strict'
import { emptyRuntime, jitsuAnalytics } from '@jitsu/js'
import { Query, nameOf } from '../browser/support/query.ts'
import { withNora } from './support/nora.ts'

for (const s2s of [false, true]) {
  withNora(`@jitsu/js, ${s2s ? 'between servers' : 'as in a browser'}`, {}, async (nora) => {
    const options = { host: nora.base, writeKey: `nora:${nora.writeKey}`, s2s, errorPolicy: 'rethrow' as const }
    const analytics = jitsuAnalytics({ ...options, runtime: emptyRuntime(options) })
    analytics.setAnonymousId('a-5f3c')
    await analytics.track('Before Log-in', { step: 1 })
    await analytics.identify('ann-1', { email: 'ann@example.org', name: 'Zoë 🏺', plan: 'pro', nested: { list: [1, null] } })
    await analytics.track('Order Completed ☕', { total: 18.5, largest: Number.MAX_SAFE_INTEGER, nothing: null, products: [{ sku: 'mug-01' }] })
    await analytics.page({ name: 'Install', version: 3 })
    await analytics.group('acme', { name: 'Acme B.V.' })
    await analytics.identify('ann-1', { plan: null })
    await analytics.reset()
    analytics.setAnonymousId('a-other')
    await analytics.track('After Log-out')

    const query = new Query(nora)
    const events = await query.events('user_id', 'ann-1')
    assert.deepEqual(events.map(nameOf).reverse(), ['Before Log-in', 'identify', 'Order Completed ☕', 'page', 'group', 'identify'])
    const [again, group, page, order, identify] = events
    const common = { user_id: 'ann-1', anonymous_id: 'a-5f3c' }
    for (const event of events.slice(0, 5)) {
      assert.deepEqual({ user_id: event.user_id, anonymous_id: event.anonymous_id }, common)
      assert.equal(event.context.library?.name, '@jitsu/js')
    }
    assert.deepEqual(again?.traits, { plan: null })
    assert.deepEqual([group?.group_id, group?.traits], ['acme', { name: 'Acme B.V.' }])
    assert.equal(page?.properties?.version, 3)
    const expected = { total: 18.5, largest: Number.MAX_SAFE_INTEGER, nothing: null, products: [{ sku: 'mug-01' }] }
    assert.deepEqual(order?.properties, expected)
    assert.deepEqual(identify?.traits, { email: 'ann@example.org', name: 'Zoë 🏺', plan: 'pro', nested: { list: [1, null] } })
    const profile = await query.profile('anonymous_id', 'a-5f3c')
    assert.deepEqual(profile?.traits, { email: 'ann@example.org', name: 'Zoë 🏺', nested: { list: [1, null] } })
    assert.equal((await query.profile('anonymous_id', 'a-other'))?.event_count, 1)
  })
}
