import type { Chromium } from '../browser.ts'
import type { Trial } from '../trial.ts'

/** From the first statement of the SDK's script to its own word that it is ready, on a page of its own, ms. `slowdown` is the processor's. */
export async function ready(trial: Trial, chromium: Chromium, slowdown: number): Promise<number> {
  const context = await chromium.newContext()
  try {
    const page = await context.newPage()
    const tools = await context.newCDPSession(page)
    await tools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await page.goto(trial.address({ isolated: true }))
    return await trial.ready(page)
  } finally {
    await context.close()
  }
}
