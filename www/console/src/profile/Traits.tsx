import type { Trait } from '../api/types'
import { Card } from '../ui/Card'
import { humane, text } from '../ui/format'
import classes from './Traits.module.css'

export function Traits({ traits }: { traits: Record<string, Trait> }) {
  const entries = Object.entries(traits)
  return (
    <Card title="Traits">
      {entries.length === 0 ? (
        <p className={classes.none}>Nobody has said who this is yet.</p>
      ) : (
        <dl className={classes.list} data-testid="traits">
          {entries.map(([name, { value, source, updated_at }]) => (
            <div key={name} title={`From ${source}, ${new Date(updated_at).toLocaleString()}`}>
              <dt>{humane(name)}</dt>
              <dd>{shown(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  )
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return Object.values(value).map(text).join(', ')
  return text(value)
}
