// The browser SDKs beside each other: what each costs a page, and what becomes of the calls that are made on it.
//
//   pages/*       a site's code with one SDK
//   web           hosts with TLS, HTTP/2 and distance; behind each an inbox, which speaks one SDK's protocol
//   measures/*    size, readiness, cost of a call, longest task
//   situations/*  what happens to a page with calls in it
//   table         all of it as Markdown

import { wanted } from './arguments.ts'
import { Bench } from './bench.ts'
import { cell, isWhole, storedCell } from './cell.ts'
import { machine } from './machine.ts'
import { measure } from './measure.ts'
import type { Peer } from './peers.ts'
import { play, type Plays } from './play.ts'
import type { Situation } from './situation.ts'
import { situations as allSituations } from './situations.ts'
import { costTable, deliveryTable } from './table.ts'
import { ROUND_TRIP_MS } from './web.ts'

const start = performance.now()
const say = (text: string) => console.log(`${Math.round((performance.now() - start) / 1e3).toString().padStart(4)} s  ${text}`)

const bench = await Bench.start()
try {
  await main()
} finally {
  await bench.stop()
}

async function main(): Promise<void> {
  const { peers, measures, situations } = wanted(process.argv.slice(2), bench.peers, allSituations)
  await bench.bundle(peers)
  say(`bundled ${peers.map(({ title }) => title).join(', ')}`)
  const costs = measures.length ? await measure(bench, peers, measures, say) : new Map()
  const plays = await play(bench, peers, situations, (peer, situation, plays) => {
    say(`${peer.title}, ${situation.title}: ${cell(plays)}${peer.package ? '' : `; in the profile ${storedCell(plays)}`}`)
    for (const note of notes(plays)) say(`  ${note}`)
  })

  console.log(`\n${machine(bench, peers)}\n`)
  if (measures.length) console.log(`What a page pays\n\n${costTable(costs, measures)}\n`)
  if (situations.length) {
    console.log(`What arrives, with TLS and HTTP/2 at another site ${ROUND_TRIP_MS} ms away`)
    console.log('`1 [0–3] → 20 (+2)`: 1 of the calls, in other plays 0 to 3; 20 after the visitor came back; 2 were sent again.')
    console.log(`"new": sent again so that no server can tell.\n\n${deliveryTable(plays, situations)}\n`)
    for (const [peer, played] of plays) if (!peer.package) console.log(verdict(peer, played))
  }
}

/** What went wrong on the way, each kind once. */
function notes(plays: Plays): Set<string> {
  return new Set(plays.flatMap((one) => (one instanceof Error ? [one.message.split('\n')[0]!] : one.exceptions.map((text) => `exception in the page: ${text}`))))
}

function verdict({ title }: Peer, plays: Map<Situation, Plays>): string {
  const short = [...plays].filter(([situation, all]) => !isWhole(all, situation)).map(([{ title }]) => title)
  return short.length ? `${title}: calls are missing or there twice: ${short.join('; ')}` : `${title}: every call is in the profile, once, in every situation`
}
