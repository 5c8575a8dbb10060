import { keyOf } from '../api/client'
import type { Evidence, IdentityGraph, Ref } from '../api/types'
import type { Device } from '../profile/devices'
import { Time } from '../ui/Time'
import { Chip } from './Chip'
import { lineKey } from './drawing'
import classes from './EvidenceList.module.css'
import { notUsed, reasonOf, seenTogether, stateName, strength } from './words'

interface Props {
  graph: IdentityGraph
  devices: Map<string, Device>
  withCut: boolean
  picked: readonly string[]
  onPick: (ref: Ref) => void
  onPickBoth: (evidence: Evidence) => void
}

/** The picture as a list: every identifier, and all that was seen of two of them. */
export function EvidenceList({ graph, devices, withCut, picked, onPick, onPickBoth }: Props) {
  const joins = graph.edges.filter(({ state }) => state === 'joins')
  const cut = graph.edges.filter(({ state }) => state !== 'joins')
  const members = graph.nodes.filter(({ is_member }) => is_member)
  return (
    <div className={classes.lists} data-testid="identity-list">
      <section aria-label="Identifiers">
        <h3>Identifiers</h3>
        <ul className={classes.identifiers}>
          {members.map((node) => (
            <li key={keyOf(node)} data-picked={picked.includes(keyOf(node)) || undefined} title={notUsed(node) ?? undefined}>
              <Chip of={node} devices={devices} onPick={onPick} />
            </li>
          ))}
        </ul>
      </section>
      <Section title="What joins them" none="Only one identifier is known, so there is nothing to join." edges={joins} devices={devices} onPickBoth={onPickBoth} />
      {withCut && cut.length > 0 && <Section title="What was cut" none="" edges={cut} devices={devices} onPickBoth={onPickBoth} />}
    </div>
  )
}

interface SectionProps {
  title: string
  none: string
  edges: readonly Evidence[]
  devices: Map<string, Device>
  onPickBoth: (evidence: Evidence) => void
}

function Section({ title, none, edges, devices, onPickBoth }: SectionProps) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {edges.length === 0 && <p className={classes.none}>{none}</p>}
      <ul className={classes.evidence}>
        {edges.map((edge) => (
          <li key={lineKey(edge)} data-state={edge.state}>
            <div>
              <p className={classes.pair}><Chip of={edge.a} devices={devices} /> and <Chip of={edge.b} devices={devices} /></p>
              <p>
                {seenTogether(edge)}{edge.last_seen && <>, last <Time value={edge.last_seen} /></>}
                {' · '}<span className={classes.state}>{edge.state === 'joins' ? strength(edge).toLowerCase() : stateName[edge.state]}</span>
              </p>
              {reasonOf(edge) && <p className={classes.reason}>{reasonOf(edge)}</p>}
            </div>
            <button type="button" onClick={() => onPickBoth(edge)}>{edge.state === 'joins' ? 'Why?' : 'Why not?'}</button>
          </li>
        ))}
      </ul>
    </section>
  )
}
