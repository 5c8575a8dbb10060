import type { Page } from '@playwright/test'
import { nameOf, valuesOf, type TimelineEvent } from './support/query.ts'
import { expect, test } from './support/test.ts'
import { anonymousId } from './support/visitor.ts'

const email = 'ann@example.org'

test('a visitor on two devices who logs in on both is one customer', async ({ nora, query, device }) => {
  const laptop = await device()
  await laptop.goto(`${nora.base}/shop/`)
  await laptop.waitForURL('**/shop/en/')
  await follow(laptop, 'nav-mugs', '**/category/mugs/')
  await follow(laptop, 'product-latte-cup', '**/product/latte-cup/')
  await laptop.getByTestId('add-to-cart').click()
  await expect(laptop.getByTestId('cart-count')).toHaveText('1')
  const laptopId = await anonymousId(laptop)

  const phone = await device({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await phone.goto(`${nora.base}/shop/en/product/moon-jar/`)
  const phoneId = await anonymousId(phone)

  // Nothing says yet that these two are one.
  await expect.poll(() => query.profile('anonymous_id', phoneId)).toMatchObject({ identifiers: [{ value: phoneId }] })
  expect(await query.profile('anonymous_id', laptopId)).toMatchObject({ identifiers: [{ value: laptopId }] })

  await logIn(laptop, email)
  await expect(laptop.getByTestId('account-email')).toHaveText(email)
  // As people type on a phone.
  await logIn(phone, ' Ann@Example.org')
  const bothIn = async () => (await query.events('email', email)).filter((event) => nameOf(event) === 'Signed In').length
  const clicked = performance.now()
  await expect.poll(bothIn, { intervals: [20] }).toBe(2)
  // Told and not asserted: how long a busy machine takes says nothing about the product.
  console.log(`    the log-in was in the profile ${Math.round(performance.now() - clicked)} ms after the last click`)

  await phone.waitForURL('**/account/')
  const userId = await phone.getByTestId('account-user-id').innerText()
  const pages = async () => (await query.profile('user_id', userId))?.computed.page_views
  await expect.poll(pages).toBe(laptopPages.length + phonePages.length)

  const profile = await query.profile('user_id', userId)
  const identifiers = profile?.identifiers.map(({ type, value, sources }) => [type, value, ...sources]).sort()
  expect(identifiers).toEqual(
    [['user_id', userId, 'website'], ['email', email, 'website'], ['anonymous_id', laptopId, 'website'], ['anonymous_id', phoneId, 'website']].sort(),
  )
  for (const { type, value } of profile?.identifiers ?? []) {
    expect(await query.profile(type, value), `the profile of ${type}:${value}`).toEqual(profile)
  }

  const timeline = await query.events('user_id', userId)
  expect(timeline.map(({ timestamp }) => timestamp)).toEqual(timeline.map(({ timestamp }) => timestamp).sort().reverse())
  expect(calls(timeline, laptopId)).toEqual(laptopCalls)
  expect(paths(timeline, laptopId)).toEqual(laptopPages)
  expect(calls(timeline, phoneId)).toEqual(phoneCalls)
  expect(paths(timeline, phoneId)).toEqual(phonePages)
  expect(profile?.event_count).toBe(timeline.length)
})

test('two visitors are two customers', async ({ nora, query, device }) => {
  const [ann, bob, passerBy] = [await device(), await device(), await device()]
  await logInAt(ann, nora.base, email)
  await logInAt(bob, nora.base, 'bob@example.org')
  await passerBy.goto(`${nora.base}/shop/en/`)

  await expect.poll(() => query.customers()).toBe(3)
  expect(valuesOf(await query.profile('email', email), 'anonymous_id')).toEqual([await anonymousId(ann)])
  expect(valuesOf(await query.profile('email', 'bob@example.org'), 'anonymous_id')).toEqual([await anonymousId(bob)])
  expect(await query.profile('anonymous_id', await anonymousId(passerBy))).toMatchObject({ traits: {}, identifiers: [{ type: 'anonymous_id' }] })
})

test('what is bought in Dutch has the name that it has in English', async ({ nora, query, device }) => {
  const page = await device({ locale: 'nl-NL' })
  await page.goto(`${nora.base}/shop/en/product/moon-jar/`)
  await follow(page, 'lang-nl', '**/shop/nl/product/moon-jar/')
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl')
  await page.getByTestId('add-to-cart').click()
  const id = await anonymousId(page)

  const added = async () => (await query.events('anonymous_id', id)).find((event) => nameOf(event) === 'Product Added')
  await expect.poll(added).toMatchObject({
    properties: { name: 'Moon jar', currency: 'EUR', quantity: 1 },
    context: { locale: 'nl-NL', page: { path: '/shop/nl/product/moon-jar/' } },
  })
})

const laptopCalls = [
  'Product List Viewed', 'Product List Viewed', 'Product Clicked', 'Product Viewed', 'Product List Viewed', 'Product Added',
  'identify', 'Signed In',
]
const laptopPages = ['', 'category/mugs/', 'product/latte-cup/', 'login/', 'account/'].map((path) => `/shop/en/${path}`)
const phoneCalls = ['Product Viewed', 'Product List Viewed', 'identify', 'Signed In']
const phonePages = ['product/moon-jar/', 'login/', 'account/'].map((path) => `/shop/en/${path}`)

/** What was called on one device, the oldest first. Page views are apart: the tag notes them when it is there, before or after the page's own calls. */
function calls(timeline: TimelineEvent[], device: string): string[] {
  return timeline.filter((event) => event.anonymous_id === device && event.type !== 'page').map(nameOf).reverse()
}

/** The pages that were seen on one device, the oldest first. */
function paths(timeline: TimelineEvent[], device: string): unknown[] {
  return timeline.filter((event) => event.anonymous_id === device && event.type === 'page').map((event) => event.context.page?.path).reverse()
}

async function follow(page: Page, link: string, to: string): Promise<void> {
  await page.getByTestId(link).first().click()
  await page.waitForURL(to)
}

async function logIn(page: Page, address: string): Promise<void> {
  await follow(page, 'account-link', '**/login/')
  await enter(page, address)
}

async function logInAt(page: Page, base: string, address: string): Promise<void> {
  await page.goto(`${base}/shop/en/login/`)
  await enter(page, address)
  await page.waitForURL('**/account/')
}

async function enter(page: Page, address: string): Promise<void> {
  await page.getByTestId('login-email').fill(address)
  await page.getByTestId('login-password').fill('correct horse')
  await page.getByTestId('login-submit').click()
}
