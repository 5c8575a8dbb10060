import type { Situation } from '../situation.ts'
import { emptyPage } from '../site.ts'
import { calls } from '../trial.ts'

const LEFT_MS = 3_000
const BACK_MS = 8_000

/** 20 calls and, in the same turn, off to another page of the site, which has no SDK; then back. */
export const navigate: Situation = {
  id: 'navigate',
  title: 'navigates away',
  calls: 20,
  times: 3,
  async play(trial, { chromium }) {
    const context = await chromium.newContext()
    const page = await trial.open(context)
    await Promise.all([page.waitForURL(emptyPage), page.evaluate(`setTimeout(() => { ${calls(20)} location.href = "${emptyPage}" })`)])
    await trial.inbox.wait(20, LEFT_MS)
    const count = trial.inbox.count()
    await page.goto(trial.address())
    await trial.ready(page)
    await trial.inbox.wait(20, BACK_MS)
    await context.close()
    return { count, afterReturn: trial.inbox.count() }
  },
}
