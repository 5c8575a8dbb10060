import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const binary = process.env.NORA_BIN || fileURLToPath(new URL('../../../target/release/nora', import.meta.url))

/** A Nora of one test: its own data, its own port. */
export class Nora {
  readonly writeKey = 'wk_browser_tests'
  readonly secretKey = 'sk_browser_tests'
  readonly token = 'nt_browser_tests'
  /** `http://address:port`, the same after a restart. */
  base = ''
  /** The one-time link to the console. */
  consoleLink = ''
  /** Everything the server wrote to standard error. */
  log = ''
  #process: ChildProcess | undefined

  private constructor(private readonly folder: string) {}

  static async start(): Promise<Nora> {
    const nora = new Nora(await mkdtemp(join(tmpdir(), 'nora-browser-')))
    await nora.#run('127.0.0.1:0')
    return nora
  }

  /** As a power cut would end it: without a word. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** After `kill()`: again, with the same data at the same address. */
  async restart(): Promise<void> {
    await this.#run(new URL(this.base).host)
  }

  /** Asks the server to stop, and sees it end well. */
  async stop(): Promise<void> {
    const code = await this.#end('SIGTERM')
    if (code !== 0) throw new Error(`after SIGTERM the server ended with ${code}:\n${this.log}`)
  }

  /** Stops the server, unless the test did, and forgets what it kept. */
  async remove(): Promise<void> {
    try {
      if (this.#process) await this.stop()
    } finally {
      await rm(this.folder, { recursive: true })
    }
  }

  /** The same server under another name, such as `cdp.shop.localhost`, which Chromium takes for this machine and for a part of the site `shop.localhost`. */
  at(host: string): string {
    return this.base.replace('127.0.0.1', host)
  }

  /** The tag, as a site would paste it. */
  tag(attributes = 'data-auto="none"', base = this.base): string {
    return `<script async src="${base}/nora.js" data-write-key="${this.writeKey}" ${attributes}></script>`
  }

  async #run(listen: string): Promise<void> {
    const keys = { NORA_WRITE_KEY: this.writeKey, NORA_SECRET_KEY: this.secretKey, NORA_ADMIN_TOKEN: this.token }
    const child = spawn(binary, ['serve', '--data', join(this.folder, 'data'), '--listen', listen], {
      // So that no configuration file of the developer is read.
      cwd: this.folder,
      env: { ...process.env, ...keys },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.log += text))
    let greeting = ''
    for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      greeting += text
      // The last line; by then the rest has been said.
      if (greeting.includes('keys.toml')) break
    }
    this.base = /listening on (\S+)/.exec(greeting)?.[1] ?? ''
    this.consoleLink = /console +(\S+)/.exec(greeting)?.[1] ?? ''
    if (this.base === '') throw new Error(`${binary} did not start:\n${greeting}${this.log}`)
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process
    if (!child) throw new Error('the server is not running')
    this.#process = undefined
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      child.kill(signal)
      await exit
    }
    return child.exitCode
  }
}
