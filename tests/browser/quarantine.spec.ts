import { collect } from './support/collect.ts'
import { expect, test } from './support/test.ts'

test('what is held is tried again in the console, and is taken once its cause is mended', async ({ nora, device }) => {
  const page = await device()
  const demand = async (requires_signature: boolean) => {
    const answer = await page.request.put(`${nora.base}/v1/sources/website`, {
      headers: { authorization: `Bearer ${nora.token}` },
      data: { name: 'Website', requires_signature },
    })
    expect(answer.status()).toBe(200)
  }
  await demand(true)
  // As a browser would: what comes with a secret key needs no signature.
  const answer = await page.request.post(`${nora.base}/v1/batch`, {
    data: { writeKey: nora.writeKey, batch: ['user-ann', 'user-bob', 'user-eve'].map((userId) => ({ type: 'identify', userId })) },
  })
  expect(answer.status()).toBe(200)

  await page.goto(nora.consoleLink)
  await page.getByRole('link', { name: /^Quarantine( \d+)?$/ }).click()
  const items = page.getByTestId('quarantined')
  await expect(items).toHaveCount(3)
  const eve = items.filter({ hasText: 'user-eve' })
  await eve.locator('summary').click()
  await eve.getByTestId('replay').click()
  await expect(eve.getByTestId('replayed')).toContainText('signature')
  await expect(items).toHaveCount(3)

  await demand(false)
  await eve.getByTestId('replay').click()
  await expect(items).toHaveCount(2)
  const bob = items.filter({ hasText: 'user-bob' })
  await bob.locator('summary').click()
  await bob.getByTestId('quarantined-remove').click()
  await expect(items).toHaveCount(1)
  await page.getByTestId('replay-all').click()
  await expect(items).toHaveCount(0)

  const profile = async (id: string) =>
    (await page.request.get(`${nora.base}/v1/profiles/user_id:${id}`, { headers: { authorization: `Bearer ${nora.token}` } })).status()
  expect([await profile('user-ann'), await profile('user-bob'), await profile('user-eve')]).toEqual([200, 404, 200])
})

test('who may only read tries nothing', async ({ nora, device }) => {
  const page = await device()
  await collect(nora, { type: 'track', userId: 'ann' })
  const made = await page.request.post(`${nora.base}/v1/tokens`, {
    headers: { authorization: `Bearer ${nora.token}` },
    data: { name: 'Reader', scopes: ['read'] },
  })
  await page.goto(`${nora.base}/console/quarantine`)
  await page.getByTestId('token').fill((await made.json()).token)
  await page.getByTestId('token-submit').click()
  await page.getByTestId('quarantined').locator('summary').click()
  await expect(page.getByTestId('quarantined')).toContainText('ann')
  await expect(page.getByTestId('replay').or(page.getByTestId('replay-all')).or(page.getByTestId('quarantined-remove'))).toHaveCount(0)
})
