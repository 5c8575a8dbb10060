import type { Delivery as Figures } from '../api/types'
import { Card } from '../ui/Card'
import { count } from '../ui/format'
import classes from './Traits.module.css'

/** Only where something is missing: then the timeline does not tell all that happened. */
export function Delivery({ delivery }: { delivery: Figures | undefined }) {
  if (!delivery || (delivery.missing === 0 && delivery.dropped === 0)) return null
  const { tabs, received, missing, dropped } = delivery
  const figures = [
    { name: 'Missing', value: missing, title: 'Numbered by the browser, and not here, or not yet' },
    { name: 'Thrown away', value: dropped, title: 'By the browser, because too many waited' },
    { name: 'Received', value: received, title: `Of the latest ${tabs === 1 ? 'page load' : `${count(tabs)} page loads`}` },
  ]
  return (
    <Card title="Not everything arrived">
      <dl className={classes.list} data-testid="delivery">
        {figures.filter(({ value }) => value > 0).map(({ name, value, title }) => (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd>{value === 1 ? '1 event' : `${count(value)} events`}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
