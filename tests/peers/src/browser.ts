import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test'

/** Something that a page's threads did. */
export interface TraceEvent {
  name: string
  tid: number
  /** When it began, how long it took, and how long the processor was at it, µs. */
  ts: number
  dur: number
  tdur: number
  args?: { data?: { url?: string }; fileName?: string }
}

/** The browser of the bench. It reaches `rules` and nothing else. */
export class Chromium {
  readonly #launched = new Set<BrowserContext>()

  private constructor(
    private readonly rules: string,
    private readonly browser: Browser,
  ) {}

  static async start(rules: string): Promise<Chromium> {
    return new Chromium(rules, await chromium.launch(options(rules)))
  }

  get version(): string {
    return this.browser.version()
  }

  /** Not after Ctrl-C. */
  get runs(): boolean {
    return this.browser.isConnected()
  }

  /** A visitor who knows nothing yet. */
  newContext(): Promise<BrowserContext> {
    return this.browser.newContext({ userAgent: this.#userAgent })
  }

  /** A browser of its own that keeps what it is told in a folder, as a visitor's does. */
  async launchIn(folder: string): Promise<BrowserContext> {
    const context = await chromium.launchPersistentContext(folder, { ...options(this.rules), userAgent: this.#userAgent })
    this.#launched.add(context)
    context.on('close', () => this.#launched.delete(context))
    return context
  }

  /** All that a page does meanwhile. */
  async trace(page: Page, then: () => Promise<void>): Promise<TraceEvent[]> {
    await this.browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] })
    try {
      await then()
    } catch (error) {
      await this.browser.stopTracing()
      throw error
    }
    return (JSON.parse(String(await this.browser.stopTracing())) as { traceEvents: TraceEvent[] }).traceEvents
  }

  /** Ends all browsers, those too that a situation which broke off has left. */
  async close(): Promise<void> {
    await Promise.all([...this.#launched].map((context) => context.close()))
    await this.browser.close()
  }

  /** Some SDKs say nothing of a browser that calls itself headless. */
  get #userAgent(): string {
    return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${this.version.split('.')[0]}.0.0.0 Safari/537.36`
  }
}

const options = (rules: string) => ({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  // Chromium's sandbox does not start as root.
  chromiumSandbox: process.getuid?.() !== 0,
  args: [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-quic',
    '--ignore-certificate-errors',
    // Nor of one that says a program drives it.
    '--disable-blink-features=AutomationControlled',
    `--host-resolver-rules=${rules}`,
  ],
})
