import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { keyOf } from '../api/client'
import { identityQuery, queryClient, whyQuery } from '../api/queries'
import type { Why, Wish } from '../api/types'
import { useOnArrival } from '../live/useLive'
import type { Device } from '../profile/devices'
import { ErrorNote } from '../ui/ErrorNote'
import { Changes } from './Changes'
import { DecisionDialog } from './DecisionDialog'
import { Decisions } from './Decisions'
import { lineKey } from './drawing'
import { GraphCard } from './GraphCard'
import classes from './IdentityView.module.css'
import { usePair } from './pair'
import { WhyCard } from './WhyCard'

/** The graph may be large, and changes less often than it is confirmed. */
const refreshMs = 2_000

/** What was decided while these two were asked about. */
interface News {
  about: string
  kind: Wish['kind']
}

/** Who this is made of: what ties the identifiers of a profile together, why, and how to undo it. */
export default function IdentityView({ id, devices }: { id: string; devices: Map<string, Device> }) {
  const identity = useQuery(identityQuery(id))
  useOnArrival(
    ({ profile_id }) => profile_id === id,
    () => {
      for (const key of ['identity', 'why', 'changes']) void queryClient.invalidateQueries({ queryKey: [key] })
    },
    refreshMs,
  )
  const pair = usePair()
  const [wish, setWish] = useState<Wish | null>(null)
  const [news, setNews] = useState<News | null>(null)
  const [a, b] = [pair.a, pair.b].map((ref) => (ref ? keyOf(ref) : ''))
  const about = `${a} ${b}`
  const why = useQuery({ ...whyQuery(a ?? '', b ?? ''), enabled: Boolean(a && b && a !== b) })
  const lit = useMemo(() => litBy(why.data), [why.data])

  if (identity.isError && !identity.data) return <ErrorNote error={identity.error} onRetry={() => void identity.refetch()} />
  if (!identity.data) return null

  const decided = ({ kind }: Wish) => {
    setWish(null)
    setNews({ about, kind })
  }
  return (
    <div className={classes.view}>
      <div className={classes.main}>
        <GraphCard graph={identity.data} devices={devices} pair={pair} lit={lit} />
        <Decisions graph={identity.data} devices={devices} onUndone={() => setNews(null)} />
      </div>
      <div className={classes.side}>
        <WhyCard graph={identity.data} devices={devices} pair={pair} news={news?.about === about ? news.kind : null} onWish={setWish} onUndone={() => setNews(null)} />
        <Changes id={identity.data.profile_id} />
      </div>
      <DecisionDialog wish={wish} devices={devices} onClose={() => setWish(null)} onDecided={decided} />
    </div>
  )
}

/** The path, or what stands in its way. */
function litBy(why: Why | undefined): Set<string> {
  const edges = why?.path ?? []
  const stops = why?.barriers.flatMap(({ at }) => at) ?? []
  return new Set([...edges.map(lineKey), ...edges.flatMap(({ a, b }) => [keyOf(a), keyOf(b)]), ...stops.map(keyOf)])
}
