import { collect } from './support/collect.ts'
import { expect, test } from './support/test.ts'

test('a token is made, shown once, used and revoked', async ({ nora, device }) => {
  const page = await device()
  await page.goto(nora.consoleLink)
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByTestId('token-new').click()
  await page.getByTestId('token-name').fill('Reports')
  await page.getByTestId('token-create').click()
  const token = await page.getByTestId('secret').textContent()
  await page.getByTestId('secrets-close').click()
  const ask = (path: string) => page.request.get(`${nora.base}/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })
  expect((await ask('overview')).status()).toBe(200)
  expect((await ask('tokens')).status()).toBe(403)

  await page.reload()
  const row = page.locator('[data-testid=token-row][data-name=Reports]')
  await expect(row).toContainText('read')
  await expect(page.locator('body')).not.toContainText(token ?? '')
  await row.getByTestId('token-revoke').click()
  await row.getByTestId('token-revoke-confirm').click()
  await expect(row).toHaveCount(0)
  expect((await ask('overview')).status()).toBe(401)
})

test('a source is made, gets another key without losing the old one, and is removed', async ({ nora, device }) => {
  const page = await device()
  await page.goto(nora.consoleLink)
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByTestId('source-new').click()
  await page.getByTestId('source-name').fill('Web shop')
  await page.getByTestId('source-origins').fill('not an origin')
  await page.getByTestId('source-save').click()
  await expect(page.getByTestId('error')).toBeVisible()
  await page.getByTestId('source-origins').fill('https://shop.example\nhttps://*.shop.example')
  await page.getByTestId('source-save').click()
  await expect(page.getByTestId('secret')).toHaveCount(2)
  await page.getByTestId('secrets-close').click()
  const row = page.locator('[data-testid=source-row][data-id=web-shop]')
  await expect(row).toContainText('https://*.shop.example')

  await row.getByTestId('source-rotate').click()
  await page.getByTestId('rotate').click()
  const added = (await page.getByTestId('secret').textContent()) ?? ''
  await page.getByTestId('secrets-close').click()
  await expect(row).toContainText(added)
  await expect(row).toContainText('until')

  await row.getByTestId('source-remove').click()
  await page.getByTestId('source-remove-confirm').click()
  await expect(row).toHaveCount(0)
  await collect(nora, { type: 'track', event: 'A', anonymousId: 'a' })
})

test('who may only read sees the sources and changes nothing', async ({ nora, device }) => {
  const page = await device()
  const made = await page.request.post(`${nora.base}/v1/tokens`, {
    headers: { authorization: `Bearer ${nora.token}` },
    data: { name: 'Reader', scopes: ['read'] },
  })
  await page.goto(`${nora.base}/console/settings`)
  await page.getByTestId('token').fill((await made.json()).token)
  await page.getByTestId('token-submit').click()
  await expect(page.getByTestId('source-row')).toHaveCount(1)
  await expect(page.getByTestId('source-new')).toHaveCount(0)
  await expect(page.getByTestId('tokens')).toHaveCount(0)
})
