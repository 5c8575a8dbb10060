import type { Identifier } from '../api/types'
import { typeIcon, typeName } from '../identity/words'
import { Card } from '../ui/Card'
import { CopyButton } from '../ui/CopyButton'
import { humane } from '../ui/format'
import { Icon } from '../ui/Icon'
import { Time } from '../ui/Time'
import type { Device } from './devices'
import classes from './Identifiers.module.css'

/** What a person would call themselves by comes first. */
const order = ['user_id', 'email', 'phone', 'anonymous_id']

export function Identifiers({ identifiers, devices }: { identifiers: readonly Identifier[]; devices: Map<string, Device> }) {
  const sorted = identifiers.toSorted((one, other) => rank(one.type) - rank(other.type) || one.first_seen.localeCompare(other.first_seen) || one.value.localeCompare(other.value))
  return (
    <Card title="Identifiers" flush>
      <ul className={classes.list} data-testid="identifiers">
        {sorted.map(({ type, value, last_seen, sources }) => {
          const device = type === 'anonymous_id' ? devices.get(value) : undefined
          return (
            <li key={`${type} ${value}`} className={classes.row} data-type={type} data-value={value}>
              <span className={classes.icon} style={{ color: device && `var(--${device.colour})` }}><Icon name={typeIcon(type)} size={17} /></span>
              <span className={classes.text}>
                <small>{device?.name ?? typeName(type)}</small>
                <code title={value}>{value}</code>
                <small title={`From ${sources.join(', ')}`}><Time value={last_seen} /> · {sources.join(', ')}</small>
              </span>
              <CopyButton value={value} label={`Copy the ${humane(type).toLowerCase()}`} />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

function rank(type: string): number {
  const place = order.indexOf(type)
  return place < 0 ? order.length : place
}
