import { Button } from '@mantine/core'
import type { Barrier, Located, Ref, Why, Wish } from '../api/types'
import type { Device } from '../profile/devices'
import { Link, profilePath } from '../router/router'
import { Icon, type IconName } from '../ui/Icon'
import { Chip } from './Chip'
import { useUndo } from './decide'
import classes from './Apart.module.css'
import { Verdict } from './Verdict'
import { barrierTitle, isKeyType, typeNames } from './words'

interface Props {
  why: Why
  home: string
  devices: Map<string, Device>
  onPick: (ref: Ref) => void
  onWish: (wish: Wish) => void
  onUndone: () => void
}

const icons: Record<Barrier['rule'], IconName> = { R2: 'people', R5: 'close', R6: 'close', sever: 'cut', block: 'block', unconnected: 'join' }

/** What keeps two apart, and what can be done if they are one after all. */
export function Apart({ why: { a, b, barriers, explanation }, home, devices, onPick, onWish, onUndone }: Props) {
  const canJoin = a.type === b.type && isKeyType(a.type)
  return (
    <>
      <Verdict together={false}>{explanation}</Verdict>
      <ul className={classes.barriers} data-testid="why-barriers">
        {barriers.map((barrier, index) => (
          <li key={index} data-rule={barrier.rule}>
            <span className={classes.icon}><Icon name={icons[barrier.rule]} size={15} /></span>
            <div>
              <strong>{barrierTitle[barrier.rule]}</strong>
              <p>{barrier.explanation}</p>
              {barrier.at.length > 0 && <p className={classes.at}>{barrier.at.map((ref) => <Chip key={`${ref.type} ${ref.value}`} of={ref} devices={devices} onPick={onPick} />)}</p>}
              <TakeBack barrier={barrier} onUndone={onUndone} />
            </div>
          </li>
        ))}
      </ul>
      {[a, b].map((end) => <Home key={`${end.type} ${end.value}`} end={end} home={home} devices={devices} />)}
      {canJoin && (
        <div className={classes.join}>
          <p>Has one customer two {typeNames(a.type)}? Only somebody who knows can say so.</p>
          <Button size="xs" variant="light" leftSection={<Icon name="join" size={14} />} onClick={() => onWish({ kind: 'alias', a: plain(a), b: plain(b) })}>These are one person</Button>
        </div>
      )}
    </>
  )
}

const plain = ({ type, value }: Ref): Ref => ({ type, value })

/** What a person decided, a person can undo on the spot. */
function TakeBack({ barrier: { rule, at }, onUndone }: { barrier: Barrier; onUndone: () => void }) {
  const undo = useUndo(onUndone)
  const [a, b] = at
  const wish: Wish | null = rule === 'block' && a ? { kind: 'block', identifier: a } : rule === 'sever' && a && b ? { kind: 'sever', a, b } : null
  if (!wish) return null
  return (
    <>
      <Button size="compact-xs" variant="default" mt={6} leftSection={<Icon name="undo" size={13} />} loading={undo.isPending} onClick={() => undo.mutate(wish)}>Undo this decision</Button>
      {undo.isError && <p role="alert">{undo.error.message}</p>}
    </>
  )
}

function Home({ end, home, devices }: { end: Located; home: string; devices: Map<string, Device> }) {
  if (end.profile_id === home) return null
  return (
    <p className={classes.home}>
      <Chip of={end} devices={devices} />
      {end.profile_id === null ? 'has never been seen.' : <Link to={`${profilePath(end.profile_id)}?view=identity`}>Open its profile <Icon name="chevron" size={13} /></Link>}
    </p>
  )
}
