import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import type { LiveEvent } from '../api/types'
import { current, follow, subscribe, type Connection, type Second } from './stream'

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => current().connection)
export const useLiveEvents = (): readonly LiveEvent[] => useSyncExternalStore(subscribe, () => current().events)
export const useSeconds = (): readonly Second[] => useSyncExternalStore(subscribe, () => current().seconds)

/**
 * Calls `act` when something matching arrives, at most once in `everyMs`, and once more after the last: a busy site
 * must not make the console ask the server for the same thing a hundred times a second.
 */
export function useOnArrival(matches: (event: LiveEvent) => boolean, act: () => void, everyMs: number): void {
  const isMatch = useEffectEvent(matches)
  const run = useEffectEvent(act)
  useEffect(() => {
    let timer: number | undefined
    const stop = follow((events) => {
      if (timer !== undefined || !events.some((event) => isMatch(event))) return
      timer = window.setTimeout(() => {
        timer = undefined
        run()
      }, everyMs)
    })
    return () => {
      stop()
      window.clearTimeout(timer)
    }
  }, [everyMs])
}
