import type { Situation } from '../situation.ts'
import { calls } from '../trial.ts'

const WAIT_MS = 12_000

/** The site's policy forbids WebAssembly. */
export const policy: Situation = {
  id: 'policy',
  title: 'no WebAssembly (CSP)',
  calls: 20,
  times: 1,
  async play(trial, { chromium }) {
    const context = await chromium.newContext()
    const page = await trial.open(context, { noWasm: true })
    await page.evaluate(calls(20))
    await trial.inbox.wait(20, WAIT_MS)
    await context.close()
    return { count: trial.inbox.count() }
  },
}
