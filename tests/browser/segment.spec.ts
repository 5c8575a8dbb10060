import type { AnalyticsBrowser, InitOptions } from '@segment/analytics-next'
import type { Page } from '@playwright/test'
import { build } from 'esbuild'
import { collect } from './support/collect.ts'
import { difficult } from './support/difficult.ts'
import { nameOf, valuesOf, type Query } from './support/query.ts'
import type { Site } from './support/site.ts'
import { expect, test } from './support/test.ts'

declare global {
  interface Window {
    AnalyticsBrowser: typeof AnalyticsBrowser
  }
}

const email = 'ann@example.org'
/** By the user id that the customer had before: what `alias()` is for. */
const earlier = { type: 'track', event: 'Long Ago', userId: 'ann-0' }

const strategies: [name: string, options: InitOptions, path: RegExp][] = [
  ['one by one', {}, /^\/v1\/[itpsga]$/],
  ['in batches', { integrations: { 'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { size: 7, timeout: 1_000 } } } } }, /^\/v1\/b$/],
]

for (const [name, options, path] of strategies) {
  test(`analytics-next, ${name}`, async ({ nora, query, site, device }) => {
    await collect(nora, earlier)
    const page = await device()
    const requests: URL[] = []
    page.on('request', (request) => requests.push(new URL(request.url())))
    await page.goto(await segmentSite(site))
    const [id, other] = await callAll(page, { writeKey: nora.writeKey, cdnURL: nora.base }, options)

    await expect.poll(() => query.profile('user_id', 'ann-1')).toMatchObject({ event_count: 10 })
    await expect.poll(() => query.profile('anonymous_id', other)).toMatchObject({ event_count: 1 })
    const profile = await query.profile('user_id', 'ann-1')
    expect(profile?.traits).toEqual({ email, name: 'Zoë 🏺', address: { city: 'Delft' } })
    expect(valuesOf(profile, 'user_id')).toEqual(['ann-0', 'ann-1'])
    expect(await query.profile('user_id', 'ann-0')).toEqual(profile)
    expect(valuesOf(profile, 'email')).toEqual([email])
    expect(valuesOf(profile, 'anonymous_id')).toEqual([id])
    await fieldsArrived(query)
    const anonymous = await timelineByName(query)
    expect(anonymous['Difficult ☕']?.properties).toMatchObject(difficult)
    expect(anonymous['Before Log-in']).toMatchObject({ user_id: null, anonymous_id: id })
    expect(anonymous['Order Completed']).toMatchObject({
      anonymous_id: id,
      context: { page: { path: '/', url: `${site.origin}/?utm_campaign=spring` }, campaign: { name: 'spring' } },
    })

    // The settings of Nora sent them here, and only here.
    expect(new Set(requests.map(({ origin }) => origin))).toEqual(new Set([site.origin, nora.base]))
    const posted = requests.filter(({ origin }) => origin === nora.base).map(({ pathname }) => pathname)
    expect(posted[0]).toBe(`/v1/projects/${nora.writeKey}/settings`)
    expect(posted.slice(1).every((posted) => path.test(posted)), posted.join()).toBe(true)
  })
}

test('analytics-next, with keepalive', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.goto(await segmentSite(site))
  // More than a page may have on its way at once, one after the other.
  const failed = await page.evaluate(
    async ({ settings }) => {
      const failed: string[] = []
      const { fetch } = window
      window.fetch = (...request) =>
        fetch(...request).catch((error: unknown) => {
          failed.push(String(error))
          throw error
        })
      const options: InitOptions = { integrations: { 'Segment.io': { deliveryStrategy: { config: { keepalive: true } } } } }
      const analytics = window.AnalyticsBrowser.load(settings, options)
      await analytics.identify('ann-1')
      for (let number = 0; number < 10; number++) await analytics.track('Large', { text: 'x'.repeat(20_000) })
      return failed
    },
    { settings: { writeKey: nora.writeKey, cdnURL: nora.base } },
  )
  expect(failed).toEqual([])
  expect(await query.profile('user_id', 'ann-1')).toMatchObject({ event_count: 11 })
})

/** A site with the real analytics.js of npm. */
async function segmentSite(site: Site): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: 'export { AnalyticsBrowser } from "@segment/analytics-next"', resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'segment',
    footer: { js: 'window.AnalyticsBrowser = segment.AnalyticsBrowser' },
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  site.script('/segment.js', outputFiles[0]!.text)
  return `${site.page('/', '<script src="/segment.js"></script>')}?utm_campaign=spring`
}

/** Every call that there is, as somebody who logs in and out. Returns the anonymous ids of before and after. */
function callAll(page: Page, settings: { writeKey: string; cdnURL: string }, options: InitOptions): Promise<[string, string]> {
  return page.evaluate(
    async ({ settings, options, email, difficult }) => {
      const later = async (before = Date.now()) => {
        while (Date.now() === before) await new Promise((resolve) => setTimeout(resolve))
      }
      const analytics = window.AnalyticsBrowser.load(settings, JSON.parse(options) as InitOptions)
      // These two first: once analytics.js knows a user, it writes that one into whatever it has not sent yet.
      await analytics.track('Before Log-in')
      await analytics.alias('ann-1', 'ann-0')
      await Promise.all([
        analytics.identify('ann-1', { email, plan: 'pro', name: 'Zoë 🏺', address: { city: 'Delft' } }),
        analytics.track('Order Completed', { total: 42, products: [{ sku: 'a' }] }),
        analytics.track('Difficult ☕', { ...difficult, at: new Date(difficult.at) }),
        analytics.page('Docs', 'Install', { version: 3 }),
        analytics.screen('App', 'Home', { dark: true }),
        analytics.group('acme', { industry: 'ceramics' }),
      ])
      const id = String((await analytics.user()).anonymousId())
      await later()
      await analytics.identify('ann-1', { plan: null })
      await analytics.reset()
      await analytics.track('After Log-out')
      return [id, String((await analytics.user()).anonymousId())] as [string, string]
    },
    { settings, options: JSON.stringify(options), email, difficult },
  )
}

/** What was called is what is in the timeline, field by field. */
async function fieldsArrived(query: Query): Promise<void> {
  const common = { user_id: 'ann-1', verified: false, context: { library: { name: 'analytics.js' } } }
  expect(await timelineByName(query)).toMatchObject({
    'Before Log-in': { type: 'track' },
    // The later of the two.
    identify: { ...common, traits: { email, name: 'Zoë 🏺', address: { city: 'Delft' }, plan: null } },
    'Order Completed': { ...common, type: 'track', properties: { total: 42, products: [{ sku: 'a' }] } },
    page: { ...common, category: 'Docs', name: 'Install', properties: { version: 3 } },
    screen: { ...common, name: 'Home', properties: { dark: true } },
    group: { ...common, group_id: 'acme', traits: { industry: 'ceramics' } },
    alias: { ...common, previous_id: 'ann-0' },
  })
}

async function timelineByName(query: Query) {
  const events = await query.events('user_id', 'ann-1')
  return Object.fromEntries(events.reverse().map((event) => [nameOf(event), event]))
}
