import { once } from 'node:events'
import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Resource {
  body: string
  headers: OutgoingHttpHeaders
}

/** A customer's site: another origin than Nora, and another host name, so that to a browser it is another site. */
export class Site {
  readonly #resources = new Map<string, Resource>()
  readonly #server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    const { body, headers } = this.#resources.get(pathname) ?? { body: '', headers: {} }
    response.writeHead(this.#resources.has(pathname) ? 200 : 404, headers).end(body)
  })

  static async open(): Promise<Site> {
    const site = new Site()
    site.#server.listen(0, '127.0.0.1')
    await once(site.#server, 'listening')
    return site
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  /** An address of this site under another name, such as `shop.localhost`. */
  at(host: string, address: string): string {
    return address.replace('localhost', host)
  }

  /** Puts up a page, and tells its address. */
  page(path: string, content: string, headers: OutgoingHttpHeaders = {}): string {
    // With an icon in it, so that no browser asks for one that is not there.
    const body = `<!doctype html><meta charset="utf-8"><title>A site</title><link rel="icon" href="data:,">${content}`
    return this.#put(path, body, { 'content-type': 'text/html; charset=utf-8', ...headers })
  }

  script(path: string, code: string): string {
    return this.#put(path, code, { 'content-type': 'text/javascript; charset=utf-8' })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #put(path: string, body: string, headers: OutgoingHttpHeaders): string {
    this.#resources.set(path, { body, headers })
    return this.origin + path
  }
}
