import type { Page } from '@playwright/test'
import type { Query, TimelineEvent } from './query.ts'
import { expect } from './test.ts'
import { anonymousId } from './visitor.ts'

/** Waits until the file of what only some sites ask for has started: whoever imports it too has it after the loader, which did before. */
export async function more(page: Page): Promise<void> {
  const script = await page.locator('script[data-write-key]').evaluate((script: HTMLScriptElement) => script.src)
  // Names below localhost are known to the browser alone.
  const url = new URL(script)
  url.hostname = '127.0.0.1'
  const name = /\/nora\/\w+\.js/.exec(await (await page.request.get(url.href)).text())![0]
  await page.evaluate(async (url) => void (await import(url)), new URL(name, script).href)
}

/**
 * Waits until just this has arrived, in whatever order: the server corrects the clock of each request, which can put calls of two
 * requests that were made close to each other the other way round.
 */
export async function arrived(find: () => Promise<unknown[]>, expected: unknown[]): Promise<void> {
  let found: unknown[] = []
  await expect.poll(async () => (found = await find()).length).toBe(expected.length)
  expect(found).toEqual(expect.arrayContaining(expected))
}

/** Sends what waits, and tells what has arrived but for page views. */
export async function tracked(page: Page, query: Query, id?: string): Promise<TimelineEvent[]> {
  await page.evaluate(() => window.nora!.flush())
  return (await query.events('anonymous_id', id ?? (await anonymousId(page)))).filter(({ type }) => type === 'track')
}

/** Everything that was posted from a page, as text. */
export function posted(page: Page): string[] {
  const bodies: string[] = []
  page.context().on('request', (request) => request.method() === 'POST' && bodies.push(request.postData() ?? ''))
  return bodies
}

/** On a page: no link is followed and no form is sent. Whatever listens before hears of both. */
export const stay = `<script>
  const unless = (event) => { if (event.type == "submit" || event.target.closest("a")) event.preventDefault() };
  for (const type of ["click", "auxclick", "submit"]) addEventListener(type, unless);
</script>`
