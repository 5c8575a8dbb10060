import type { Situation } from '../situation.ts'
import { calls } from '../trial.ts'

const WAIT_MS = 12_000

/** Nothing happens: the visitor stays. Whoever loses here is misconfigured. */
export const stay: Situation = {
  id: 'stay',
  title: 'stays',
  calls: 20,
  times: 1,
  async play(trial, { chromium }) {
    const context = await chromium.newContext()
    const page = await trial.open(context)
    await page.evaluate(calls(20))
    await trial.inbox.wait(20, WAIT_MS)
    await context.close()
    return { count: trial.inbox.count() }
  },
}
