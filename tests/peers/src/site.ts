import type { Answer, Request } from './protocol.ts'

/** The site that the SDKs are on. */
export const SITE = 'www.shop.test'

export interface PageOptions {
  /** Where the SDK comes from and its calls go. */
  collector: string
  /** What stands in the page: the SDK and `window.bench`. */
  tags: string
  /** A policy that allows scripts, but no WebAssembly. */
  noWasm?: boolean
  /** Isolated, so that the browser's clock ticks in 5 µs and not in 100. */
  isolated?: boolean
}

/** A page of the site without an SDK. */
export const emptyPage = `https://${SITE}/`

/** The address of a page; what is on it stands in the address, so that the site keeps nothing. */
export const pageOf = (options: PageOptions): string => `https://${SITE}/page?${new URLSearchParams({ of: JSON.stringify(options) })}`

export function sitePage({ query }: Request): Answer {
  const { collector, tags = '', noWasm, isolated } = JSON.parse(query.get('of') ?? '{}') as Partial<PageOptions>
  const headers: Record<string, string> = { 'content-type': 'text/html; charset=utf-8' }
  if (noWasm) headers['content-security-policy'] = `script-src 'unsafe-inline' https://${collector}; connect-src https://${collector}`
  if (isolated) {
    headers['cross-origin-opener-policy'] = 'same-origin'
    headers['cross-origin-embedder-policy'] = 'credentialless'
  }
  return { status: 200, headers, body: `<!doctype html><meta charset="utf-8"><title>A shop</title><link rel="icon" href="data:,">${tags}` }
}
