import type { Chromium } from '../browser.ts'
import { pause } from '../inbox.ts'
import type { Trial } from '../trial.ts'

const TURNS = 20
const CALLS = 10
const EVERY_MS = 100
/** What an SDK does of a call is done by then: its queue has gone out. */
const AFTER_MS = 2_000

/**
 * The longest task of the page's main thread, from its start until 200 calls have gone out, ms. `slowdown` is the processor's. What the page
 * does of its own is in it, alike for all; of a module's evaluation a trace does not tell whose it is. Counted is the processor's time, in
 * which no other program of a busy machine has a part.
 */
export async function longest(trial: Trial, chromium: Chromium, slowdown: number): Promise<number> {
  const context = await chromium.newContext()
  try {
    const page = await context.newPage()
    const tools = await context.newCDPSession(page)
    await tools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    const events = await chromium.trace(page, async () => {
      await page.goto(trial.address({ isolated: true }))
      await trial.ready(page)
      for (let turn = 0; turn < TURNS; turn++) {
        await page.evaluate((calls) => {
          for (let i = 0; i < calls; i++) window.bench.track(`Call ${i}`, { number: i, currency: 'EUR' })
        }, CALLS)
        await pause(EVERY_MS)
      }
      await pause(AFTER_MS)
    })
    const ours = events.filter(({ args }) => (args?.data?.url ?? args?.fileName ?? '').includes(`//${trial.host}/`))
    const thread = ours.find(({ name }) => name === 'FunctionCall')?.tid
    if (thread === undefined) throw new Error(`no code of ${trial.peer.title} is in the trace`)
    return Math.max(...events.filter(({ name, tid, tdur }) => name === 'RunTask' && tid === thread && tdur).map(({ tdur }) => tdur)) / 1e3
  } finally {
    await context.close()
  }
}
