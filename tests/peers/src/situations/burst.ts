import type { Situation } from '../situation.ts'
import { calls } from '../trial.ts'

const WAIT_MS = 30_000

/** 1,000 calls in one turn; the visitor stays. */
export const burst: Situation = {
  id: 'burst',
  title: 'at once',
  calls: 1000,
  times: 1,
  async play(trial, { chromium }) {
    const context = await chromium.newContext()
    const page = await trial.open(context)
    // Not waited for: with some a thousand calls take longer than all the time there is.
    page.evaluate(calls(1000)).catch(() => {})
    await trial.inbox.wait(1000, WAIT_MS)
    await context.close()
    return { count: trial.inbox.count() }
  },
}
