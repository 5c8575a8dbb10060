import type { ApiObject, LoadOptions, RudderAnalytics } from '@rudderstack/analytics-js/bundled'
import type { Page } from '@playwright/test'
import { build } from 'esbuild'
import { collect } from './support/collect.ts'
import { difficult } from './support/difficult.ts'
import { nameOf, valuesOf } from './support/query.ts'
import type { Site } from './support/site.ts'
import { expect, test } from './support/test.ts'

declare global {
  interface Window {
    RudderAnalytics: new () => RudderAnalytics
  }
}

const email = 'ann@example.org'
/** By the user id that the customer had before: what `alias()` is for. */
const earlier = { type: 'track', event: 'Long Ago', userId: 'ann-0' }

const transports: [name: string, options: Partial<LoadOptions>, path: RegExp][] = [
  ['one by one', {}, /^\/v1\/(identify|track|page|group|alias)$/],
  ['in batches', { queueOptions: { batch: { enabled: true, maxItems: 4, flushInterval: 500 } } }, /^\/v1\/batch$/],
  ['by beacon', { useBeacon: true, beaconQueueOptions: { maxItems: 4, flushQueueInterval: 500 } }, /^\/beacon\/v1\/batch$/],
]

for (const [name, options, path] of transports) {
  test(`@rudderstack/analytics-js, ${name}`, async ({ nora, query, site, device }) => {
    await collect(nora, earlier)
    const page = await device()
    const requests: URL[] = []
    page.on('request', (request) => requests.push(new URL(request.url())))
    await page.goto(await rudderSite(site))
    const [id, other] = await callAll(page, [nora.writeKey, nora.base], { ...options, configUrl: nora.base })

    await expect.poll(() => query.profile('user_id', 'ann-1')).toMatchObject({ event_count: 8 })
    await expect.poll(() => query.profile('anonymous_id', other)).toMatchObject({ event_count: 1 })
    const profile = await query.profile('user_id', 'ann-1')
    // This client leaves out what is `null`: it can remove no trait.
    expect(profile?.traits).toEqual({ email, name: 'Zoë 🏺', plan: 'pro', age: 42, address: { city: 'Delft' } })
    expect(valuesOf(profile, 'user_id')).toEqual(['ann-0', 'ann-1'])
    expect(await query.profile('user_id', 'ann-0')).toEqual(profile)
    expect(valuesOf(profile, 'email'), 'the address of a group is nobody’s').toEqual([email])
    expect(valuesOf(profile, 'anonymous_id')).toEqual([id])
    const events = await query.events('user_id', 'ann-1')
    expect(events.map(nameOf).sort()).toEqual(
      ['Before Log-in', 'Long Ago', 'Order Completed ☕', 'alias', 'group', 'identify', 'identify', 'page'].sort(),
    )
    const found = Object.fromEntries(events.map((event) => [nameOf(event), event]))
    const common = { user_id: 'ann-1', anonymous_id: id, context: { library: { name: 'RudderLabs JavaScript SDK' } } }
    expect(found['Before Log-in']).toMatchObject({ user_id: null, anonymous_id: id, properties: { step: 1 } })
    expect(found['Order Completed ☕']).toMatchObject({ ...common, type: 'track', properties: difficult })
    expect(found['Order Completed ☕']?.context).toMatchObject({ campaign: { name: 'spring' }, page: { path: '/' }, traits: { email } })
    expect(found.page).toMatchObject({ ...common, category: 'Docs', name: 'Install', properties: { version: 3 } })
    expect(found.group).toMatchObject({ ...common, group_id: 'acme', traits: { industry: 'ceramics', email: 'info@acme.example' } })
    expect(found.alias).toMatchObject({ user_id: 'ann-1', previous_id: 'ann-0' })

    // The configuration of Nora sent them here, and only here.
    expect(new Set(requests.map(({ origin }) => origin))).toEqual(new Set([site.origin, nora.base]))
    const [asked, ...posted] = requests.filter(({ origin }) => origin === nora.base).map(({ pathname }) => pathname)
    expect(asked).toBe('/sourceConfig/')
    expect(posted.length).toBeGreaterThan(0)
    expect(posted.every((posted) => path.test(posted)), posted.join()).toBe(true)
  })
}

/** A site with the real client of npm, its plugins inside. */
async function rudderSite(site: Site): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: 'export { RudderAnalytics } from "@rudderstack/analytics-js/bundled"', resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'rudder',
    footer: { js: 'window.RudderAnalytics = rudder.RudderAnalytics' },
  })
  site.script('/rudder.js', outputFiles[0]!.text)
  return `${site.page('/', '<script src="/rudder.js"></script>')}?utm_campaign=spring`
}

/** Every call that there is, as somebody who logs in and out. Returns the anonymous ids of before and after. */
function callAll(page: Page, [key, host]: [string, string], options: Partial<LoadOptions>): Promise<[string, string]> {
  return page.evaluate(
    async ({ key, host, options, email, difficult }) => {
      const later = async (before = Date.now()) => {
        while (Date.now() === before) await new Promise((resolve) => setTimeout(resolve))
      }
      const analytics = new window.RudderAnalytics()
      analytics.load(key, host, JSON.parse(options) as Partial<LoadOptions>)
      await new Promise<void>((resolve) => void analytics.ready(resolve))
      const id = String(analytics.getAnonymousId())
      analytics.track('Before Log-in', { step: 1 })
      analytics.alias('ann-1', 'ann-0')
      analytics.identify('ann-1', { email, name: 'Zoë 🏺', plan: 'pro', address: { city: 'Delft' } })
      analytics.track('Order Completed ☕', { ...difficult, at: new Date(difficult.at) } as unknown as ApiObject)
      analytics.page('Docs', 'Install', { version: 3 })
      analytics.group('acme', { industry: 'ceramics', email: 'info@acme.example' })
      await later()
      analytics.identify('ann-1', { plan: null, age: 42 })
      analytics.reset(true)
      analytics.track('After Log-out')
      return [id, String(analytics.getAnonymousId())] as [string, string]
    },
    { key, host, options: JSON.stringify(options), email, difficult },
  )
}
