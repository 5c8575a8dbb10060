import { useReducedMotion } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, type RefObject } from 'react'
import { keyOf } from '../api/client'
import { whyQuery } from '../api/queries'
import type { IdentityGraph, Ref, Why, Wish } from '../api/types'
import type { Device } from '../profile/devices'
import { Card } from '../ui/Card'
import { ErrorNote } from '../ui/ErrorNote'
import { About } from './About'
import { Apart } from './Apart'
import type { Pair } from './pair'
import { Path } from './Path'
import { Picker } from './Picker'
import classes from './WhyCard.module.css'

interface Props {
  graph: IdentityGraph
  devices: Map<string, Device>
  pair: Pair
  /** what was just decided, while these two were asked about */
  news: Wish['kind'] | null
  onWish: (wish: Wish) => void
  onUndone: () => void
}

/** "Why are these one person?", and what can be done if they are not. */
export function WhyCard({ graph, devices, pair: { a, b, set }, news, onWish, onUndone }: Props) {
  const only = a && b ? null : (a ?? b)
  const node = only && graph.nodes.find((candidate) => keyOf(candidate) === keyOf(only))
  return (
    <Card title="Why are these one person?">
      <div className={classes.pickers}>
        <Picker label="This one" nodes={graph.nodes} devices={devices} value={a} onChange={(ref) => set(ref, b)} />
        <Picker label="and this one" nodes={graph.nodes} devices={devices} value={b} onChange={(ref) => set(a, ref)} />
      </div>
      {!a && !b && <p className={classes.hint}>Click two of them on the picture, or choose them here. Nora shows step by step what was seen that makes them one person, or what keeps them apart.</p>}
      {node && <About node={node} devices={devices} home={graph.profile_id} onBlock={() => onWish({ kind: 'block', identifier: { type: node.type, value: node.value } })} />}
      {only && <p className={classes.hint}>{node ? 'Pick a second one to ask why the two are one person.' : 'It is not on this picture. Pick a second one to see what lies between them.'}</p>}
      {a && b && <Answer key={`${keyOf(a)} ${keyOf(b)}`} a={a} b={b} home={graph.profile_id} devices={devices} news={news} onPick={(ref) => set(ref, null)} onWish={onWish} onUndone={onUndone} />}
    </Card>
  )
}

interface AnswerProps {
  a: Ref
  b: Ref
  home: string
  devices: Map<string, Device>
  news: Wish['kind'] | null
  onPick: (ref: Ref) => void
  onWish: (wish: Wish) => void
  onUndone: () => void
}

function Answer({ a, b, home, devices, news, onPick, onWish, onUndone }: AnswerProps) {
  const why = useQuery(whyQuery(keyOf(a), keyOf(b)))
  const top = useSeen(why.isSuccess)
  if (keyOf(a) === keyOf(b)) return <p className={classes.hint}>These are one and the same.</p>
  if (why.isError) return <div className={classes.answer}><ErrorNote error={why.error} onRetry={() => void why.refetch()} /></div>
  if (!why.data) return <p className={classes.hint}>Following what was seen…</p>
  return (
    <div className={classes.answer} data-testid="why" data-together={why.data.together} aria-live="polite">
      <div ref={top} className={classes.top} />
      {news && !why.isFetching && <p className={classes.news} data-open={news === 'sever' && why.data.together} data-testid="why-news">{newsOf(news, why.data)}</p>}
      {why.data.together ? (
        <Path why={why.data} from={a} home={home} devices={devices} onPick={onPick} onWish={onWish} />
      ) : (
        <Apart why={why.data} home={home} devices={devices} onPick={onPick} onWish={onWish} onUndone={onUndone} />
      )}
    </div>
  )
}

/** Two may be joined in more than one way: to part them, each has to be cut. */
function newsOf(kind: Wish['kind'], { together }: Why): string {
  if (kind === 'sever' && together) return 'That is cut, but the two are still joined in another way. Below is what is left: cut it as well if it is wrong too.'
  const done = { sever: 'They are apart now.', block: 'It recognises nobody any more.', alias: 'They are joined now.' }
  return `${done[kind]} “Decisions by people” keeps it, and can undo it.`
}

const oneColumn = '(max-width: 72rem)'

/** On a phone the answer comes below the picture, out of sight of whoever asked by touching it. */
function useSeen(isReady: boolean): RefObject<HTMLDivElement | null> {
  const top = useRef<HTMLDivElement>(null)
  const isStill = useReducedMotion()
  useEffect(() => {
    if (isReady && window.matchMedia(oneColumn).matches) top.current?.scrollIntoView({ block: 'nearest', behavior: isStill ? 'auto' : 'smooth' })
  }, [isReady, isStill])
  return top
}
