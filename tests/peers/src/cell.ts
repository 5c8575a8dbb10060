import type { Count } from './inbox.ts'
import { median } from './median.ts'
import type { Played, Plays } from './play.ts'
import type { Situation } from './situation.ts'

/**
 * What became of the calls of a situation: `1 [0–3] → 20 (+2, +1 new)` is 1 as a median of plays that had 0 to 3, 20 after the visitor
 * came back, with 2 repeats that a server recognizes by their id and 1 that it cannot.
 */
export function cell(plays: Plays): string {
  const played = plays.filter((one): one is Played => !(one instanceof Error))
  if (played.length < plays.length || played.length === 0) return 'failed'
  const first = played.map(({ count }) => count.received)
  const last = played.map(ending)
  let text = spread(first)
  const after = spread(last.map(({ received }) => received))
  if (played[0]!.afterReturn && after !== text) text += ` → ${after}`
  const unrecognizable = Math.max(...last.map((count) => count.unrecognizable))
  const known = Math.max(...last.map((count) => count.repeats - count.unrecognizable))
  const repeats = [known > 0 ? `+${known}` : '', unrecognizable > 0 ? `+${unrecognizable} new` : ''].filter(Boolean)
  if (repeats.length) text += ` (${repeats.join(', ')})`
  const { seconds, refused } = played[0]!
  if (seconds !== undefined) text += `, ${Math.round(seconds)} s`
  if (refused !== undefined) text += `, ${refused} refused`
  return text
}

/** Nora's second line: what stands in the profile, `20` where each call is there once. */
export function storedCell(plays: Plays): string {
  const all = plays.flatMap((one) => (one instanceof Error || !one.stored ? [] : [one.stored]))
  if (all.length < plays.length) return 'failed'
  const twice = Math.max(...all.map(({ repeats }) => repeats))
  return spread(all.map(({ received }) => received)) + (twice ? ` (${twice} twice)` : '')
}

/** Whether every call of every play is in the profile, once. */
export const isWhole = (plays: Plays, { calls }: Situation): boolean =>
  plays.every((one) => !(one instanceof Error) && one.stored?.received === calls && one.stored.repeats === 0)

const ending = ({ count, afterReturn }: Played): Count => afterReturn ?? count

function spread(values: number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? `${least}` : `${median(values)} [${least}–${most}]`
}
