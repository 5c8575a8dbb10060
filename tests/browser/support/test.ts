import { test as base, expect, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { Query } from './query.ts'
import { Nora } from './server.ts'
import { Site } from './site.ts'

interface Fixtures {
  nora: Nora
  query: Query
  site: Site
  /** A browser that knows nothing yet, with one empty page. */
  device: (options?: BrowserContextOptions) => Promise<Page>
}

export const test = base.extend<Fixtures>({
  nora: async ({}, use, info) => {
    const nora = await Nora.start()
    await use(nora)
    await nora.remove()
    await info.attach('log of the server', { body: nora.log })
    expect(nora.log).not.toContain('panicked')
  },
  query: async ({ nora }, use) => use(new Query(nora)),
  site: async ({}, use) => {
    const site = await Site.open()
    await use(site)
    await site.close()
  },
  // Needs the server only so that browsers are gone before it is told to stop: it waits for the streams that they hold.
  device: async ({ nora: _, browser }, use) => {
    const contexts: BrowserContext[] = []
    const exceptions: string[] = []
    await use(async (options) => {
      const context = await browser.newContext(options)
      context.on('weberror', (error) => exceptions.push(String(error.error())))
      contexts.push(context)
      return context.newPage()
    })
    await Promise.all(contexts.map((context) => context.close()))
    expect(exceptions, 'exceptions that pages did not catch').toEqual([])
  },
})

export { expect }
