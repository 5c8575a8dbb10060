import type { Situation } from '../situation.ts'
import { emptyPage } from '../site.ts'
import { calls } from '../trial.ts'

const LEFT_MS = 3_000
const BACK_MS = 8_000

/** 20 calls and, as soon as they are made, the tab closes; then the visitor opens the site again. */
export const close: Situation = {
  id: 'close',
  title: 'closes the tab',
  calls: 20,
  times: 3,
  async play(trial, { chromium }) {
    const context = await chromium.newContext()
    // The browser goes on when the tab is gone.
    await (await context.newPage()).goto(emptyPage)
    const page = await trial.open(context)
    await page.evaluate(calls(20))
    await Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })])
    await trial.inbox.wait(20, LEFT_MS)
    const count = trial.inbox.count()
    await trial.open(context)
    await trial.inbox.wait(20, BACK_MS)
    await context.close()
    return { count, afterReturn: trial.inbox.count() }
  },
}
