// For the type of `window.nora`.
import type {} from '../../sdk/js/src/types.ts'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

/** A Firefox of its own that knows nothing yet, driven by WebDriver BiDi; `preferences` are those of `about:config`. */
export async function device(preferences: Record<string, unknown> = {}): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX || '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: preferences,
  })
}

/** Opens an address, and waits until the SDK there is at work. */
export async function open(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(address)
  await ready(page)
  return page
}

export const ready = (page: Page): Promise<void> => page.evaluate(() => new Promise<void>((resolve) => void window.nora!.ready(resolve)))

export const anonymousId = (page: Page): Promise<string> => page.evaluate(() => window.nora!.visitor().anonymousId)
