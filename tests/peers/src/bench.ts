import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Nora } from '../../browser/support/server.ts'
import { Chromium } from './browser.ts'
import { bundle } from './bundle.ts'
import { peersWith, type Peer } from './peers.ts'
import { Trial } from './trial.ts'
import { Web } from './web.ts'

/** Everything that runs while the bench does. */
export class Bench {
  readonly #files = new Map<string, Map<string, Buffer>>()
  readonly peers: Peer[]

  private constructor(
    readonly nora: Nora,
    readonly web: Web,
    readonly chromium: Chromium,
    readonly folder: string,
  ) {
    this.peers = peersWith(nora.base)
  }

  static async start(): Promise<Bench> {
    const nora = await Nora.start()
    // Whatever ends this program ends the server.
    process.on('exit', () => void nora.kill().catch(() => {}))
    const web = await Web.open()
    return new Bench(nora, web, await Chromium.start(web.rules), await mkdtemp(join(tmpdir(), 'nora-peers-')))
  }

  async bundle(peers: Peer[]): Promise<void> {
    for (const { id } of peers) this.#files.set(id, id === 'nora' ? new Map() : await bundle(id))
  }

  trial(peer: Peer, at: 'far' | 'near' = 'far'): Trial {
    return new Trial(peer, this.#files.get(peer.id)!, this.nora, this.web, at)
  }

  async stop(): Promise<void> {
    await this.chromium.close()
    this.web.close()
    await this.nora.remove()
    await rm(this.folder, { recursive: true, force: true })
  }
}
