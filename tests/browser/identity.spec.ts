import type { Page } from '@playwright/test'
import { collect } from './support/collect.ts'
import { expect, test } from './support/test.ts'
import type { Nora } from './support/server.ts'

const email = 'ann@example.org'

test('shows why two are one person, parts them, and puts them together again', async ({ nora, device }) => {
  await collect(nora, { type: 'identify', messageId: 'm-1', userId: 'ann', traits: { name: 'Ann Peeters', email } })
  await collect(nora, { type: 'identify', messageId: 'm-2', anonymousId: 'anon-1', traits: { email } })
  const page = await identityOf(nora, await device(), 'ann')
  await expect(page.getByTestId('identity-node')).toHaveCount(3)

  // Nothing shows the two together; the e-mail address does, with each.
  await dot(page, 'ann').click()
  await dot(page, 'anon-1').click()
  await expect(page.getByTestId('why')).toHaveAttribute('data-together', 'true')
  const path = page.getByTestId('why-path')
  await expect(path).toContainText(email)
  await expect(path.getByRole('button', { name: 'These are two people' })).toHaveCount(2)

  await path.getByRole('button', { name: 'These are two people' }).last().click()
  await page.getByLabel('Why?').fill('Her sister has the laptop.')
  await page.getByTestId('decide').click()
  await expect(page.getByTestId('why')).toHaveAttribute('data-together', 'false')
  await expect(page.locator('[data-testid=identity-edge][data-state=severed]')).toHaveCount(1)
  await expect(page.getByTestId('decision-row')).toContainText('Her sister has the laptop.')

  await page.getByTestId('decision-row').getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByTestId('why')).toHaveAttribute('data-together', 'true')
  await expect(page.locator('[data-testid=identity-edge][data-state=severed]')).toHaveCount(0)
  await expect(page.getByTestId('decision-row')).toHaveAttribute('data-active', 'false')
})

test('two user ids are one person when somebody says so', async ({ nora, device }) => {
  await collect(nora, { type: 'identify', messageId: 'm-1', userId: 'ann', traits: { email } })
  await collect(nora, { type: 'track', messageId: 'm-2', userId: 'anna', event: 'Product Viewed' })
  const page = await identityOf(nora, await device(), 'ann')

  await dot(page, 'ann').click()
  const other = page.getByRole('combobox', { name: 'and this one' })
  await other.fill('anna')
  await page.getByRole('option', { name: 'anna User id' }).click()
  await expect(page.getByTestId('why')).toHaveAttribute('data-together', 'false')
  await page.getByRole('button', { name: 'These are one person' }).click()
  await page.getByTestId('decide').click()
  await expect(page.getByTestId('why')).toHaveAttribute('data-together', 'true')
  await expect(dot(page, 'anna')).toBeVisible()
})

test('an identifier can be kept from recognising anybody, by the keyboard alone', async ({ nora, device }) => {
  await collect(nora, { type: 'identify', messageId: 'm-1', userId: 'ann', anonymousId: 'kiosk' })
  const page = await identityOf(nora, await device(), 'ann')
  await dot(page, 'kiosk').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('block').press('Enter')
  await page.getByTestId('decide').press('Enter')
  await expect(page.getByTestId('decision-row')).toHaveAttribute('data-kind', 'block')
  await expect(page.locator('[data-testid=identity-node][data-value=kiosk]')).toHaveAttribute('data-state', 'blocked')
})

test('an old address says of which profile it has become a part', async ({ nora, device }) => {
  await collect(nora, { type: 'track', messageId: 'm-1', event: 'Product Viewed', anonymousId: 'anon-1' })
  const page = await device()
  await page.goto(nora.consoleLink)
  const old = await profileIdOf(nora, page, 'anonymous_id:anon-1')
  await collect(nora, { type: 'identify', messageId: 'm-2', userId: 'ann', anonymousId: 'anon-1' })
  const now = await profileIdOf(nora, page, 'user_id:ann')

  await page.goto(`${nora.base}/console/profiles/${old}`)
  await expect(page.getByTestId('profile-id')).toHaveText(now)
  await expect(page.getByTestId('merged-note')).toContainText(old)
  await page.getByRole('button', { name: 'Hide this note' }).click()
  await expect(page.getByTestId('merged-note')).toHaveCount(0)
})

const dot = (page: Page, value: string) => page.locator(`[data-testid=identity-node][data-value="${value}"] [role=button]`)

async function identityOf(nora: Nora, page: Page, userId: string): Promise<Page> {
  await page.goto(nora.consoleLink)
  const id = await profileIdOf(nora, page, `user_id:${userId}`)
  await page.goto(`${nora.base}/console/profiles/${id}?view=identity`)
  await expect(page.getByTestId('identity-graph')).toBeVisible()
  return page
}

/** Once what was sent has arrived there. */
async function profileIdOf(nora: Nora, page: Page, identifier: string): Promise<string> {
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'open')
  const url = `${nora.base}/v1/profiles/${identifier}`
  await expect.poll(async () => (await page.request.get(url)).status()).toBe(200)
  const profile = (await (await page.request.get(url)).json()) as { profile_id: string }
  return profile.profile_id
}
