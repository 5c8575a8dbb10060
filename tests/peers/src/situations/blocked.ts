import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Situation } from '../situation.ts'
import { calls } from '../trial.ts'

const WAIT_MS = 12_000
const BLOCK = 2

/** The visitor has set "block all cookies": cookies are not kept, and to touch a storage throws. */
export const blocked: Situation = {
  id: 'blocked',
  title: 'storage blocked',
  calls: 20,
  times: 1,
  async play(trial, { chromium, folder }) {
    await mkdir(join(folder, 'Default'), { recursive: true })
    const preferences = { profile: { default_content_setting_values: { cookies: BLOCK } } }
    await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences))
    const context = await chromium.launchIn(folder)
    const page = await trial.open(context)
    const refused = await page.evaluate(() => {
      try {
        return !localStorage
      } catch {
        return true
      }
    })
    if (!refused) throw new Error('this browser does not block storage when told to')
    await page.evaluate(calls(20))
    await trial.inbox.wait(20, WAIT_MS)
    await context.close()
    return { count: trial.inbox.count() }
  },
}
