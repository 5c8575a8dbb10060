import type { AnalyticsBrowser, InitOptions } from '@segment/analytics-next'
import { Analytics } from '@segment/analytics-node'
import type { Page } from '@playwright/test'
import { build } from 'esbuild'
import { collect } from './support/collect.ts'
import { nameOf, valuesOf, type Query } from './support/query.ts'
import type { Nora } from './support/server.ts'
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
    const id = await callAll(page, { writeKey: nora.writeKey, cdnURL: nora.base }, options)

    await expect.poll(() => query.profile('user_id', 'ann-1')).toMatchObject({ event_count: 8 })
    const profile = await query.profile('user_id', 'ann-1')
    expect(profile).toMatchObject({ traits: { email, plan: 'pro' }, event_count: 8 })
    expect(valuesOf(profile, 'user_id')).toEqual(['ann-0', 'ann-1'])
    expect(await query.profile('user_id', 'ann-0')).toEqual(profile)
    expect(valuesOf(profile, 'email')).toEqual([email])
    expect(valuesOf(profile, 'anonymous_id')).toEqual([id])
    await fieldsArrived(query, 'analytics.js', false)
    const anonymous = await timelineByName(query)
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

for (const key of ['writeKey', 'secretKey'] as const) {
  test(`analytics-node, with the ${key}`, async ({ nora, query }) => {
    await collect(nora, earlier)
    await callAllFromServer(nora, nora[key])
    await expect.poll(() => query.profile('user_id', 'ann-1')).toMatchObject({ event_count: 8 })
    const profile = await query.profile('user_id', 'ann-1')
    expect(profile).toMatchObject({ traits: { email, plan: 'pro' } })
    expect(valuesOf(profile, 'user_id')).toEqual(['ann-0', 'ann-1'])
    expect(await query.profile('user_id', 'ann-0')).toEqual(profile)
    expect(valuesOf(profile, 'anonymous_id')).toEqual(['anon-1'])
    await fieldsArrived(query, '@segment/analytics-node', key === 'secretKey')
    expect((await timelineByName(query))['Before Log-in']).toMatchObject({ user_id: null, anonymous_id: 'anon-1' })
  })
}

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

/** Every call that there is, as somebody who logs in. Returns the anonymous id. */
function callAll(page: Page, settings: { writeKey: string; cdnURL: string }, options: InitOptions): Promise<string> {
  return page.evaluate(
    async ({ settings, options, email }) => {
      const analytics = window.AnalyticsBrowser.load(settings, JSON.parse(options) as InitOptions)
      // These two first: once analytics.js knows a user, it writes that one into whatever it has not sent yet.
      await analytics.track('Before Log-in')
      await analytics.alias('ann-1', 'ann-0')
      await Promise.all([
        analytics.identify('ann-1', { email, plan: 'pro' }),
        analytics.track('Order Completed', { total: 42, products: [{ sku: 'a' }] }),
        analytics.page('Docs', 'Install', { version: 3 }),
        analytics.screen('App', 'Home', { dark: true }),
        analytics.group('acme', { industry: 'ceramics' }),
      ])
      return String((await analytics.user()).anonymousId())
    },
    { settings, options: JSON.stringify(options), email },
  )
}

async function callAllFromServer(nora: Nora, writeKey: string): Promise<void> {
  const analytics = new Analytics({ writeKey, host: nora.base, path: '/v1/batch' })
  const errors: unknown[] = []
  analytics.on('error', (error) => errors.push(error))
  analytics.track({ anonymousId: 'anon-1', event: 'Before Log-in' })
  const userId = 'ann-1'
  analytics.alias({ userId, previousId: 'ann-0' })
  analytics.identify({ userId, anonymousId: 'anon-1', traits: { email, plan: 'pro' } })
  analytics.track({ userId, event: 'Order Completed', properties: { total: 42, products: [{ sku: 'a' }] } })
  analytics.page({ userId, category: 'Docs', name: 'Install', properties: { version: 3 } })
  analytics.screen({ userId, category: 'App', name: 'Home', properties: { dark: true } })
  analytics.group({ userId, groupId: 'acme', traits: { industry: 'ceramics' } })
  await analytics.closeAndFlush()
  expect(errors).toEqual([])
}

/** What was called is what is in the timeline, field by field. */
async function fieldsArrived(query: Query, library: string, verified: boolean): Promise<void> {
  const common = { user_id: 'ann-1', verified, context: { library: { name: library } } }
  expect(await timelineByName(query)).toMatchObject({
    'Before Log-in': { type: 'track' },
    identify: { ...common, traits: { email, plan: 'pro' } },
    'Order Completed': { ...common, type: 'track', properties: { total: 42, products: [{ sku: 'a' }] } },
    page: { ...common, category: 'Docs', name: 'Install', properties: { version: 3 } },
    screen: { ...common, name: 'Home', properties: { dark: true } },
    group: { ...common, group_id: 'acme', traits: { industry: 'ceramics' } },
    alias: { ...common, previous_id: 'ann-0' },
  })
}

async function timelineByName(query: Query) {
  return Object.fromEntries((await query.events('user_id', 'ann-1')).map((event) => [nameOf(event), event]))
}
