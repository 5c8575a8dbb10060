import { useQuery } from '@tanstack/react-query'
import { countsQuery } from '../api/queries'
import type { Counted, CountedDay } from '../api/types'
import { Card } from '../ui/Card'
import { count } from '../ui/format'
import classes from './Counts.module.css'

const shown = 5

/** Page views of visitors who have not consented, where the site counts them. Where it does not, there is no such card. */
export function Counts() {
  const days = useQuery(countsQuery).data?.data ?? []
  if (days.length === 0) return null
  const views = days.reduce((sum, day) => sum + day.views, 0)
  return (
    <Card title="Without consent" aside={<span className={classes.note}>{count(views)} page views, last {days.length === 1 ? 'day' : `${new Set(days.map(({ day }) => day)).size} days`}</span>}>
      <div className={classes.columns} data-testid="counts">
        <List title="Pages" counted={sumOf(days, ({ paths }) => paths)} />
        <List title="Came from" counted={sumOf(days, ({ referrers }) => referrers)} />
      </div>
    </Card>
  )
}

function List({ title, counted }: { title: string; counted: Counted[] }) {
  if (counted.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ol>
        {counted.slice(0, shown).map(({ name, views }) => (
          <li key={name}><span title={name}>{name}</span><span>{count(views)}</span></li>
        ))}
      </ol>
    </section>
  )
}

function sumOf(days: readonly CountedDay[], part: (day: CountedDay) => Counted[]): Counted[] {
  const sums = new Map<string, number>()
  for (const { name, views } of days.flatMap(part)) sums.set(name, (sums.get(name) ?? 0) + views)
  return [...sums].map(([name, views]) => ({ name, views })).toSorted((one, other) => other.views - one.views)
}
