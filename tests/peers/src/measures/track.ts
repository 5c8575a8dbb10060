import type { CDPSession, Page } from '@playwright/test'
import type { Chromium } from '../browser.ts'
import { pause } from '../inbox.ts'
import type { Trial } from '../trial.ts'

const LOOP = 1000
const PACED = 75
const EVERY_MS = 20
/** What an SDK does of a call is done by then: its queue has gone out. */
const AFTER_MS = 2_000

export interface TrackCost {
  /** Inside the call, one of 1,000 in a loop, µs. */
  loop: number
  /** Inside the call, at 50 a second, µs. */
  paced: number
  /** Everything that the page's main thread does for an event, at 50 a second, µs. */
  mainThread: number
}

/** What a call of `track()` costs. The loop has a page of its own: what it leaves to do would be counted with the paced calls. */
export async function track(open: () => Trial, chromium: Chromium): Promise<TrackCost> {
  const loop = await onPage(open(), chromium, inLoop)
  return { loop, ...(await onPage(open(), chromium, atPace)) }
}

async function onPage<T>(trial: Trial, chromium: Chromium, then: (page: Page, tools: CDPSession) => Promise<T>): Promise<T> {
  const context = await chromium.newContext()
  try {
    const page = await trial.open(context, { isolated: true })
    const tools = await context.newCDPSession(page)
    await tools.send('Performance.enable')
    // What the start of the page left to do is not the calls'.
    await pause(500)
    return await then(page, tools)
  } finally {
    await context.close()
  }
}

const inLoop = (page: Page): Promise<number> =>
  page.evaluate((count) => {
    const start = performance.now()
    for (let i = 0; i < count; i++) window.bench.track(`Call ${i}`, { number: i, currency: 'EUR' })
    return ((performance.now() - start) * 1e3) / count
  }, LOOP)

async function atPace(page: Page, tools: CDPSession): Promise<{ paced: number; mainThread: number }> {
  const idle = await paced(page, tools, false)
  const busy = await paced(page, tools, true)
  return { paced: busy.inside, mainThread: busy.mainThread - idle.mainThread }
}

/** With calls, or with all but the calls. µs an event. */
async function paced(page: Page, tools: CDPSession, real: boolean): Promise<{ inside: number; mainThread: number }> {
  const before = await tasks(tools)
  const inside = await page.evaluate(
    ([count, every, real]) =>
      new Promise<number>((resolve) => {
        let [made, ms] = [0, 0]
        const timer = setInterval(() => {
          const start = performance.now()
          if (real) window.bench.track(`Call ${made}`, { number: made, currency: 'EUR' })
          ms += performance.now() - start
          if (++made < count) return
          clearInterval(timer)
          resolve((ms * 1e3) / count)
        }, every)
      }),
    [PACED, EVERY_MS, real] as const,
  )
  if (real) await pause(AFTER_MS)
  return { inside, mainThread: ((await tasks(tools)) - before) / PACED }
}

/** What the main thread has worked so far, µs. */
async function tasks(tools: CDPSession): Promise<number> {
  const { metrics } = await tools.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1e6
}
