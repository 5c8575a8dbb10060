import { chromium, type Page } from '@playwright/test'
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
  const calls = `if (!sessionStorage.early) { ${twenty} sessionStorage.early = nora.counts().delivered === 0; location.reload() }`
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

test('20 calls while the visitor is offline, who closes the tab and comes back', async ({ nora, query, site, device }) => {
  const address = site.page('/', nora.tag())
  const page = await device()
  const context = page.context()
  await page.goto(address)
  await ready(page)
  const id = await anonymousId(page)
  await context.setOffline(true)
  await page.evaluate(twenty)
  await page.close({ runBeforeUnload: false })
  await context.setOffline(false)
  expect(await query.profile('anonymous_id', id)).toBeNull()

  const again = await context.newPage()
  await again.goto(address)
  await arrived(query, id)
  await expect.poll(() => kept(again)).toEqual([])
})

test('20 calls while the server is overloaded', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.goto(site.page('/', nora.tag()))
  await ready(page)
  let asked = 0
  await page.route(`${nora.base}/v1/*`, (route) =>
    ++asked > 2 ? route.continue() : route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after', 'retry-after': '1' } }),
  )
  await run(page, twenty)
  await arrived(query, await anonymousId(page), 20_000)
  await expect.poll(() => kept(page)).toEqual([])
  expect(await page.evaluate(() => window.nora!.counts())).toMatchObject({ delivered: COUNT, queued: 0, dropped: 0 })
})

test('20 calls in two tabs at once', async ({ nora, query, site, device }) => {
  const address = site.page('/', nora.tag())
  const one = await device()
  const two = await one.context().newPage()
  const sent = sentBy(one, two)
  await one.goto(address)
  await two.goto(address)
  await Promise.all([ready(one), ready(two)])
  const half = (from: number) => `for (let i = ${from}; i < ${from} + ${COUNT / 2}; i++) nora.track("Call " + i, { number: i })`
  await Promise.all([run(one, half(1)), run(two, half(1 + COUNT / 2))])
  await arrived(query, await anonymousId(one))
  await expect.poll(() => kept(one)).toEqual([])
  expect(sent.toSorted(), 'each was sent once').toEqual([...new Set(sent)].toSorted())
  expect(sent).toHaveLength(COUNT)
})

test('what a closed tab could not send, a tab that stays open sends', async ({ nora, query, site, device }) => {
  const address = site.page('/', nora.tag())
  const open = await device()
  await open.goto(address)
  await ready(open)
  const closed = await open.context().newPage()
  await closed.goto(address)
  await ready(closed)
  const id = await anonymousId(closed)
  await nora.kill()
  await closed.evaluate(twenty)
  await closed.close()
  await nora.restart()
  await arrived(query, id, 20_000)
  await expect.poll(() => kept(open)).toEqual([])
})

test('20 calls where nothing can be stored, and then away', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.goto(site.page('/', nora.tag(), { 'content-security-policy': 'sandbox allow-scripts' }))
  await ready(page)
  const id = await anonymousId(page)
  await Promise.all([page.waitForURL('about:blank'), run(page, `${twenty} location.href = "about:blank"`)])
  await arrived(query, id)
})

test('20 calls and then away, and back to the page as it was', async ({ nora, query, site }) => {
  // Playwright turns the cache off in the browsers that it starts itself.
  const { executablePath, args, chromiumSandbox } = test.info().project.use.launchOptions!
  const browser = await chromium.launch({ executablePath, args, chromiumSandbox, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  try {
    const page = await browser.newPage()
    await page.goto(site.page('/', nora.tag()))
    await ready(page)
    const id = await anonymousId(page)
    // Said by the page itself, since Playwright does not see a page that comes out of the cache.
    const back = 'addEventListener("pageshow", (event) => nora.track("Back", { persisted: event.persisted }));'
    const next = site.page('/next', '<script>addEventListener("load", () => setTimeout(() => history.back()))</script>')
    await run(page, `${back} ${twenty} location.href = "${next}"`)
    const found = () => query.events('anonymous_id', id)
    await expect.poll(async () => (await found()).find((event) => nameOf(event) === 'Back')?.properties).toEqual({ persisted: true })
    await expect.poll(async () => (await found()).map(nameOf).sort()).toEqual(['Back', ...names].sort())
    expect((await query.profile('anonymous_id', id))?.event_count).toBe(COUNT + 1)
  } finally {
    await browser.close()
  }
})

/** The message ids that pages post, in either form, as often as they do. */
function sentBy(...pages: Page[]): string[] {
  const sent: string[] = []
  for (const page of pages) {
    page.on('request', (request) => {
      if (request.method() !== 'POST') return
      const { batch = [], raw = [] } = request.postDataJSON() as { batch?: { messageId: string }[]; raw?: { id: string }[] }
      sent.push(...batch.map(({ messageId }) => messageId), ...raw.map(({ id }) => id))
    })
  }
  return sent
}

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
