import type { Ref, Wish } from '../api/types'
import type { Device } from '../profile/devices'
import { Chip } from './Chip'
import classes from './DecisionDialog.module.css'
import { typeNames } from './words'

/** What a decision will do, in the words of whoever has to live with it. */
export function Effect({ wish, devices }: { wish: Wish; devices: Map<string, Device> }) {
  const chip = (ref: Ref) => <Chip of={ref} devices={devices} />
  switch (wish.kind) {
    case 'sever':
      return (
        <>
          <p className={classes.lead}>{chip(wish.a)} and {chip(wish.b)}</p>
          <ul className={classes.effects}>
            <li>What ties these two directly no longer counts: not what has been seen, nor what will be.</li>
            <li>If nothing else joins them, this profile becomes two. Each keeps its own events, traits, counts and audiences.</li>
            <li>Nothing is deleted. Undo puts everything back exactly as it is now.</li>
          </ul>
        </>
      )
    case 'block':
      return (
        <>
          <p className={classes.lead}>{chip(wish.identifier)}</p>
          <ul className={classes.effects}>
            <li>It joins nobody any more: not in this profile and not in any other, now or later.</li>
            <li>What hangs together only through it comes apart. Use it for a shared till, a test account, or an address that a whole company uses.</li>
            <li>Nothing is deleted. Undo puts everything back exactly as it is now.</li>
          </ul>
        </>
      )
    case 'alias':
      return (
        <>
          <p className={classes.lead}>{chip(wish.a)} and {chip(wish.b)}</p>
          <ul className={classes.effects}>
            <li>Their profiles become one, with all events, traits, counts and audiences. Nothing is counted twice.</li>
            <li>Two {typeNames(wish.a.type)} share a profile only because somebody says so: be sure that it is one customer.</li>
            <li>Nothing is lost. Undo makes them two again, each as it was.</li>
          </ul>
        </>
      )
  }
}
