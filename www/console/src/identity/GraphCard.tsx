import { SegmentedControl, Switch } from '@mantine/core'
import { useMemo, useState } from 'react'
import { keyOf } from '../api/client'
import type { Evidence, IdentityGraph } from '../api/types'
import type { Device } from '../profile/devices'
import { Card } from '../ui/Card'
import { drawingOf } from './drawing'
import { EvidenceList } from './EvidenceList'
import { Graph } from './Graph'
import classes from './GraphCard.module.css'
import { Legend } from './Legend'
import type { Pair } from './pair'
import { many } from './words'

interface Props {
  graph: IdentityGraph
  devices: Map<string, Device>
  pair: Pair
  /** what the answer is about, to be lit up */
  lit: ReadonlySet<string>
}

/** More than these would hide what the picture is about. */
const mostCutAtFirst = 8

const modes: Record<IdentityGraph['mode'], string> = {
  whole: 'What joins these identifiers fits one person.',
  solved: 'Some of what was seen together belongs to other people, so Nora cut the weaker side.',
  large: 'So many are tangled up here that each identifier went to the one person it is tied to, or stayed alone.',
}

/** The identifiers of a profile and what ties them together, as a picture or as a list. */
export function GraphCard({ graph, devices, pair, lit }: Props) {
  const cut = graph.edges.filter(({ state }) => state !== 'joins').length
  const [as, setAs] = useState('picture')
  const [withCut, setWithCut] = useState(cut <= mostCutAtFirst)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const picked = useMemo(() => [pair.a, pair.b].map((ref) => (ref ? keyOf(ref) : '')), [pair.a, pair.b])
  const drawing = useMemo(() => drawingOf(graph, withCut, open, picked), [graph, withCut, open, picked])
  const members = graph.nodes.filter(({ is_member }) => is_member).length
  const pickBoth = ({ a, b }: Evidence) => pair.set(a, b)

  return (
    <Card
      title={many(members, 'identifier')}
      flush
      aside={<SegmentedControl size="xs" value={as} onChange={setAs} aria-label="Show it as" data={[{ value: 'picture', label: 'Picture' }, { value: 'list', label: 'List' }]} />}
    >
      <div className={classes.lead}>
        <p>{members === 1 && cut === 0 ? 'Nothing else is known of them yet, so there is nothing to join.' : modes[graph.mode]}</p>
        {cut > 0 && <Switch size="sm" checked={withCut} onChange={(event) => setWithCut(event.currentTarget.checked)} label={`Show what was cut (${cut})`} data-testid="show-cut" />}
        {open.size > 0 && as === 'picture' && <button type="button" className={classes.fold} onClick={() => setOpen(new Set())}>Fold up again</button>}
      </div>
      {graph.truncated && <p className={classes.truncated}>There are more than can be shown: these are the strongest {graph.nodes.length}.</p>}
      {as === 'picture' ? (
        <>
          <Graph drawing={drawing} devices={devices} picked={picked} lit={lit} onPick={pair.pick} onPickBoth={pickBoth} onOpen={(bundle) => setOpen(new Set([...open, bundle]))} />
          {drawing.lines.length > 0 && <Legend edges={drawing.lines.map(({ evidence }) => evidence)} />}
        </>
      ) : (
        <EvidenceList graph={graph} devices={devices} withCut={withCut} picked={picked} onPick={pair.pick} onPickBoth={pickBoth} />
      )}
    </Card>
  )
}
