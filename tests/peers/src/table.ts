import type { Measure } from './arguments.ts'
import { cell, storedCell } from './cell.ts'
import { SLOWDOWN, type Costs } from './measure.ts'
import type { Peer } from './peers.ts'
import type { Plays } from './play.ts'
import type { Situation } from './situation.ts'

/** What an SDK costs a page, as Markdown. */
export function costTable(costs: Map<Peer, Costs>, measures: Measure[]): string {
  const columns: Record<Measure, { heads: string[]; cells: (costs: Costs) => string[] }> = {
    size: { heads: ['brotli, bytes', 'raw'], cells: ({ size }) => [number(size?.brotli), number(size?.raw)] },
    ready: { heads: ['ready, ms', `${SLOWDOWN}× slower`], cells: ({ ready }) => [number(ready?.full), number(ready?.slowed)] },
    track: {
      heads: ['track() in a loop, µs', 'at 50/s, µs', 'main thread, µs/event'],
      cells: ({ track }) => [number(track?.loop), number(track?.paced), number(track?.mainThread)],
    },
    longest: { heads: [`longest task at ${SLOWDOWN}× slower, ms`], cells: ({ longest }) => [number(longest)] },
  }
  const chosen = measures.map((measure) => columns[measure])
  const lines = [...costs].map(([peer, costs]) => [peer.title, ...chosen.flatMap(({ cells }) => cells(costs))])
  return table(['', ...chosen.flatMap(({ heads }) => heads)], lines)
}

/** What became of the calls, as Markdown. Whoever keeps profiles has a second line, of what stands in them. */
export function deliveryTable(all: Map<Peer, Map<Situation, Plays>>, situations: Situation[]): string {
  const line = (title: string, plays: Map<Situation, Plays>, of: (plays: Plays) => string) => [title, ...situations.map((situation) => of(plays.get(situation)!))]
  const lines = [...all].flatMap(([peer, plays]) => [
    line(peer.title, plays, cell),
    ...(peer.package ? [] : [line(`${peer.title}, in the profile`, plays, storedCell)]),
  ])
  return table(['', ...situations.map(({ title, calls }) => `${title} (${calls.toLocaleString('en-GB')})`)], lines)
}

function table(heads: string[], lines: string[][]): string {
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [row(heads), `|---|${'---:|'.repeat(heads.length - 1)}`, ...lines.map(row)].join('\n')
}

function number(value: number | undefined): string {
  if (value === undefined) return '–'
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-GB')
}
