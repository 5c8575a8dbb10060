import { useMutation } from '@tanstack/react-query'
import { api, keyOf } from '../api/client'
import { queryClient, whyQuery } from '../api/queries'
import type { Decided, Decision, Wish } from '../api/types'

/** Whatever shows people may be another after a decision about who is one. */
const affected = ['profile', 'profiles', 'identity', 'timeline', 'why', 'decisions', 'changes', 'overview']

type Done = (wish: Wish) => void

export function useDecide(onDecided: Done) {
  return useMutation({ mutationFn: api.decide, onSuccess: (decided, wish) => settle(decided, wish, onDecided) })
}

export function useUndo(onUndone: Done) {
  return useMutation({ mutationFn: api.undo, onSuccess: (decided, wish) => settle(decided, wish, onUndone) })
}

/** The wish that a decision came of, to take it back. */
export function wishOf({ kind, a, b }: Decision): Wish | null {
  if (kind === 'block') return { kind, identifier: a }
  return b && { kind, a, b }
}

async function settle(decided: Decided, wish: Wish, then: Done): Promise<void> {
  if (decided.why && wish.kind !== 'block') queryClient.setQueryData(whyQuery(keyOf(wish.a), keyOf(wish.b)).queryKey, decided.why)
  then(wish)
  await Promise.all(affected.map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
}
