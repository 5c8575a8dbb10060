import { useCallback, useMemo } from 'react'
import { keyOf } from '../api/client'
import type { Ref } from '../api/types'
import { navigate, usePlace } from '../router/router'

export interface Pair {
  a: Ref | null
  b: Ref | null
  set: (a: Ref | null, b: Ref | null) => void
  /** as a click on the picture does: takes it up, or lets it go again */
  pick: (ref: Ref) => void
}

/** The two that are asked about. The address holds them, so that the question can be sent to a colleague. */
export function usePair(): Pair {
  const { path, query } = usePlace()
  const [first, second] = [query.get('a'), query.get('b')]
  const set = useCallback(
    (a: Ref | null, b: Ref | null) => {
      const next = new URLSearchParams(query)
      for (const [name, ref] of [['a', a], ['b', b]] as const) {
        if (ref) next.set(name, keyOf(ref))
        else next.delete(name)
      }
      navigate(`${path}?${next}`, { replace: true })
    },
    [path, query],
  )
  return useMemo(() => {
    const [a, b] = [refOf(first), refOf(second)]
    const pick = (ref: Ref) => {
      const key = keyOf(ref)
      if (first === key) set(b, null)
      else if (second === key) set(a, null)
      else if (a) set(a, ref)
      else set(ref, b)
    }
    return { a, b, set, pick }
  }, [first, second, set])
}

export function refOf(key: string | null): Ref | null {
  const colon = key?.indexOf(':') ?? -1
  return key && colon > 0 ? { type: key.slice(0, colon), value: key.slice(colon + 1) } : null
}
