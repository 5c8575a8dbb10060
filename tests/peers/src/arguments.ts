import type { Peer } from './peers.ts'
import type { Situation } from './situation.ts'

export const measures = ['size', 'ready', 'track', 'longest'] as const
export type Measure = (typeof measures)[number]

export interface Wanted {
  peers: Peer[]
  measures: Measure[]
  situations: Situation[]
}

/** What `--only` says: peers and columns by name, as many as one likes; all of either where none of them is named. */
export function wanted(words: string[], peers: Peer[], situations: Situation[]): Wanted {
  const named = words.flatMap((word) => (word === '--only' ? [] : word.split(',')))
  const known = [...peers.map(({ id }) => id), ...situations.map(({ id }) => id), ...measures]
  const unknown = named.filter((name) => !known.includes(name))
  if (unknown.length) throw new Error(`nothing is called ${unknown.join(', ')}: there are ${known.join(', ')}`)
  const pick = <Thing>(things: readonly Thing[], name: (thing: Thing) => string) => things.filter((thing) => named.includes(name(thing)))
  const [somePeers, someMeasures, someSituations] = [pick(peers, (p) => p.id), pick(measures, (m) => m), pick(situations, (s) => s.id)]
  const anyColumn = someMeasures.length + someSituations.length > 0
  return {
    peers: somePeers.length ? somePeers : peers,
    measures: anyColumn ? someMeasures : [...measures],
    situations: anyColumn ? someSituations : situations,
  }
}
