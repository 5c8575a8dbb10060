import type { Page } from '@playwright/test'
import { more } from './support/capture.ts'
import { nameOf, valuesOf } from './support/query.ts'
import type { Nora } from './support/server.ts'
import { expect, test } from './support/test.ts'
import { anonymousId, ready, visitor } from './support/visitor.ts'

/** The server as a part of each of the two sites, which are two to a browser. */
const tag = (nora: Nora, site: string, attributes = '') => nora.tag(`data-domains="shop.localhost,blog.localhost" ${attributes}`, nora.at(`cdp.${site}`))

test('who goes from one domain of the site to another stays one visitor, in one profile', async ({ nora, query, site, device }) => {
  const page = await device()
  const post = site.at('blog.localhost', site.page('/post', `${tag(nora, 'blog.localhost')}<h1>Post</h1>`))
  await page.goto(site.at('shop.localhost', site.page('/shop', `${tag(nora, 'shop.localhost')}<a href="${post}#top">blog</a>`)))
  await more(page)
  const id = await anonymousId(page)
  const answered = page.waitForResponse(/\/v1\/link$/)
  await page.getByText('blog').hover()
  await (await answered).finished()
  const followed = page.waitForRequest(/\/post\?/)
  await page.getByText('blog').click()
  expect(new URL((await followed).url()).searchParams.get('nora_link')).toMatch(/^x/)
  await expect(page).toHaveURL(`${post}#top`)
  await expect.poll(() => anonymousId(page)).toBe(id)
  await expect.poll(async () => (await query.events('anonymous_id', id)).map(({ context }) => context.page?.url)).toEqual([post, site.at('shop.localhost', `${site.origin}/shop`)])
  expect(await query.customers()).toBe(1)
})

test('who comes by a newsletter is whom it was sent to', async ({ nora, query, site, device }) => {
  const page = await device()
  const made = await fetch(`${nora.base}/v1/links`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${nora.secretKey}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'u-9', traits: { email: 'ann@example.org', plan: 'pro' } }),
  })
  const { token } = (await made.json()) as { token: string }
  const address = site.at('shop.localhost', site.page('/shop', tag(nora, 'shop.localhost', 'data-hints="link"')))
  await page.goto(`${address}?nora_link=${token}`)
  await expect(page).toHaveURL(address)
  await expect.poll(async () => (await query.events('user_id', 'u-9')).map(nameOf).sort()).toEqual(['identify', 'page'])
  const profile = await query.profile('user_id', 'u-9')
  expect(profile?.traits).toMatchObject({ email: 'ann@example.org', plan: 'pro' })
  expect(valuesOf(profile, 'anonymous_id')).toEqual([await anonymousId(page)])
  const events = await query.events('user_id', 'u-9')
  expect(events.find(({ type }) => type === 'identify')?.verified).toBe(true)
  expect(JSON.stringify(events), 'the token is kept nowhere').not.toContain(token)
})

test('whose browser forgets what scripts keep stays the same visitor', async ({ nora, site, device }) => {
  const page = await device()
  const address = site.at('shop.localhost', site.page('/shop', tag(nora, 'shop.localhost')))
  const answer = page.waitForResponse(/\/v1\/id$/)
  await page.goto(address)
  await (await answer).finished()
  const before = await visitor(page)
  await page.goto(site.at('shop.localhost', site.page('/empty', '')))
  await wipe(page)
  const asked = page.waitForRequest(/\/v1\/id$/)
  await page.goto(address)
  expect((await asked).postDataJSON().anonymousId, 'made up').not.toBe(before.anonymousId)
  await ready(page)
  await expect.poll(() => anonymousId(page)).toBe(before.anonymousId)
})

test('who logs in or out in one tab does so in the others', async ({ nora, site, device }) => {
  const one = await device()
  const two = await one.context().newPage()
  const address = site.page('/', nora.tag())
  for (const page of [one, two]) {
    await page.goto(address)
    await ready(page)
    await page.evaluate(() => window.nora!.track('First'))
  }
  // What a call says of its visitor is what is known by then.
  const known = () => two.evaluate(() => (window.nora!.track('Next'), window.nora!.visitor()))
  await one.evaluate(() => window.nora!.identify('u-1'))
  await expect.poll(known).toEqual(await visitor(one))
  expect(await visitor(two)).toMatchObject({ userId: 'u-1' })
  await one.evaluate(() => window.nora!.reset())
  await expect.poll(known).toEqual(await visitor(one))
  expect(await visitor(two)).toMatchObject({ userId: null })
})

/** As browsers do with what scripts wrote, after a week without a visit. */
async function wipe(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.clear())
  const context = page.context()
  for (const { name, domain, httpOnly } of await context.cookies()) if (!httpOnly) await context.clearCookies({ name, domain })
}
