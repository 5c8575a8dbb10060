import type { Page } from '@playwright/test'

/**
 * Collects what a page's visitor could see going wrong: exceptions and errors in the console. Not what the browser itself writes of a
 * request that had no answer: no script can keep it from that.
 */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(`console: ${message.text()}`)
  })
  return complaints
}
