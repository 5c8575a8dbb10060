import type { Measure } from './arguments.ts'
import type { Bench } from './bench.ts'
import type { Weight } from './inbox.ts'
import { longest } from './measures/longest.ts'
import { ready } from './measures/ready.ts'
import { size } from './measures/size.ts'
import { track, type TrackCost } from './measures/track.ts'
import { median } from './median.ts'
import type { Peer } from './peers.ts'

/** Fresh pages for each time. */
const ROUNDS = 3
/** Of one round. */
const READY_PAGES = 2
/** No further round is begun after this long. */
const LONGEST_MS = 4 * 60_000
/** Of the processor, as on a cheap phone. */
export const SLOWDOWN = 4

export interface Costs {
  size?: Weight
  /** ms */
  ready?: { full: number; slowed: number }
  track?: TrackCost
  /** ms */
  longest?: number
}

/** Measures all peers in turn, again and again: whatever else the machine does hits them alike. Medians. */
export async function measure(bench: Bench, peers: Peer[], measures: Measure[], say: (text: string) => void): Promise<Map<Peer, Costs>> {
  const { chromium } = bench
  const samples = new Map(peers.map((peer) => [peer, { full: [] as number[], slowed: [] as number[], track: [] as TrackCost[], longest: [] as number[] }]))
  const costs = new Map<Peer, Costs>(peers.map((peer) => [peer, {}]))
  if (measures.includes('size')) for (const peer of peers) costs.get(peer)!.size = await size(bench.trial(peer), chromium)
  const start = performance.now()
  for (let round = 1; round <= ROUNDS && performance.now() - start < LONGEST_MS; round++) {
    for (const [peer, { full, slowed, track: tracks, longest: tasks }] of samples) {
      for (let page = 0; page < READY_PAGES && measures.includes('ready'); page++) {
        full.push(await ready(bench.trial(peer, 'near'), chromium, 1))
        slowed.push(await ready(bench.trial(peer, 'near'), chromium, SLOWDOWN))
      }
      if (measures.includes('track')) tracks.push(await track(() => bench.trial(peer), chromium))
      if (measures.includes('longest')) tasks.push(await longest(bench.trial(peer, 'near'), chromium, SLOWDOWN))
    }
    say(`measured all of them, round ${round} of ${ROUNDS}`)
  }
  for (const [peer, { full, slowed, track: tracks, longest: tasks }] of samples) {
    const of = (name: keyof TrackCost) => median(tracks.map((cost) => cost[name]))
    if (full.length) costs.get(peer)!.ready = { full: median(full), slowed: median(slowed) }
    if (tracks.length) costs.get(peer)!.track = { loop: of('loop'), paced: of('paced'), mainThread: of('mainThread') }
    if (tasks.length) costs.get(peer)!.longest = median(tasks)
  }
  return costs
}
