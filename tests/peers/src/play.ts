import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import type { Count } from './inbox.ts'
import type { Peer } from './peers.ts'
import type { Outcome, Situation } from './situation.ts'

/** Several at a time: they wait most of the time. */
const AT_A_TIME = 4
const LONGEST_MS = 120_000

export interface Played extends Outcome {
  /** In the profiles; of Nora alone. */
  stored: Count | undefined
  exceptions: string[]
}

/** All plays of a situation by a peer; an error where one could not be played. */
export type Plays = (Played | Error)[]

/** Plays every situation with every peer and tells of each when it is done. */
export async function play(bench: Bench, peers: Peer[], situations: Situation[], done: (peer: Peer, situation: Situation, plays: Plays) => void) {
  const all = new Map(peers.map((peer) => [peer, new Map<Situation, Plays>()]))
  const queue = situations.flatMap((situation) => peers.map((peer) => ({ situation, peer })))
  const worker = async () => {
    for (let next; (next = queue.shift()); ) {
      const plays: Plays = []
      for (let time = 0; time < next.situation.times; time++) plays.push(await once(bench, next.peer, next.situation))
      all.get(next.peer)!.set(next.situation, plays)
      done(next.peer, next.situation, plays)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  return all
}

async function once(bench: Bench, peer: Peer, situation: Situation): Promise<Played | Error> {
  const trial = bench.trial(peer)
  const folder = await mkdtemp(join(bench.folder, `${peer.id}-${situation.id}-`))
  const tooLong = new Promise<never>((_, reject) => setTimeout(reject, LONGEST_MS, new Error('took more than 120 s')).unref())
  try {
    const outcome = await Promise.race([situation.play(trial, { chromium: bench.chromium, folder }), tooLong])
    return { ...outcome, stored: await trial.stored(), exceptions: trial.exceptions }
  } catch (error) {
    if (!bench.chromium.runs) throw error
    const said = [error instanceof Error ? error.message.split('\n')[0] : error, ...trial.exceptions]
    return new Error(said.join('; in the page: '))
  }
}
