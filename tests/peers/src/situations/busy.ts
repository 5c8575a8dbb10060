import { pause } from '../inbox.ts'
import type { Situation } from '../situation.ts'
import { calls } from '../trial.ts'

const BUSY_MS = 10_000
const WAIT_MS = 25_000
const BACK_MS = 6_000

/** The server answers 503 for ten seconds, in which 20 calls are made; the visitor stays, and comes back only where that was not enough. */
export const busy: Situation = {
  id: 'busy',
  title: '503 for 10 s',
  calls: 20,
  times: 1,
  async play(trial, { chromium }) {
    const context = await chromium.newContext()
    const page = await trial.open(context)
    trial.inbox.state = 'busy'
    await page.evaluate(calls(20))
    await pause(BUSY_MS)
    trial.inbox.state = 'up'
    const ms = await trial.inbox.wait(20, WAIT_MS)
    const { refused } = trial.inbox
    const count = trial.inbox.count()
    if (ms === undefined) {
      await page.goto(trial.address())
      await trial.ready(page)
      await trial.inbox.wait(20, BACK_MS)
    }
    await context.close()
    return { count, afterReturn: trial.inbox.count(), seconds: ms === undefined ? undefined : ms / 1e3, refused }
  },
}
