import type { Page, Request } from '@playwright/test'
import { nameOf } from './support/query.ts'
import type { Nora } from './support/server.ts'
import { expect, test } from './support/test.ts'
import { anonymousId, ready } from './support/visitor.ts'

const KNOWN = 'known-to-the-server'
/** The server as a part of the site `shop.localhost`. */
const ours = (nora: Nora) => nora.at('cdp.shop.localhost')
const cookies = async (page: Page, nora: Nora) => (await page.context().cookies(ours(nora))).filter(({ name }) => name === 'nora_id')

test('a visitor whom the server knows is that one from the first event on', async ({ nora, query, site, device }) => {
  const page = await device()
  const base = ours(nora)
  await page.context().addCookies([{ name: 'nora_id', value: KNOWN, url: base, httpOnly: true }])
  const sent = requests(page, base)
  const asked = () => sent.filter((request) => request.url() === `${base}/v1/id`).map((request) => request.postDataJSON())
  await page.goto(site.at('shop.localhost', site.page('/', `<script>nora = [["track", "First"]]</script>${nora.tag('data-auto="none"', base)}`)))
  await expect.poll(async () => (await query.events('anonymous_id', KNOWN)).map(nameOf)).toEqual(['First'])
  expect(await anonymousId(page)).toBe(KNOWN)
  expect(asked()).toHaveLength(1)
  expect(await query.profile('anonymous_id', String(asked()[0].anonymousId)), 'the id that was made up').toBeNull()
  expect(sent.map((request) => new URL(request.url()).pathname)[0], 'asked before anything is sent').toBe('/v1/id')

  // Once a day is enough.
  await page.reload()
  await ready(page)
  await page.evaluate(() => window.nora!.track('Second'))
  await expect.poll(async () => (await query.events('anonymous_id', KNOWN)).length).toBe(2)
  expect(asked()).toHaveLength(1)
})

test('where the server does not say who it is, events do not wait for ever', async ({ nora, query, site, device }) => {
  const page = await device()
  await page.route(`${nora.base}/v1/id`, () => {})
  await page.goto(site.page('/', `<script>nora = [["track", "First"]]</script>${nora.tag('data-auto="none" data-cookie="server"')}`))
  const id = await anonymousId(page)
  await expect.poll(async () => (await query.events('anonymous_id', id)).map(nameOf)).toEqual(['First'])
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})

test('the server is asked where it is of the same site, and nowhere else', async ({ nora, site, device }) => {
  for (const [address, isAsked] of [[`${nora.base}/shop/en/`, true], [site.page('/', nora.tag()), false]] as const) {
    const page = await device()
    const sent = requests(page, nora.base)
    await page.goto(address)
    await ready(page)
    await page.evaluate(() => window.nora!.track('First'))
    const paths = () => sent.map((request) => new URL(request.url()).pathname)
    await expect.poll(() => paths().some((path) => path === '/v1/b')).toBe(true)
    expect(paths().includes('/v1/id'), address).toBe(isAsked)
  }
})

test('what a link from another site brings is taken out of the address and shown to the server', async ({ nora, query, site, device }) => {
  const page = await device()
  const asked = await answering(page, nora, '/v1/id', { anonymousId: KNOWN })
  await page.goto(`${site.page('/', nora.tag('data-cookie="server"'))}?a=1&nora_link=xTOKEN&b=2#here`)
  await expect.poll(async () => (await query.events('anonymous_id', KNOWN))[0]?.context.page).toMatchObject({ url: `${site.origin}/?a=1&b=2`, search: '?a=1&b=2' })
  expect(asked[0]).toMatchObject({ writeKey: nora.writeKey, link: 'xTOKEN' })
  expect(page.url()).toBe(`${site.origin}/?a=1&b=2#here`)
})

test('what a newsletter’s link brings is an identify, where hints of links are wanted', async ({ nora, site, device }) => {
  const identities: unknown[] = []
  for (const hints of ['data-hints="form,link"', '']) {
    const page = await device()
    page.on('request', (request) => request.url() === `${nora.base}/v1/b` && identities.push(...(request.postDataJSON().batch as any[]).map(({ type, context }) => [type, context.identity])))
    await page.goto(`${site.page('/', nora.tag(`data-auto="none" ${hints}`))}?nora_link=nTOKEN`)
    await ready(page)
    await page.evaluate(() => window.nora!.track('First'))
    await expect.poll(() => identities).toEqual([...(hints ? [['identify', { link: 'nTOKEN' }]] : []), ['track', undefined]])
    expect(page.url()).toBe(`${site.origin}/`)
    identities.length = 0
  }
})

test('log-out and withdrawn consent reach the cookie', async ({ nora, site, device }) => {
  const page = await device()
  await page.goto(site.at('shop.localhost', site.page('/', nora.tag('data-auto="none"', ours(nora)))))
  const first = await anonymousId(page)
  await expect.poll(() => cookies(page, nora)).toMatchObject([{ value: first, httpOnly: true, sameSite: 'Lax' }])
  await page.evaluate(() => window.nora!.reset())
  const second = await anonymousId(page)
  expect(second).not.toBe(first)
  await expect.poll(() => cookies(page, nora)).toMatchObject([{ value: second }])
  await page.evaluate(() => window.nora!.consent({ Analytics: false }))
  await expect.poll(() => cookies(page, nora)).toEqual([])
})

test('before consent, page views are counted without anybody in them, where the site wants that', async ({ nora, query, site, device }) => {
  const page = await device()
  const sent = requests(page, nora.base)
  await page.goto(site.page('/start', `<a href="/" id="on">on</a>`))
  site.page('/', nora.tag('data-consent="required" data-anonymous="counts"'))
  await page.locator('#on').click()
  await page.waitForFunction(() => window.nora && 'visitor' in window.nora)
  await expect.poll(() => query.counts()).toMatchObject([{ paths: [{ name: '/', views: 1 }], referrers: [] }])
  expect(sent.map((request) => [request.url(), request.postDataJSON()])).toEqual([
    [`${nora.base}/v1/count`, { writeKey: nora.writeKey, path: '/', referrerHost: new URL(site.origin).host }],
  ])
  expect(await page.evaluate(() => [...Object.keys(localStorage), document.cookie])).toEqual([''])
  await page.evaluate(() => window.nora!.consent({ Analytics: false }))
  await page.evaluate(() => window.nora!.page())
  expect(sent, 'whoever refuses is left alone').toHaveLength(1)
})

/** Stands in for an endpoint, and notes what it is asked. */
async function answering(page: Page, nora: Nora, path: string, answer: object): Promise<Record<string, unknown>[]> {
  const asked: Record<string, unknown>[] = []
  await page.route(nora.base + path, async (route) => {
    asked.push(route.request().postDataJSON())
    const headers = { 'access-control-allow-origin': route.request().headers().origin ?? '*', 'access-control-allow-credentials': 'true' }
    await route.fulfill({ headers, json: answer })
  })
  return asked
}

/** What is posted to the server. */
function requests(page: Page, base: string): Request[] {
  const sent: Request[] = []
  page.on('request', (request) => request.method() === 'POST' && request.url().startsWith(base) && sent.push(request))
  return sent
}
