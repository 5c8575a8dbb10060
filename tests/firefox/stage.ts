import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Browser } from 'puppeteer-core'
import { Query } from '../browser/support/query.ts'
import { Nora } from '../browser/support/server.ts'
import { Site } from '../browser/support/site.ts'
import { device } from './device.ts'

export interface Stage {
  nora: Nora
  query: Query
  site: Site
  browser: Browser
}

/** A test with a server, a site and a Firefox of its own. */
export function inFirefox(title: string, play: (stage: Stage) => Promise<void>, preferences: Record<string, unknown> = {}): void {
  test(title, { timeout: 180_000 }, async (context: TestContext) => {
    const nora = await Nora.start()
    // The last that is opened is the first that is closed: the server waits for the streams that browsers hold.
    context.after(async () => {
      await nora.remove()
      assert.doesNotMatch(nora.log, /panicked/)
    })
    const site = await Site.open()
    context.after(() => site.close())
    const browser = await device(preferences)
    context.after(() => browser.close())
    await play({ nora, query: new Query(nora), site, browser })
  })
}

/** Waits until it is so; what it was last is in the complaint. */
export async function until<T>(read: () => Promise<T>, expected: T, within = 15_000): Promise<void> {
  const end = performance.now() + within
  for (;;) {
    const found = await read()
    try {
      assert.deepEqual(found, expected)
      return
    } catch (error) {
      if (performance.now() > end) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
