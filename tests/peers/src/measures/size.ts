import type { Chromium } from '../browser.ts'
import type { Weight } from '../inbox.ts'
import type { Trial } from '../trial.ts'

/** Late parts are there by then. */
const CALLS_MS = 3_000

/** Everything that a page loads which makes one call, in bytes. */
export async function size(trial: Trial, chromium: Chromium): Promise<Weight> {
  const context = await chromium.newContext()
  const page = await trial.open(context)
  await page.evaluate('bench.track("Call 1", {})')
  await trial.inbox.wait(1, CALLS_MS)
  await context.close()
  return trial.inbox.weight()
}
