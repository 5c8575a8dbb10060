import type { Nora } from './support/server.ts'
import { collect } from './support/collect.ts'
import { expect, test } from './support/test.ts'

const numbered = (n: number, dropped = 0) => ({
  type: 'track', event: 'Scrolled', messageId: `m-${n}`, anonymousId: 'anon-1', context: { sequence: { tab: 'ab12cd34', n, dropped } },
})

/** A page view of nobody, as the script counts it before consent. */
async function count(nora: Nora, path: string, referrerHost: string): Promise<void> {
  const answer = await fetch(`${nora.base}/v1/count`, { method: 'POST', body: JSON.stringify({ writeKey: nora.writeKey, path, referrerHost }) })
  expect(answer.status).toBe(204)
}

test('what a browser numbered and did not arrive shows with the customer, until it comes', async ({ nora, device }) => {
  const page = await device()
  for (const n of [0, 3]) await collect(nora, numbered(n))
  await page.goto(nora.consoleLink)
  await page.locator('[data-testid=live-event]').or(page.getByTestId('tile-profiles')).first().waitFor()
  await page.goto(`${nora.base}/console/profiles`)
  await page.getByRole('link', { name: /anon-1/ }).first().click()
  await expect(page.getByTestId('delivery')).toContainText('Missing2 events')

  await collect(nora, numbered(5, 1))
  await expect(page.getByTestId('delivery')).toContainText('Thrown away1 event')
  await expect(page.getByTestId('delivery')).toContainText('Missing2 events')
  for (const n of [1, 2]) await collect(nora, numbered(n))
  await expect(page.getByTestId('delivery')).not.toContainText('Missing')

  await page.goto(`${nora.base}/console/setup`)
  await expect(page.getByTestId('arriving')).toContainText('2 of them came later')
})

test('page views without consent are counted on the front page', async ({ nora, device }) => {
  const page = await device()
  await collect(nora, numbered(0))
  for (const path of ['/', '/sale', '/sale']) await count(nora, path, 'news.example')
  await page.goto(nora.consoleLink)
  const counts = page.getByTestId('counts')
  await expect(counts.getByRole('listitem').first()).toHaveText('/sale2')
  await expect(counts).toContainText('news.example3')
})
