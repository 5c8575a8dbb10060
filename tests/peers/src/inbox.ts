import { brotliCompressSync, constants } from 'node:zlib'
import { START } from './bundle.ts'
import { json, type Answer, type Call, type Protocol, type Request } from './protocol.ts'

/** What the calls of the bench are named, so that page views and the like are not counted. */
export const CALL = 'Call '

export interface Count {
  /** Calls that arrived. */
  received: number
  /** Times that one of them arrived again. */
  repeats: number
  /** Of the repeats, those that no server can tell from a new event: they came under another id, or without one. */
  unrecognizable: number
}

export interface Weight {
  raw: number
  brotli: number
}

/** One collector of one SDK in one trial, at a host of its own. */
export class Inbox {
  /** `busy` answers 503; `gone` ends every connection. */
  state: 'up' | 'busy' | 'gone' = 'up'
  /** Requests with calls that were answered 503. */
  refused = 0
  readonly #calls: Call[] = []
  /** What the page loaded from here, by path. */
  readonly #assets = new Map<string, Weight>()

  constructor(
    private readonly protocol: Protocol,
    private readonly files: ReadonlyMap<string, Buffer>,
  ) {}

  /** The answer to a request that has arrived whole; `undefined`: the connection breaks. */
  async receive(request: Request): Promise<Answer | undefined> {
    if (this.state === 'gone') return undefined
    const file = this.files.get(request.path)
    if (file) return this.#asset(request.path, { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: file })
    const calls = this.protocol.decode(request).filter(({ name }) => name.startsWith(CALL))
    if (this.state === 'busy') {
      if (calls.length) this.refused++
      return json({ error: 'busy' }, 503)
    }
    const answer = (await this.protocol.answer(request)) ?? json({ error: 'not here' }, 404)
    if (answer.status < 300) this.#calls.push(...calls)
    const isAsset = request.method === 'GET' && answer.status === 200 && /javascript|wasm/.test(answer.headers['content-type'] ?? '')
    return isAsset ? this.#asset(request.path, answer) : answer
  }

  count(): Count {
    const ids = new Map<string, Set<string>>()
    let anonymous = 0
    for (const { name, id } of this.#calls) {
      const known = ids.get(name) ?? new Set()
      if (id !== undefined) known.add(id)
      else if (ids.has(name)) anonymous++
      ids.set(name, known)
    }
    const renamed = [...ids.values()].reduce((sum, known) => sum + Math.max(0, known.size - 1), 0)
    return { received: ids.size, repeats: this.#calls.length - ids.size, unrecognizable: renamed + anonymous }
  }

  /** Waits until so many calls are here, and a little longer for repeats; or as long as is given. Returns the ms until the last of them. */
  async wait(expected: number, timeoutMs: number): Promise<number | undefined> {
    const start = performance.now()
    while (performance.now() - start < timeoutMs) {
      if (this.count().received >= expected) {
        const took = performance.now() - start
        await pause(REPEATS_MS)
        return took
      }
      await pause(20)
    }
    return undefined
  }

  weight(): Weight {
    const all = [...this.#assets.values()]
    return { raw: all.reduce((sum, { raw }) => sum + raw, 0), brotli: all.reduce((sum, { brotli }) => sum + brotli, 0) }
  }

  #asset(path: string, answer: Answer): Answer {
    const sent = Buffer.from(answer.body as Buffer)
    const body = sent.subarray(sent.indexOf(`${START}\n`) === 0 ? START.length + 1 : 0)
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
    if (!this.#assets.has(path)) this.#assets.set(path, { raw: body.length, brotli: brotliCompressSync(body, { params }).length })
    return answer
  }
}

const REPEATS_MS = 1500

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
