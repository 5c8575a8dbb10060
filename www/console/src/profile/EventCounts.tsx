import { Card } from '../ui/Card'
import { count } from '../ui/format'
import classes from './EventCounts.module.css'

interface Props {
  counts: Record<string, number>
  chosen: string | null
  onChoose: (event: string | null) => void
}

/** How often each thing was done; choosing one shows only that on the timeline. */
export function EventCounts({ counts, chosen, onChoose }: Props) {
  const entries = Object.entries(counts).toSorted(([, one], [, other]) => other - one)
  if (entries.length === 0) return null
  const most = entries[0]?.[1] ?? 1
  return (
    <Card title="What they do" flush>
      <ul className={classes.list} data-testid="event-counts">
        {entries.map(([event, times]) => (
          <li key={event}>
            <button type="button" aria-pressed={chosen === event} onClick={() => onChoose(chosen === event ? null : event)} style={{ '--share': times / most } as React.CSSProperties}>
              <span>{event}</span>
              <span>{count(times)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
