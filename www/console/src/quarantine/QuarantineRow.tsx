import type { Quarantined } from '../api/types'
import { humane } from '../ui/format'
import { Icon } from '../ui/Icon'
import { Json } from '../ui/Json'
import { Time } from '../ui/Time'
import { ItemActions } from './ItemActions'
import classes from './QuarantineRow.module.css'

export function QuarantineRow({ item, canChange }: { item: Quarantined; canChange: boolean }) {
  return (
    <li className={classes.item}>
      <details data-testid="quarantined">
        <summary className={classes.row}>
          <span className={classes.chevron}><Icon name="chevron" size={16} /></span>
          <span className={classes.reason}>{humane(item.reason)}</span>
          <span className={classes.message}>{item.message}</span>
          <span className={classes.source}>{item.source}</span>
          <span className={classes.time}><Time value={item.received_at} /></span>
        </summary>
        <div className={classes.payload}>
          <p className={classes.hint}>{item.hint}</p>
          <Payload text={item.payload} />
          {canChange && <ItemActions item={item} />}
        </div>
      </details>
    </li>
  )
}

/** As it came. It may be anything, also JSON that was cut off. */
function Payload({ text }: { text: string }) {
  try {
    return <Json value={JSON.parse(text) as unknown} />
  } catch {
    return <pre className={classes.raw} tabIndex={0}>{text}</pre>
  }
}
