import type { Evidence } from '../api/types'
import { Icon } from '../ui/Icon'
import classes from './Legend.module.css'
import { stateIcon, stateName } from './words'

const cutStates = ['cut', 'over_limit', 'severed', 'blocked'] as const

/** What the lines mean: only those that are there. */
export function Legend({ edges }: { edges: readonly Evidence[] }) {
  const joins = edges.filter(({ state }) => state === 'joins')
  const states = cutStates.filter((state) => edges.some((edge) => edge.state === state))
  return (
    <ul className={classes.legend} aria-label="What the lines mean">
      {joins.some(({ verified }) => verified) && <li><i data-line="verified" /> Verified</li>}
      {joins.some(({ verified, kind }) => !verified && kind !== 'alias') && <li><i data-line="unverified" /> Reported by a browser</li>}
      {joins.some(({ kind }) => kind === 'alias') && <li><i data-line="verified" /><Icon name="join" size={12} /> Said to be one person</li>}
      {states.map((state) => (
        <li key={state} data-state={state}><i data-line="cut" /><Icon name={stateIcon[state]} size={12} /> {stateName[state]}</li>
      ))}
    </ul>
  )
}
