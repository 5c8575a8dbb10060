import type { Page } from '@playwright/test'
import { more } from './support/capture.ts'
import { expect, test } from './support/test.ts'
import { Site } from './support/site.ts'
import type { Nora } from './support/server.ts'
import { anonymousId } from './support/visitor.ts'

test('a link to another domain of the site takes the visitor along', async ({ nora, site, device }) => {
  const page = await device()
  const { asked, given } = tokens(nora, page)
  const { shop, at } = await otherDomain()
  await page.goto(site.page('/', `${nora.tag('data-domains="elsewhere.example, 127.0.0.1"')}<a id="out" href="${at}?a=1#part">shop</a> <a id="tab" target="_blank" href="${at}">tab</a> <a id="in" href="/">inside</a>`))
  await more(page)
  const id = await anonymousId(page)
  await page.locator('#in').hover()
  expect(asked).toEqual([])
  await ask(page, '#out')
  await page.locator('#tab').hover()
  await page.locator('#out').hover()
  expect(asked).toEqual([{ writeKey: nora.writeKey, anonymousId: id }])

  // Copied, dragged or opened from the menu, it has no token; nor once it was followed.
  await page.locator('#out').click({ button: 'right' })
  expect(await page.locator('#out').getAttribute('href')).toBe(`${at}?a=1#part`)
  for (const button of ['left', 'middle'] as const) {
    const [tab] = await Promise.all([page.context().waitForEvent('page'), page.locator('#tab').click({ button })])
    await expect(tab).toHaveURL(`${at}?nora_link=${given[0]}`)
    await expect.poll(() => page.locator('#tab').getAttribute('href')).toBe(at)
    await tab.close()
  }
  await page.locator('#out').focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${at}?a=1&nora_link=${given[0]}#part`)
  await shop.close()
})

test('a token is of one visitor', async ({ nora, site, device }) => {
  const page = await device()
  const { asked, given } = tokens(nora, page)
  const { shop, at } = await otherDomain()
  await page.goto(site.page('/', `${nora.tag('data-domains="127.0.0.1"')}<a id="out" href="${at}">shop</a><p>text</p>`))
  await more(page)
  await ask(page, '#out')
  await page.evaluate(() => window.nora!.reset())
  await page.locator('p').hover()
  await ask(page, '#out')
  expect(asked.map(({ anonymousId }) => anonymousId)[1]).toBe(await anonymousId(page))
  await page.locator('#out').click()
  await expect(page).toHaveURL(`${at}?nora_link=${given[1]}`)
  await shop.close()
})

test('without consent, and without a token, a link is a link', async ({ nora, site, device }) => {
  const { shop, at } = await otherDomain()
  const silent = await device()
  const { asked } = tokens(nora, silent)
  await silent.goto(site.page('/', `${nora.tag('data-domains="127.0.0.1" data-consent="required"')}<a id="out" href="${at}">shop</a>`))
  await more(silent)
  await silent.locator('#out').click()
  await expect(silent).toHaveURL(at)
  expect(asked).toEqual([])

  const failing = await device()
  await failing.route(`${nora.base}/v1/link`, (route) => route.fulfill({ status: 503, body: '{"error":{}}', headers: { 'access-control-allow-origin': '*' } }))
  await failing.goto(site.page('/', `${nora.tag('data-domains="127.0.0.1"')}<a id="out" href="${at}">shop</a>`))
  await more(failing)
  await ask(failing, '#out')
  await failing.locator('#out').click()
  await expect(failing).toHaveURL(at)
  await shop.close()
})

/** Another of the site's domains: to a browser, 127.0.0.1 is another host than localhost. */
async function otherDomain(): Promise<{ shop: Site; at: string }> {
  const shop = await Site.open()
  return { shop, at: shop.page('/shop', '<h1>Shop</h1>').replace('localhost', '127.0.0.1') }
}

/** What is asked of the server, and the tokens that it gives. */
function tokens(nora: Nora, page: Page) {
  const asked: { writeKey: string; anonymousId: string }[] = []
  const given: string[] = []
  page.on('response', async (response) => {
    if (response.url() !== `${nora.base}/v1/link`) return
    // Simple in the sense of CORS.
    expect(response.request().headers()['content-type']).toMatch(/^text\/plain/)
    asked.push(response.request().postDataJSON())
    given.push((await response.json()).token)
  })
  return { asked, given }
}

/** Points at a link, and waits for the answer to have been read. */
async function ask(page: Page, link: string): Promise<void> {
  const answered = page.waitForResponse(/\/v1\/link$/)
  await page.locator(link).hover()
  await (await answered).finished()
  await page.evaluate(() => new Promise((done) => setTimeout(done)))
}
