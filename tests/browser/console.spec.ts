import type { Page } from '@playwright/test'
import { collect } from './support/collect.ts'
import { expect, test } from './support/test.ts'

const email = 'ann@example.org'

test('the one-time link leads to what arrives, and from there to the customer', async ({ nora, device }) => {
  const page = await device()
  await page.goto(nora.consoleLink)
  await connected(page)
  // The code is of no more use, and need not be seen.
  await expect(page).toHaveURL(`${nora.base}/console/`)

  await collect(nora, { type: 'track', messageId: 'm-1', event: 'Product Viewed', anonymousId: 'anon-1' })
  await collect(nora, { type: 'identify', messageId: 'm-2', userId: 'ann', anonymousId: 'anon-1', traits: { name: 'Ann Peeters', email } })
  const arrival = page.locator('[data-testid=live-event][data-message-id=m-2]')
  await expect(arrival).toHaveAttribute('data-outcome', 'accepted')
  await collect(nora, { type: 'track', messageId: 'm-3', anonymousId: 'anon-1' })
  await expect(page.locator('[data-testid=live-event][data-message-id=m-3]')).toHaveAttribute('data-outcome', 'quarantined')

  await arrival.getByRole('link').click()
  await expect(page.getByTestId('profile-name')).toHaveText('Ann Peeters')
  for (const [type, value] of [['user_id', 'ann'], ['email', email], ['anonymous_id', 'anon-1']]) {
    await expect(page.getByTestId('identifiers').locator(`[data-type=${type}][data-value="${value}"]`)).toBeVisible()
  }
  await expect(page.getByTestId('timeline-event')).toHaveCount(2)
  expect(await page.getByTestId('timeline-event').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.name))).toEqual(['identify', 'Product Viewed'])

  // The profile is as fresh as the list it was reached from.
  await collect(nora, { type: 'track', messageId: 'm-4', event: 'Product Added', userId: 'ann' })
  await expect(page.getByTestId('timeline-event').first()).toHaveAttribute('data-name', 'Product Added')
})

test('the link works once', async ({ nora, device }) => {
  const page = await device()
  await page.goto(nora.consoleLink)
  await connected(page)

  const other = await device()
  const answer = other.waitForResponse((response) => response.url() === `${nora.base}/v1/session` && response.request().method() === 'POST')
  await other.goto(nora.consoleLink)
  expect((await answer).status()).toBe(401)
  await expect(other.getByTestId('token')).toBeVisible()
  await expect(other.getByTestId('error')).toBeVisible()
  expect((await other.request.get(`${nora.base}/v1/session`)).status()).toBe(401)
})

test('a token logs in, a wrong one does not, and log-out ends it', async ({ nora, device }) => {
  const page = await device()
  await page.goto(`${nora.base}/console/`)
  await page.getByTestId('token').fill('wrong')
  await page.getByTestId('token-submit').click()
  await expect(page.getByTestId('error')).toBeVisible()
  await page.getByTestId('token').fill(nora.token)
  await page.getByTestId('token-submit').click()
  await connected(page)
  expect((await page.request.get(`${nora.base}/v1/profiles`)).status()).toBe(200)

  await page.getByTestId('logout').click()
  await expect(page.getByTestId('token')).toBeVisible()
  expect((await page.request.get(`${nora.base}/v1/profiles`)).status()).toBe(401)
})

test('whoever has not logged in sees nothing', async ({ nora, device }) => {
  await collect(nora, { type: 'identify', userId: 'ann', traits: { email } })
  const { request } = await device()
  const paths = ['session', 'overview', 'sources', 'profiles', 'profiles/user_id:ann', 'profiles/user_id:ann/events', 'identities', 'events/live', 'quarantine']
  for (const path of paths) {
    const answer = await request.get(`${nora.base}/v1/${path}`, { headers: { cookie: 'nora_session=9999999999999.4f776e6572.00' } })
    expect(answer.status(), path).toBe(401)
    expect(await answer.text(), path).not.toContain(email)
    // A key that can write cannot read.
    const withKey = await request.get(`${nora.base}/v1/${path}`, { headers: { authorization: `Bearer ${nora.writeKey}` } })
    expect(withKey.status(), path).toBe(401)
  }
})

test('an open console does not hold up the server when it is to stop', async ({ nora, device }) => {
  const page = await device()
  await page.goto(nora.consoleLink)
  await connected(page)
  const asked = Date.now()
  await nora.stop()
  // Requests under way get ten seconds. The stream of what arrives has no end that could be waited for.
  expect(Date.now() - asked).toBeLessThan(5_000)
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'lost')
})

const connected = (page: Page) => expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'open')
