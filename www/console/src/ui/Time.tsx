import { useSyncExternalStore } from 'react'

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' })
const steps: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]]
const tickMs = 1_000

/** How long ago, kept true while the page is open; the exact moment is in the tooltip. */
export function Time({ value }: { value: string }) {
  const at = Date.parse(value)
  const text = useSyncExternalStore(onTick, () => ago(at, Date.now()))
  return (
    <time dateTime={value} title={absolute.format(at)}>
      {text}
    </time>
  )
}

function ago(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000)
  if (Math.abs(seconds) < 2) return 'now'
  if (Math.abs(seconds) > 30 * 86_400) return date.format(at)
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return relative.format(Math.trunc(seconds / size), unit)
}

const listeners = new Set<() => void>()
let timer: number | undefined

/** One clock for all times on the screen. */
function onTick(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= window.setInterval(() => listeners.forEach((tell) => tell()), tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.clearInterval(timer)
    timer = undefined
  }
}
