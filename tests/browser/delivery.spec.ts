import type { Page } from '@playwright/test'
import { nameOf, type Query } from './support/query.ts'
import { expect, test } from './support/test.ts'
import { anonymousId, ready } from './support/visitor.ts'

const COUNT = 20
const names = Array.from({ length: COUNT }, (_, index) => `Call ${index + 1}`)
/** Tracks all of them in one turn of the page. */
const twenty = `for (let i = 1; i <= ${COUNT}; i++) nora.track("Call " + i, { number: i });`

test('20 calls and then another page of the site', async ({ nora, query, site, device }) => {
  const start = site.page('/', nora.tag())
  const next = site.page('/next', nora.tag())
  const page = await device()
  await page.goto(start)
  await ready(page)
  const id = await anonymousId(page)
  await Promise.all([page.waitForURL(next), run(page, `${twenty} location.href = "${next}"`)])
  await arrived(query, id)
  expect(await anonymousId(page)).toBe(id)
})

test('20 calls and then away from the site', async ({ nora, query, site, device }) => {
  const start = site.page('/', nora.tag())
  const page = await device()
  await page.goto(start)
  await ready(page)
  const id = await anonymousId(page)
  await Promise.all([page.waitForURL('about:blank'), run(page, `${twenty} location.href = "about:blank"`)])
  await arrived(query, id)
})

test('20 calls and then the tab closes', async ({ nora, query, site, device }) => {
  const address = site.page('/', nora.tag())
  const opener = await device()
  await opener.goto(site.page('/opener', ''))
  const [page] = await Promise.all([opener.waitForEvent('popup'), run(opener, `window.open("${address}")`)])
  await page.waitForURL(address)
  await ready(page)
  const id = await anonymousId(page)
  // By the page itself: nothing comes between the last call and the end.
  await Promise.all([page.waitForEvent('close'), run(page, `${twenty} window.close()`)])
  await arrived(query, id)
})

test('20 calls while the server is down for ten seconds', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.goto(site.page('/', nora.tag()))
  await ready(page)
  const id = await anonymousId(page)
  let failures = 0
  page.on('requestfailed', () => failures++)

  await nora.kill()
  const down = Date.now()
  await run(page, twenty)
  const isOver = () => Date.now() - down >= 10_000
  await expect.poll(isOver, { timeout: 15_000, message: 'ten seconds' }).toBe(true)
  expect(failures, 'the page tried, and more than once').toBeGreaterThan(1)
  await nora.restart()

  // The longest pause after the tries of ten seconds is ten more.
  await arrived(query, id, 20_000)
  expect(await kept(page)).toEqual([])
})

test('20 calls while the server is down, and the visitor comes back when it is up', async ({ nora, query, site, device }) => {
  const address = site.page('/', nora.tag())
  const page = await device()
  await page.goto(address)
  await ready(page)
  const id = await anonymousId(page)

  await nora.kill()
  await Promise.all([page.waitForURL('about:blank'), run(page, `${twenty} location.href = "about:blank"`)])
  await nora.restart()
  expect(await query.profile('anonymous_id', id)).toBeNull()

  await page.goto(address)
  await arrived(query, id)
  await expect.poll(() => kept(page)).toEqual([])
})

test('20 calls where the policy of the site forbids WebAssembly', async ({ nora, query, site, device }) => {
  site.script('/calls.js', `addEventListener("load", () => { ${twenty} })`)
  const policy = `script-src 'self' ${nora.base}; connect-src ${nora.base}`
  const page = await device()
  const raw = page.waitForRequest((request) => request.url() === `${nora.base}/v1/raw`)
  await page.goto(site.page('/', `${nora.tag()}<script src="/calls.js"></script>`, { 'content-security-policy': policy }))
  // Posted by the script itself: the module would have made events and posted them elsewhere.
  const { raw: calls } = (await raw).postDataJSON() as { raw: { v: { a: string } }[] }
  await arrived(query, calls[0]!.v.a)
})

test('20 calls and a reload before WebAssembly is ready', async ({ nora, query, site, device }) => {
  // The first time a device that takes for ever to compile; the second time nothing is called.
  const slow = `if (!sessionStorage.early) WebAssembly.instantiate = () => new Promise(() => {})`
  const calls = `if (!sessionStorage.early) { ${twenty} sessionStorage.early = nora.counts() === null; location.reload() }`
  const tag = nora.tag().replace(' async', '')
  const page = await device()
  await page.goto(site.page('/', `<script>${slow}</script>${tag}<script>${calls}</script>`), { waitUntil: 'commit' })
  await page.waitForFunction(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    return navigation?.type === 'reload' && document.readyState === 'complete'
  })
  expect(await page.evaluate(() => sessionStorage.early), 'called before the module was there').toBe('true')
  await arrived(query, await anonymousId(page))
  await expect.poll(() => kept(page)).toEqual([])
})

/** Runs code in one turn of the page, whatever happens to the page in it. */
async function run(page: Page, code: string): Promise<void> {
  await page.evaluate(`setTimeout(() => { ${code} })`)
}

/** All 20 are in the profile, each once. */
async function arrived(query: Query, id: string, timeout = 5_000): Promise<void> {
  const found = async () => (await query.events('anonymous_id', id)).map(nameOf)
  await expect.poll(async () => new Set(await found()).size, { timeout, message: 'calls that arrived' }).toBe(COUNT)
  expect((await found()).sort()).toEqual(names.toSorted())
  expect((await query.profile('anonymous_id', id))?.event_count).toBe(COUNT)
}

/** What waits in storage for the server. */
const kept = (page: Page): Promise<string[]> => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('nora_q_')))
