import type { Touch } from '../api/types'
import { Card } from '../ui/Card'
import { humane, text } from '../ui/format'
import classes from './Traits.module.css'

interface Props {
  first: Touch | null | undefined
  last: Touch | null | undefined
}

/** What brought them here, the first time and the last. */
export function Touches({ first, last }: Props) {
  return (
    <>
      {first && <TouchCard title="First touch" touch={first} />}
      {last && <TouchCard title="Last touch" touch={last} />}
    </>
  )
}

function TouchCard({ title, touch }: { title: string; touch: Touch }) {
  const known = Object.entries(touch).filter(([, value]) => value !== null && value !== '')
  return (
    <Card title={title}>
      <dl className={classes.list}>
        {known.map(([name, value]) => (
          <div key={name}>
            <dt>{humane(name)}</dt>
            <dd>{moment(value) ?? text(value)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

function moment(value: unknown): string | null {
  const isMoment = typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)
  return isMoment ? new Date(value).toLocaleString() : null
}
