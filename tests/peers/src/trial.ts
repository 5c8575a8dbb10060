import type { BrowserContext, Page } from '@playwright/test'
import { nameOf, Query } from '../../browser/support/query.ts'
import type { Nora } from '../../browser/support/server.ts'
import { CALL, Inbox, type Count } from './inbox.ts'
import type { Peer } from './peers.ts'
import { pageOf, type PageOptions } from './site.ts'
import type { Web } from './web.ts'

const READY_MS = 30_000

/** One SDK in one situation: a collector of its own, and pages of the site with the SDK on them. */
export class Trial {
  readonly inbox: Inbox
  readonly host: string
  /** What went wrong in the pages, as their developer would see it. */
  readonly exceptions: string[] = []
  readonly #visitors = new Set<string>()

  constructor(
    readonly peer: Peer,
    files: ReadonlyMap<string, Buffer>,
    private readonly nora: Nora,
    web: Web,
    at: 'far' | 'near' = 'far',
  ) {
    this.inbox = new Inbox(peer.protocol, files)
    this.host = web.add(peer.id, this.inbox, at)
  }

  /** The address of the page with the SDK on it. */
  address(options: Omit<Partial<PageOptions>, 'collector' | 'tags'> = {}): string {
    return pageOf({ ...options, collector: this.host, tags: this.#tags() })
  }

  /** A page with the SDK at work on it. */
  async open(context: BrowserContext, options: Parameters<Trial['address']>[0] = {}): Promise<Page> {
    const page = await context.newPage()
    page.on('pageerror', ({ message }) => this.exceptions.push(message))
    await page.goto(this.address(options))
    await this.ready(page)
    return page
  }

  /** Waits until the SDK says that it is ready; returns how long that took after its script started, ms. */
  async ready(page: Page): Promise<number> {
    await page.waitForFunction(() => window.bench !== undefined, undefined, { timeout: READY_MS, polling: 50 })
    const timeout = new Promise<never>((_, reject) => setTimeout(reject, READY_MS, new Error(`${this.peer.title} is not ready after 30 s`)).unref())
    const ms = await Promise.race([page.evaluate(() => window.bench.ready), timeout])
    if (this.peer.id === 'nora') this.#visitors.add(await page.evaluate(() => (window as any).nora.visitor().anonymousId))
    return ms
  }

  /** What stands in the profiles of these visitors; `undefined` for a peer, which has none here. */
  async stored(): Promise<Count | undefined> {
    if (this.peer.id !== 'nora') return undefined
    const query = new Query(this.nora)
    const found = (await Promise.all([...this.#visitors].map((id) => query.events('anonymous_id', id)))).flat()
    const names = found.map(nameOf).filter((name) => name.startsWith(CALL))
    const received = new Set(names).size
    return { received, repeats: names.length - received, unrecognizable: names.length - received }
  }

  #tags(): string {
    if (this.peer.id !== 'nora') return `<script type="module" src="https://${this.host}/bench.js"></script>`
    const tag = `<script src="https://${this.host}/nora.js" data-write-key="${this.nora.writeKey}"></script>`
    return `${tag}<script>bench={ready:new Promise(done=>nora.ready(()=>done(performance.now()-scriptStart))),track:nora.track}</script>`
  }
}

/** Code that makes calls in one turn of the page. */
export const calls = (count: number, prefix = ''): string =>
  `for (let i = 1; i <= ${count}; i++) bench.track("${CALL}${prefix}" + i, { number: i, currency: "EUR" });`
