import { liveEventsUrl } from '../api/client'
import type { LiveEvent } from '../api/types'

export type Connection = 'connecting' | 'open' | 'lost'

export interface Stream {
  connection: Connection
  /** newest first */
  events: readonly LiveEvent[]
  /** arrivals in each of the last 60 seconds, oldest first */
  seconds: readonly Second[]
}

export interface Second {
  at: number
  accepted: number
  other: number
}

/** Enough to read back a moment; it bounds memory and the length of the page. */
const kept = 200
/** Screens are redrawn at most this often, however fast events come in. */
const redrawMs = 250
const firstRetryMs = 1_000
const longestRetryMs = 15_000

let state: Stream = { connection: 'connecting', events: [], seconds: emptySeconds(Date.now()) }
let waiting: LiveEvent[] = []
let source: EventSource | null = null
let retryMs = firstRetryMs
let retry: number | undefined
let redraw: number | undefined
const readers = new Set<() => void>()
const followers = new Set<(events: readonly LiveEvent[]) => void>()

/** One connection for all that is on the screen; it is closed with the last reader. */
export function subscribe(reader: () => void): () => void {
  readers.add(reader)
  if (readers.size === 1) connect()
  return () => {
    readers.delete(reader)
    if (readers.size === 0) disconnect()
  }
}

/** Is told of every batch of arrivals, also of those that the list no longer holds. */
export function follow(follower: (events: readonly LiveEvent[]) => void): () => void {
  followers.add(follower)
  return () => followers.delete(follower)
}

export const current = (): Stream => state

function connect(): void {
  set({ connection: 'connecting' })
  source = new EventSource(liveEventsUrl)
  source.addEventListener('open', () => {
    retryMs = firstRetryMs
    set({ connection: 'open' })
  })
  source.addEventListener('event', (message) => waiting.push(JSON.parse((message as MessageEvent<string>).data) as LiveEvent))
  source.addEventListener('error', () => {
    set({ connection: 'lost' })
    // After a refusal, unlike after a broken line, the browser does not try again.
    if (source?.readyState !== EventSource.CLOSED) return
    retry = window.setTimeout(connect, retryMs)
    retryMs = Math.min(retryMs * 2, longestRetryMs)
  })
  redraw ??= window.setInterval(take, redrawMs)
}

function disconnect(): void {
  source?.close()
  source = null
  window.clearTimeout(retry)
  window.clearInterval(redraw)
  redraw = undefined
}

function take(): void {
  const arrived = waiting
  waiting = []
  const seconds = countSeconds(state.seconds, arrived, Date.now())
  if (arrived.length === 0 && seconds === state.seconds) return
  const known = new Set(state.events.map(keyOf))
  // A server that repeats the latest after a reconnection must not show them twice.
  const fresh = arrived.filter((event) => !known.has(keyOf(event))).reverse()
  set({ seconds, events: fresh.length === 0 ? state.events : [...fresh, ...state.events].slice(0, kept) })
  if (fresh.length > 0) for (const follower of followers) follower(fresh)
}

export function keyOf({ message_id, outcome, received_at }: LiveEvent): string {
  return `${message_id} ${outcome} ${received_at}`
}

function emptySeconds(now: number): Second[] {
  const last = Math.floor(now / 1000) * 1000
  return Array.from({ length: 60 }, (_, index) => ({ at: last - (59 - index) * 1000, accepted: 0, other: 0 }))
}

function countSeconds(before: readonly Second[], arrived: readonly LiveEvent[], now: number): readonly Second[] {
  const frame = emptySeconds(now)
  const moved = frame[0]?.at !== before[0]?.at
  if (!moved && arrived.length === 0) return before
  const old = new Map(before.map((second) => [second.at, second]))
  const seconds = frame.map((second) => ({ ...(old.get(second.at) ?? second) }))
  const latest = seconds[seconds.length - 1]
  for (const { outcome } of arrived) if (latest) latest[outcome === 'accepted' ? 'accepted' : 'other'] += 1
  return seconds
}

function set(change: Partial<Stream>): void {
  state = { ...state, ...change }
  for (const reader of readers) reader()
}
