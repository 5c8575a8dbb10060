import vm from 'node:vm'
import type { Counts } from '../../../sdk/js/src/types.ts'

/** The very script that the server gives to pages, and the module in it. */
export class Sdk {
  readonly #script: vm.Script
  #module: WebAssembly.Module | undefined

  constructor(text: string) {
    this.#script = new vm.Script(text, { filename: 'nora.js' })
  }

  run(page: object): void {
    this.#script.runInContext(vm.createContext(page))
  }

  /** Compiled once, and without a thread of its own, so that a run can be repeated. */
  instantiate = async (bytes: Uint8Array) => ({ instance: new WebAssembly.Instance((this.#module ??= new WebAssembly.Module(Buffer.from(bytes))), {}) })
}

interface Waiting {
  page: Tab
  grant: () => void
}

interface Request {
  page: Tab
  /** What was called, by the message id of each event. */
  ids: Map<string, number>
  bytes: number
  keepalive: boolean
  settle: (status: number) => void
  /** Whether the page has gone since, so that nobody hears of the answer. */
  left: boolean
}

/** How WebAssembly fares on a page. */
export type Module = 'there' | 'forbidden' | 'late' | 'traps'

/** A browser's storage, locks, network and clock, the tabs in it, and a server that may be slow or away. Nothing happens by itself. */
export class World {
  now = 0
  /** Whether anything is kept in local storage. */
  hasStorage = true
  online = true
  readonly tabs: Tab[] = []
  /** What the server has: what was called, by message id. */
  readonly stored = new Map<string, number>()
  /** Numbers that arrived, by tab. */
  readonly numbers = new Map<string, Set<number>>()
  /** What must never happen, and did. */
  readonly faults: string[] = []
  /** Calls that the bound of a queue threw away, of pages that are gone. */
  droppedBefore = 0
  readonly requests: Request[] = []
  readonly #locks = new Map<string, Waiting[]>()
  readonly #storage = new Map<string, string>()
  /** Events that a living page knows to be stored. */
  readonly #known = new Set<string>()
  #ids = 0

  constructor(readonly sdk: Sdk) {}

  async open(module: Module): Promise<Tab> {
    const tab = new Tab(this, module)
    this.tabs.push(tab)
    this.sdk.run(tab.page)
    await this.settle()
    return tab
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round++) await new Promise((then) => setImmediate(then))
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms
    for (;;) {
      const next = this.tabs.flatMap((tab) => tab.timers).sort((a, b) => a.at - b.at)[0]
      if (!next || next.at > until) break
      this.now = Math.max(this.now, next.at)
      next.page.fire(next)
      await this.settle()
    }
    this.now = until
  }

  /** The server takes one of the requests, or does not; and the page hears of it, or does not. */
  async serve(which: number, status: number, heard: boolean): Promise<void> {
    if (!this.requests.length) return
    const [request] = this.requests.splice(which % this.requests.length, 1)
    const { ids, page, settle, left } = request!
    if (status === 200) ids.forEach((call, id) => this.stored.set(id, call))
    if (page.state === 'open') {
      if (status === 200 && heard && !left) ids.forEach((_, id) => this.#known.add(id))
      settle(heard ? status : 0)
    } else {
      page.unheard.push(() => settle(heard ? status : 0))
    }
    await this.settle()
  }

  /** Calls that no page has any more, and that were counted. */
  dropped(): number {
    return this.tabs.reduce((sum, tab) => sum + tab.counts().dropped, this.droppedBefore)
  }

  send(page: Tab, url: string, body: string, keepalive: boolean, settle: (status: number) => void): void {
    const { raw, batch } = JSON.parse(body) as { raw?: any[]; batch?: any[] }
    if (!raw === !batch) this.faults.push(`sent to ${url}: ${body}`)
    const ids = new Map<string, number>()
    let visitor: { t: string } | undefined
    for (const event of raw ?? batch ?? []) {
      visitor = event.v ?? visitor
      const sequence = batch ? event.context.sequence : { tab: visitor!.t, n: event.n }
      if (!this.numbers.has(sequence.tab)) this.numbers.set(sequence.tab, new Set())
      this.numbers.get(sequence.tab)!.add(sequence.n)
      ids.set(event.messageId ?? event.id, batch ? event.properties.call : event.a[1].call)
    }
    for (const id of ids.keys()) {
      if (this.#known.has(id)) this.faults.push(`sent again after the answer: ${id}`)
      const twice = this.requests.some((other) => other.ids.has(id) && !other.left)
      if (twice) this.faults.push(`under way twice: ${id}`)
    }
    const bytes = Buffer.byteLength(body)
    const all = this.requests.filter((other) => other.page === page && other.keepalive).reduce((sum, other) => sum + other.bytes, bytes)
    if (keepalive && all > 65_536) this.faults.push(`${all} bytes of keepalive requests`)
    this.requests.push({ page, ids, bytes, keepalive, settle, left: false })
  }

  async connect(online: boolean): Promise<void> {
    this.online = online
    if (online) this.tabs.forEach((tab) => tab.tell('online'))
    await this.settle()
  }

  /** Gone without a word. What it had under way arrives only if it outlives its page, and not always then. */
  async crash(tab: Tab, arrive: boolean): Promise<void> {
    this.droppedBefore += tab.counts().dropped
    tab.state = 'gone'
    tab.timers.length = 0
    this.tabs.splice(this.tabs.indexOf(tab), 1)
    const kept = this.requests.filter((request) => request.page !== tab || (request.keepalive && arrive))
    this.requests.splice(0, Infinity, ...kept)
    for (const name of this.#locks.keys()) this.#drop(name, (waiting) => waiting.page === tab)
    await this.settle()
  }

  /** As `LockManager.request()`. */
  lock(page: Tab, name: string, signal: AbortSignal, then: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        page,
        grant: () => void then().then(() => (this.#drop(name, (other) => other === waiting), resolve())),
      }
      signal.addEventListener('abort', () => {
        if (this.#locks.get(name)![0] !== waiting) {
          this.#drop(name, (other) => other === waiting)
          reject(new Error('AbortError'))
        }
      })
      const queue = this.#locks.get(name) ?? []
      this.#locks.set(name, queue)
      if (queue.push(waiting) === 1) setImmediate(waiting.grant)
    })
  }

  holds(page: Tab): boolean {
    return [...this.#locks.values()].flat().some((waiting) => waiting.page === page)
  }

  #drop(name: string, which: (waiting: Waiting) => boolean): void {
    const queue = this.#locks.get(name)!
    const [first] = queue
    const left = queue.filter((waiting) => !which(waiting))
    queue.splice(0, Infinity, ...left)
    if (left.length && left[0] !== first) setImmediate(left[0]!.grant)
  }

  storage(page: Tab): object {
    const tell = (key: string, newValue: string | null) =>
      this.tabs.forEach((tab) => tab !== page && tab.state === 'open' && setImmediate(() => tab.tell('storage', { key, newValue })))
    const methods: Record<string, unknown> = {
      getItem: (key: string) => this.#storage.get(key) ?? null,
      setItem: (key: string, value: string) => {
        if (!this.hasStorage) throw new Error('QuotaExceededError')
        this.#storage.set(key, value)
        tell(key, value)
      },
      removeItem: (key: string) => {
        if (this.#storage.delete(key)) tell(key, null)
      },
    }
    return new Proxy(methods, {
      ownKeys: () => [...this.#storage.keys()],
      getOwnPropertyDescriptor: (_, key) => ({ value: this.#storage.get(String(key)), enumerable: true, configurable: true }),
    })
  }

  id(): string {
    return `${String(this.#ids++).padStart(8, '0')}-0000-4000-8000-000000000000`
  }

  /** What still waits in storage. */
  get kept(): string[] {
    return [...this.#storage.keys()].filter((key) => key.startsWith('nora_q_'))
  }
}

interface Timer {
  page: Tab
  at: number
  run: () => void
}

/** A page, in a global scope of its own. */
export class Tab {
  /** `cached`: left, and perhaps shown again. */
  state: 'open' | 'cached' | 'gone' = 'open'
  readonly timers: Timer[] = []
  readonly unheard: (() => void)[] = []
  readonly page: Record<string, any>
  readonly #listeners: [type: string, run: (event: object) => void][] = []
  readonly #document: Record<string, any>

  constructor(
    private readonly world: World,
    module: Module,
  ) {
    const listen = (type: string, run: (event: object) => void) => this.#listeners.push([type, run])
    const script = { src: 'https://cdp.example/nora.js', dataset: { writeKey: 'wk', auto: 'none' } }
    this.#document = { currentScript: script, title: '', referrer: '', cookie: '', visibilityState: 'visible', addEventListener: listen }
    const instantiate = {
      there: world.sdk.instantiate,
      forbidden: () => Promise.reject(new Error('CompileError')),
      late: (bytes: Uint8Array) => new Promise((then) => this.#timer(() => then(world.sdk.instantiate(bytes)), 20_000)),
      traps: async (bytes: Uint8Array) => {
        const { exports } = (await world.sdk.instantiate(bytes)).instance
        return { instance: { exports: { ...exports, events: () => { throw new Error('unreachable') } } } } // prettier-ignore
      },
    }[module]
    const now = () => world.now
    const Clock = class extends Date {
      constructor() {
        super(1.8e12 + now())
      }
      static override now = () => 1.8e12 + now()
      static override parse = Date.parse
    }
    const page: Record<string, any> = {
      document: this.#document,
      location: { href: 'https://site.example/', pathname: '/', search: '', hostname: 'localhost', protocol: 'https:' },
      history: { pushState() {} },
      navigator: { language: 'nl', userAgent: 'x', get onLine() { return world.online }, locks: { request: (name: string, { signal }: { signal: AbortSignal }, then: () => Promise<void>) => world.lock(this, name, signal, then) } }, // prettier-ignore
      screen: {},
      devicePixelRatio: 1,
      localStorage: world.storage(this),
      crypto: { randomUUID: () => world.id() },
      performance: { now },
      Date: Clock,
      WebAssembly: { instantiate },
      addEventListener: listen,
      setTimeout: (run: (value?: unknown) => void, ms = 0, value?: unknown) => this.#timer(() => run(value), ms),
      clearTimeout: (timer?: Timer) => timer && this.timers.includes(timer) && this.timers.splice(this.timers.indexOf(timer), 1),
      fetch: (url: string, { body, keepalive }: { body: string; keepalive: boolean }) =>
        new Promise((then, fail) => {
          const settle = (status: number) =>
            status ? then({ status, text: async () => '', headers: { get: () => (status === 429 ? '7' : null) } }) : fail(new TypeError('Failed to fetch'))
          if (world.online) world.send(this, url, body, keepalive, settle)
          else setImmediate(settle, 0)
        }),
      Request: class {
        get keepalive() {
          return false
        }
      },
      // A trap is told as what it is; every other exception is one of the SDK's own.
      console: { warn: (_: string, what: unknown) => String(what).includes('Error: unreachable') || world.faults.push(String(what)), info() {}, log() {} }, // prettier-ignore
      AbortController,
      AbortSignal: {},
      TextEncoder,
      TextDecoder,
      URL,
      URLSearchParams,
    }
    page.window = page.self = page
    this.page = page
  }

  #timer(run: () => void, ms: number): Timer {
    const timer = { page: this, at: this.world.now + ms, run }
    this.timers.push(timer)
    return timer
  }

  /** A page in the cache stands still. */
  fire(timer: Timer): void {
    this.timers.splice(this.timers.indexOf(timer), 1)
    if (this.state === 'open') timer.run()
    else this.unheard.push(timer.run)
  }

  tell(type: string, event: object = {}): void {
    if (this.state === 'open') this.#listeners.filter(([of]) => of === type).forEach(([, run]) => run(event))
  }

  track(call: number, padding: number): void {
    this.page.nora.track('Called', { call, padding: 'x'.repeat(padding) })
  }

  async show(visible: boolean): Promise<void> {
    this.#document.visibilityState = visible ? 'visible' : 'hidden'
    this.tell('visibilitychange')
    await this.world.settle()
  }

  /** Another page comes in place of this one, which may be shown again. */
  async leave(): Promise<void> {
    if (this.state !== 'open') return
    this.tell('pagehide', { persisted: true })
    await this.show(false)
    this.world.requests.forEach((request) => (request.left ||= request.page === this))
    this.state = 'cached'
    if (this.world.holds(this)) this.world.faults.push('a page in the cache holds a lock, or waits for one')
  }

  async comeBack(): Promise<void> {
    if (this.state !== 'cached') return
    this.state = 'open'
    this.#document.visibilityState = 'visible'
    this.tell('pageshow', { persisted: true })
    this.unheard.splice(0).forEach((run) => run())
    await this.world.settle()
  }

  counts(): Counts {
    return this.page.nora.counts()
  }
}
