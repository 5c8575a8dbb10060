import assert from 'node:assert/strict'
import { nameOf, type Query } from '../browser/support/query.ts'
import { anonymousId, open, ready } from './device.ts'
import { inFirefox, until } from './stage.ts'

const COUNT = 20
const names = Array.from({ length: COUNT }, (_, index) => `Call ${index + 1}`)
const twenty = `for (let i = 1; i <= ${COUNT}; i++) nora.track("Call " + i, { number: i })`

inFirefox('a page view, a call and a log-in are in one profile', async ({ nora, query, site, browser }) => {
  const page = await open(browser, site.page('/', nora.tag('')))
  await page.evaluate(() => {
    void window.nora!.track('Product Added', { product_id: 'mug-01', price: 18.5 })
    void window.nora!.identify('ann', { email: 'Ann@Example.org' })
  })

  await until(async () => (await query.events('user_id', 'ann')).map(nameOf).sort(), ['Product Added', 'identify', 'page'])
  const profile = await query.profile('email', 'ann@example.org')
  assert.equal(profile?.computed.page_views, 1)
  assert.deepEqual(
    profile.identifiers.map(({ type, value }) => `${type}:${value}`).sort(),
    [`anonymous_id:${await anonymousId(page)}`, 'email:ann@example.org', 'user_id:ann'],
  )
  const [added] = (await query.events('user_id', 'ann')).filter((event) => event.type === 'track')
  assert.deepEqual(added?.properties, { product_id: 'mug-01', price: 18.5 })
  assert.match(String(added?.context.userAgent), /Firefox/)
})

inFirefox('20 calls and then away from the page', async ({ nora, query, site, browser }) => {
  const page = await open(browser, site.page('/', nora.tag('data-auto="none"')))
  const id = await anonymousId(page)
  const next = site.page('/next', '')
  await Promise.all([page.waitForNavigation(), page.evaluate(`setTimeout(() => { ${twenty}; location.href = "${next}" })`)])
  await arrived(query, id)
})

inFirefox('what could not be sent waits for the next visit', async ({ nora, query, site, browser }) => {
  const address = site.page('/', nora.tag('data-auto="none"'))
  const page = await open(browser, address)
  const id = await anonymousId(page)

  await nora.kill()
  const next = site.page('/next', '')
  await Promise.all([page.waitForNavigation(), page.evaluate(`setTimeout(() => { ${twenty}; location.href = "${next}" })`)])
  await nora.restart()
  assert.equal(await query.profile('anonymous_id', id), null)

  await page.goto(address)
  await ready(page)
  assert.equal(await anonymousId(page), id)
  await arrived(query, id)
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('nora_q_')))
  await until(kept, [])
})

inFirefox('where consent is required nothing is kept or sent until it is given', async ({ nora, query, site, browser }) => {
  const page = await browser.newPage()
  const posted: string[] = []
  page.on('request', (request) => request.method() === 'POST' && posted.push(request.url()))
  await page.goto(site.page('/', nora.tag('data-consent="required"')))
  await ready(page)
  await page.evaluate(() => {
    void window.nora!.track('Product Viewed')
    void window.nora!.flush()
  })
  // A round trip to the server, after which a request of before would be known.
  await page.evaluate((url) => fetch(url, { mode: 'no-cors' }).then(() => {}), `${nora.base}/nora.js`)
  const kept = () => page.evaluate(() => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)])
  assert.deepEqual(await kept(), [''])
  assert.deepEqual(posted, [])
  assert.equal(await query.customers(), 0)

  await page.evaluate(() => void window.nora!.consent({ Analytics: true }))
  const id = await anonymousId(page)
  await until(async () => (await query.events('anonymous_id', id)).map(nameOf).includes('Product Viewed'), true)
  assert.deepEqual((await query.profile('anonymous_id', id))?.consent, { Analytics: true })
  assert.ok((await kept()).some((text) => text.includes(id)), 'now the visitor is remembered')
  assert.ok(posted.length > 0, 'requests are seen by this test')
})

inFirefox(
  'without WebAssembly the server makes the events',
  async ({ nora, query, site, browser }) => {
    const page = await browser.newPage()
    const posted: string[] = []
    page.on('request', (request) => request.method() === 'POST' && posted.push(request.url()))
    await page.goto(site.page('/', nora.tag('data-auto="none"')))
    await ready(page)
    assert.equal(await page.evaluate('typeof WebAssembly'), 'undefined')
    const id = await anonymousId(page)
    await page.evaluate(twenty)
    await arrived(query, id)
    assert.deepEqual(new Set(posted), new Set([`${nora.base}/v1/raw`]))
  },
  { 'javascript.options.wasm': false },
)

/** All 20 are in the profile, each once. */
async function arrived(query: Query, id: string): Promise<void> {
  await until(async () => (await query.events('anonymous_id', id)).map(nameOf).sort(), names.toSorted())
  assert.equal((await query.profile('anonymous_id', id))?.event_count, COUNT)
}
