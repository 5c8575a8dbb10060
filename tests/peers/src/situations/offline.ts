import { pause } from '../inbox.ts'
import type { Situation } from '../situation.ts'
import { calls } from '../trial.ts'

const TRYING_MS = 2_000
const BACK_MS = 15_000

/** No network, 20 calls, the browser is closed; later it is opened again, with the network there. */
export const offline: Situation = {
  id: 'offline',
  title: 'offline, later reopened',
  calls: 20,
  times: 1,
  async play(trial, { chromium, folder }) {
    const before = await chromium.launchIn(folder)
    const page = await trial.open(before)
    trial.inbox.state = 'gone'
    await before.setOffline(true)
    await page.evaluate(calls(20))
    await pause(TRYING_MS)
    // As a visitor closes it: first the page, which hears of it.
    await before.newPage()
    await Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })])
    await before.close()

    trial.inbox.state = 'up'
    const after = await chromium.launchIn(folder)
    await trial.open(after)
    await trial.inbox.wait(20, BACK_MS)
    await after.close()
    return { count: trial.inbox.count() }
  },
}
