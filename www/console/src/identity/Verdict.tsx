import type { ReactNode } from 'react'
import { Icon } from '../ui/Icon'
import classes from './Verdict.module.css'

/** The answer in one line, before the reasons. */
export function Verdict({ together, children }: { together: boolean; children: ReactNode }) {
  return (
    <div className={classes.verdict} data-together={together}>
      <span><Icon name={together ? 'check' : 'close'} size={16} /></span>
      <div>
        <strong>{together ? 'They are one person' : 'They are two people'}</strong>
        <p>{children}</p>
      </div>
    </div>
  )
}
