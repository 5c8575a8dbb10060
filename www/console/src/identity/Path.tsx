import { keyOf } from '../api/client'
import type { Evidence, Ref, Why, Wish } from '../api/types'
import type { Device } from '../profile/devices'
import { Chip } from './Chip'
import { Step } from './Step'
import classes from './Path.module.css'
import { Verdict } from './Verdict'
import { strength } from './words'

interface Props {
  why: Why
  from: Ref
  home: string
  devices: Map<string, Device>
  onPick: (ref: Ref) => void
  onWish: (wish: Wish) => void
}

/** What leads from one to the other, step by step. */
export function Path({ why: { path, explanation }, from, home, devices, onPick, onWish }: Props) {
  return (
    <>
      <Verdict together>{explanation}</Verdict>
      <ol className={classes.path} data-testid="why-path">
        <li><Chip of={from} devices={devices} onPick={onPick} /></li>
        {stops(path, from).map(({ evidence, to }, index) => (
          <li key={`${evidence.kind} ${keyOf(to)}`}>
            <Step evidence={evidence} home={home} isFirst={path.findIndex((other) => strength(other) === strength(evidence)) === index} onCut={() => onWish({ kind: 'sever', a: evidence.a, b: evidence.b })} />
            <Chip of={to} devices={devices} onPick={onPick} />
          </li>
        ))}
      </ol>
    </>
  )
}

/** Evidence knows no direction; a reader goes from the first to the last. */
function stops(path: readonly Evidence[], from: Ref): { evidence: Evidence; to: Ref }[] {
  let at = keyOf(from)
  return path.map((evidence) => {
    const to = keyOf(evidence.a) === at ? evidence.b : evidence.a
    at = keyOf(to)
    return { evidence, to }
  })
}
