import { Button } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { keyOf } from '../api/client'
import { decisionsQuery } from '../api/queries'
import type { Decision, IdentityGraph } from '../api/types'
import type { Device } from '../profile/devices'
import { Card } from '../ui/Card'
import { ErrorNote } from '../ui/ErrorNote'
import { Icon, type IconName } from '../ui/Icon'
import { Time } from '../ui/Time'
import { Chip } from './Chip'
import { useUndo, wishOf } from './decide'
import classes from './Decisions.module.css'

const icons: Record<Decision['kind'], IconName> = { sever: 'cut', block: 'block', alias: 'join' }

/** The server keeps decisions by identifier. More than this many are not asked for; those that a decision shows on come first. */
const mostAsked = 12

interface Props {
  graph: IdentityGraph
  devices: Map<string, Device>
  onUndone: () => void
}

/** What people decided about who this is, and a way back. */
export function Decisions({ graph, devices, onUndone }: Props) {
  const { decisions, error } = useQueries({
    queries: askedOf(graph).map(decisionsQuery),
    combine: (answers) => ({ decisions: distinct(answers.flatMap(({ data }) => data?.data ?? [])), error: answers.find((answer) => answer.error)?.error }),
  })
  return (
    <Card title="Decisions by people" flush>
      {error && <ErrorNote error={error} />}
      {decisions.length === 0 && !error && <p className={classes.none}>Nobody has decided anything about these identifiers. All that is joined here was seen.</p>}
      <ul className={classes.list} data-testid="decisions">
        {decisions.map((decision) => <Row key={nameFor(decision)} decision={decision} devices={devices} onUndone={onUndone} />)}
      </ul>
    </Card>
  )
}

function Row({ decision, devices, onUndone }: { decision: Decision; devices: Map<string, Device>; onUndone: () => void }) {
  const { kind, a, b, is_active, set_aside, note, by, at } = decision
  const undo = useUndo(onUndone)
  const wish = wishOf(decision)
  return (
    <li className={classes.row} data-active={is_active} data-kind={kind} data-testid="decision-row">
      <span className={classes.icon}><Icon name={icons[kind]} size={15} /></span>
      <div>
        <p className={classes.what}>
          <Chip of={a} devices={devices} />
          {b && <>and <Chip of={b} devices={devices} /></>}
          {kind === 'sever' ? 'are two people' : kind === 'alias' ? 'are one person' : 'recognises nobody'}
        </p>
        {note !== '' && <p className={classes.note}>“{note}”</p>}
        {set_aside && is_active && <p className={classes.note}>Events that show them together are set aside.</p>}
        <p className={classes.by}>{by} · <Time value={at} />{is_active ? '' : ' · undone'}</p>
        {undo.isError && <ErrorNote error={undo.error} />}
      </div>
      {is_active && wish && <Button size="compact-sm" variant="default" leftSection={<Icon name="undo" size={14} />} loading={undo.isPending} onClick={() => undo.mutate(wish)}>Undo</Button>}
    </li>
  )
}

function askedOf({ nodes, edges }: IdentityGraph): string[] {
  const decided = edges.filter(({ state, kind }) => state === 'severed' || kind === 'alias').map(({ a }) => keyOf(a))
  const blocked = nodes.filter(({ state }) => state === 'blocked').map(keyOf)
  const members = nodes.filter(({ is_member }) => is_member).map(keyOf)
  return [...new Set([...decided, ...blocked, ...members])].slice(0, mostAsked)
}

const nameFor = ({ kind, a, b }: Decision): string => `${kind} ${keyOf(a)} ${b ? keyOf(b) : ''}`

/** A decision about two is found by either. The later holds, where one answer is older than the other. */
function distinct(decisions: readonly Decision[]): Decision[] {
  const inOrder = decisions.toSorted((one, other) => one.at.localeCompare(other.at))
  const byName = new Map(inOrder.map((decision) => [nameFor(decision), decision]))
  return [...byName.values()].toSorted((one, other) => Number(other.is_active) - Number(one.is_active) || other.at.localeCompare(one.at))
}
