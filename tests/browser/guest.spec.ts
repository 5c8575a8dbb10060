import type { Page } from '@playwright/test'
import { complaintsOf } from './support/complaints.ts'
import { nameOf } from './support/query.ts'
import type { Nora } from './support/server.ts'
import { expect, test } from './support/test.ts'
import { anonymousId, ready } from './support/visitor.ts'

/** Every call that a site may make. */
const calls = `
  window.nora = window.nora || [];
  nora.push(["page", "Docs", "Install"]);
  nora.push(["identify", "ann", { email: "ann@example.org" }]);
  nora.push(["track", "Product Viewed", { price: 42 }]);
  nora.push(["group", "acme"]);
  nora.push(["alias", "ann-2", "ann"]);
  nora.push(["flush"]);`

test('where storage is forbidden, events arrive all the same', async ({ nora, query, site, device }) => {
  const page = await device()
  const complaints = complaintsOf(page)
  // A sandboxed page has an origin of its own, which may have neither storage nor cookies nor locks.
  await page.goto(site.page('/', `${nora.tag()}<script>${calls}</script>`, { 'content-security-policy': 'sandbox allow-scripts' }))
  await ready(page)
  expect(await page.evaluate(() => { try { return String(localStorage) } catch (error) { return (error as Error).name } })).toBe('SecurityError')
  await expect.poll(() => query.profile('user_id', 'ann')).toMatchObject({ event_count: 5, traits: { email: 'ann@example.org' } })
  expect(complaints).toEqual([])
})

test('where storage is full, events arrive all the same', async ({ nora, query, site, device }) => {
  const page = await device()
  const complaints = complaintsOf(page)
  const fill = 'try { for (let n = 1 << 20; n; n >>= 1) for (let i = 0; i < 6; i++) localStorage["fill" + n + i] = "x".repeat(n) } catch {}'
  await page.goto(site.page('/', `<script>${fill}; ${calls}</script>${nora.tag()}`))
  await ready(page)
  await expect.poll(() => query.profile('user_id', 'ann')).toMatchObject({ event_count: 5 })
  expect(complaints).toEqual([])
})

test('where the server does not answer, the page goes on', async ({ nora, site, device }) => {
  const page = await device()
  const complaints = complaintsOf(page)
  const address = site.page('/', `${nora.tag()}<script>${calls}</script><h1>A page</h1>`)
  await nora.kill()
  await page.goto(address)
  await expect(page.getByRole('heading')).toBeVisible()

  await nora.restart()
  await page.goto(address)
  await ready(page)
  await nora.kill()
  const failed = page.waitForEvent('requestfailed')
  await page.evaluate(calls)
  await failed
  // The answer to the failure comes after it: the next call is made in its wake.
  await page.evaluate(calls)
  await page.evaluate(() => window.nora!.flush())
  expect(complaints).toEqual([])
})

const unasked: [name: string, attributes: string, signal: string][] = [
  ['consent is required', 'data-consent="required"', ''],
  ['the browser asks for privacy (GPC)', '', 'globalPrivacyControl'],
]

for (const [name, attributes, signal] of unasked) {
  test(`where ${name}, nothing is stored or sent before it is allowed`, async ({ nora, query, site, device }) => {
    const page = await device()
    const complaints = complaintsOf(page)
    if (signal) await page.addInitScript((signal) => Object.defineProperty(Navigator.prototype, signal, { get: () => true }), signal)
    const sent = requestsTo(nora, page)
    const early = site.page('/early', `${nora.tag(attributes)}<script>${calls}</script>`)
    const later = site.page('/later', nora.tag(attributes))

    await page.goto(early)
    await ready(page)
    await page.evaluate(() => window.nora!.flush())
    expect(await stored(page)).toEqual([])
    await page.goto(later)
    await ready(page)
    expect(await stored(page)).toEqual([])
    expect(sent).toEqual([])
    expect(await query.customers()).toBe(0)

    await page.evaluate(() => {
      window.nora!.track('Product Added')
      window.nora!.consent({ Analytics: true, Advertising: false })
    })
    const id = await anonymousId(page)
    const names = async () => (await query.events('anonymous_id', id)).map(nameOf).sort()
    await expect.poll(names).toEqual(['Product Added', 'Segment Consent Preference Updated', 'page'])
    expect((await query.profile('anonymous_id', id))?.consent).toEqual({ Analytics: true, Advertising: false })
    expect(await stored(page)).toEqual(expect.arrayContaining(['nora_anonymous_id', 'nora_consent']))
    expect(await query.customers(), 'the page before is forgotten').toBe(1)

    // Allowed once is allowed on the next page; taken back, nothing stays.
    await page.goto(later)
    await expect.poll(async () => (await names()).length).toBe(4)
    await page.evaluate(() => window.nora!.consent({ Analytics: false, Advertising: false }))
    expect(await stored(page)).toEqual([])
    expect(complaints).toEqual([])
  })
}

const policies: [name: string, policy: string][] = [
  ['its own scripts alone', "script-src 'self'"],
  ['trusted types alone', "script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types 'none'"],
]

for (const [name, policy] of policies) {
  test(`where a page allows ${name}, events arrive`, async ({ nora, query, site, device }) => {
    const page = await device()
    const complaints = complaintsOf(page)
    site.script('/nora.js', await (await fetch(`${nora.base}/nora.js`)).text())
    site.script('/calls.js', calls)
    const tag = `<script async src="/nora.js" data-write-key="${nora.writeKey}" data-host="${nora.base}" data-auto="none"></script>`
    await page.goto(site.page('/', `${tag}<script src="/calls.js"></script>`, { 'content-security-policy': policy }))
    await ready(page)
    await expect.poll(() => query.profile('user_id', 'ann')).toMatchObject({ event_count: 5 })
    expect(complaints).toEqual([])
  })
}

test('debug() tells what becomes of each call', async ({ nora, site, device }) => {
  const page = await device()
  const said: string[] = []
  page.on('console', (message) => message.text().startsWith('nora:') && said.push(message.text()))
  await page.goto(site.page('/', nora.tag('data-auto="none" data-consent="required"')))
  await ready(page)
  await page.evaluate(() => {
    window.nora!.debug()
    window.nora!.track('Product Viewed')
    window.nora!.consent({ Analytics: true })
    window.nora!.track('Product Added')
  })
  const all = () => said.join('\n')
  await expect.poll(all).toContain('answer 200')
  for (const part of ['writeKey', 'waits for consent track [Product Viewed', 'keeps track [Product Added', 'sends /v1/']) expect(all()).toContain(part)
})

/** Requests but for the script itself. */
function requestsTo(nora: Nora, page: Page): string[] {
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.url().startsWith(nora.base) && !request.url().endsWith('/nora.js')) sent.push(request.url())
  })
  return sent
}

/** Everything that the site's visitor carries with them. */
const stored = (page: Page): Promise<string[]> =>
  page.evaluate(() => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
    ...document.cookie.split('; ').filter(Boolean).map((cookie) => cookie.split('=')[0]!),
  ])
