import type { Page } from '@playwright/test'
import type { Visitor } from '../../../sdk/js/src/types.ts'

/** Waits until the SDK is at work. */
export const ready = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>((resolve) => void window.nora!.ready(resolve)))

/** Whom the SDK on this page takes the visitor for. */
export const visitor = (page: Page): Promise<Visitor> => page.evaluate(() => window.nora!.visitor())

export const anonymousId = async (page: Page): Promise<string> => (await visitor(page)).anonymousId
