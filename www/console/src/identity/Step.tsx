import { Button } from '@mantine/core'
import type { Evidence } from '../api/types'
import { Icon } from '../ui/Icon'
import { Time } from '../ui/Time'
import { ExampleEvent } from './ExampleEvent'
import classes from './Path.module.css'
import { seenTogether, strength, strengthMeans } from './words'

interface Props {
  evidence: Evidence
  home: string
  /** the first of its strength: says what that means */
  isFirst: boolean
  onCut: () => void
}

/** One piece of evidence, in a sentence. */
export function Step({ evidence, home, isFirst, onCut }: Props) {
  const { first_seen, last_seen, example, verified, kind } = evidence
  return (
    <div className={classes.step} data-verified={verified || kind === 'alias'}>
      <p>
        {seenTogether(evidence)}
        {first_seen && first_seen === last_seen && <>, <Time value={first_seen} /></>}
        {first_seen && last_seen && first_seen !== last_seen && <>: first <Time value={first_seen} />, last <Time value={last_seen} /></>}.
      </p>
      <p className={classes.means}><span data-strength title={strengthMeans(evidence)}>{strength(evidence)}</span> {isFirst && strengthMeans(evidence)}</p>
      <div className={classes.actions}>
        {example && <ExampleEvent profileId={home} messageId={example} />}
        <Button size="compact-xs" variant="subtle" color="red" className={classes.cut} leftSection={<Icon name="cut" size={13} />} onClick={onCut}>These are two people</Button>
      </div>
    </div>
  )
}
