interface Scale {
  unit: string
  labels: string[]
  /** which bar a moment belongs to */
  barOf: (time: number) => number
}

const minuteMs = 60_000
const units = [
  { unit: 'minute', ms: minuteMs, label: { hour: '2-digit', minute: '2-digit' } },
  { unit: 'hour', ms: 60 * minuteMs, label: { weekday: 'short', hour: '2-digit', minute: '2-digit' } },
  { unit: 'day', ms: 1_440 * minuteMs, label: { day: 'numeric', month: 'short' } },
  { unit: 'week', ms: 7 * 1_440 * minuteMs, label: { day: 'numeric', month: 'short' } },
] as const satisfies { unit: string; ms: number; label: Intl.DateTimeFormatOptions }[]

/** More bars than this are not told apart, fewer look lost. */
const [fewest, most] = [24, 60]
/** Of weeks there may be more: a customer of many years. */
const mostWeeks = 260

/** The finest unit in which all of these moments fit on one chart. */
export function scaleFor(times: readonly number[]): Scale {
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const { unit, ms, label } = units.find((candidate) => (last - first) / candidate.ms < most) ?? units[3]
  const end = startOf(last, ms)
  const bars = Math.min(Math.max(Math.ceil((end - first) / ms) + 1, fewest), mostWeeks)
  const start = end - (bars - 1) * ms
  const format = new Intl.DateTimeFormat('en-GB', label)
  return {
    unit,
    labels: Array.from({ length: bars }, (_, bar) => format.format(start + bar * ms)),
    barOf: (time) => Math.min(Math.max(Math.floor((time - start) / ms), 0), bars - 1),
  }
}

/** Bars begin where the reader's own minute, hour or day begins. */
function startOf(time: number, ms: number): number {
  const date = new Date(time)
  if (ms === minuteMs) return date.setSeconds(0, 0)
  return ms === 60 * minuteMs ? date.setMinutes(0, 0, 0) : date.setHours(0, 0, 0, 0)
}
