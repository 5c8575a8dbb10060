import type { Situation } from '../situation.ts'
import { calls } from '../trial.ts'

const WAIT_MS = 12_000

/** Two tabs of one visitor with one queue in storage, 20 calls in each at the same time. */
export const tabs: Situation = {
  id: 'tabs',
  title: 'two tabs',
  calls: 40,
  times: 3,
  async play(trial, { chromium }) {
    const context = await chromium.newContext()
    const pages = [await trial.open(context), await trial.open(context)]
    await Promise.all(pages.map((page, index) => page.evaluate(calls(20, `of tab ${index + 1}: `))))
    await trial.inbox.wait(40, WAIT_MS)
    await context.close()
    return { count: trial.inbox.count() }
  },
}
