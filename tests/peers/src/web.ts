import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2'
import type { Server } from 'node:net'
import { certificate } from './certificate.ts'
import { distance } from './distance.ts'
import type { Inbox } from './inbox.ts'
import { listen, portOf } from './listen.ts'
import type { Answer, Request } from './protocol.ts'
import { SITE, sitePage } from './site.ts'

/** The round trip to everything but `*.near.test`. */
export const ROUND_TRIP_MS = 100

/**
 * All hosts that the browser can reach: the site, and the collectors, each another site to the browser. TLS and HTTP/2;
 * `*.far.test` and the site are a round trip of 100 ms away, `*.near.test` is not.
 */
export class Web {
  readonly #inboxes = new Map<string, Inbox>()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #near: Http2SecureServer
  #far!: Server
  #count = 0

  private constructor() {
    this.#near = createSecureServer({ ...certificate(), allowHTTP1: true }, (request, response) => void this.#serve(request, response))
    this.#near.on('session', (session) => {
      this.#sessions.add(session)
      session.on('close', () => this.#sessions.delete(session))
      session.on('error', () => {})
    })
    // Tabs that close break connections off; that is what is measured.
    this.#near.on('tlsClientError', () => {})
  }

  static async open(): Promise<Web> {
    const web = new Web()
    await listen(web.#near)
    web.#far = await distance(portOf(web.#near), ROUND_TRIP_MS)
    return web
  }

  /** What Chromium must be told to come here, and nowhere else. */
  get rules(): string {
    const far = ['*.far.test', SITE].map((host) => `MAP ${host} 127.0.0.1:${portOf(this.#far)}`)
    return [...far, `MAP *.near.test 127.0.0.1:${portOf(this.#near)}`, 'MAP * ~NOTFOUND'].join(', ')
  }

  /** Opens a collector, and tells its host. */
  add(peer: string, inbox: Inbox, at: 'far' | 'near'): string {
    const host = `${peer}-${++this.#count}.${at}.test`
    this.#inboxes.set(host, inbox)
    return host
  }

  close(): void {
    for (const session of this.#sessions) session.destroy()
    this.#far.close()
    this.#near.close()
  }

  async #serve(incoming: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    response.on('error', () => {})
    try {
      const request = await read(incoming)
      const inbox = this.#inboxes.get(request.headers.host!)
      const answer = inbox ? await this.#collect(inbox, request) : sitePage(request)
      if (!answer) return incoming.stream ? incoming.stream.session?.destroy() : void incoming.socket.destroy()
      if (response.stream?.destroyed) return
      response.writeHead(answer.status, answer.headers)
      response.end(answer.body)
    } catch (error) {
      if (!incoming.aborted) console.error('collector:', incoming.url, error)
      incoming.stream?.close()
    }
  }

  async #collect(inbox: Inbox, request: Request): Promise<Answer | undefined> {
    const cors = {
      'access-control-allow-origin': request.headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'origin',
    }
    if (request.method === 'OPTIONS' && inbox.state !== 'gone') {
      const allow = {
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
        'access-control-max-age': '600',
      }
      return { status: 204, headers: { ...cors, ...allow }, body: '' }
    }
    const answer = await inbox.receive(request)
    return answer && { ...answer, headers: { ...cors, ...answer.headers } }
  }
}

async function read(incoming: Http2ServerRequest): Promise<Request> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part as Buffer)
  const url = new URL(incoming.url, 'https://host')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) if (!name.startsWith(':')) headers[name] = String(value)
  headers.host ??= incoming.authority
  return { method: incoming.method, path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(parts) }
}
