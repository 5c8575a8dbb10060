import type { Overview } from '../api/types'
import { Link } from '../router/router'
import { brief, count } from '../ui/format'
import classes from './Tiles.module.css'

export function Tiles({ overview }: { overview: Overview | undefined }) {
  const events = overview?.events
  const tiles = [
    { name: 'Accepted', value: events?.accepted, mark: 'accepted' },
    { name: 'Duplicate', value: events?.duplicate, mark: 'duplicate' },
    { name: 'Quarantined', value: events?.quarantined, mark: 'quarantined', to: '/quarantine' },
    { name: 'Refused', value: events?.refused, mark: 'refused' },
    { name: 'Profiles', value: overview?.profiles, to: '/profiles' },
    { name: 'Identifiers', value: overview?.identifiers },
  ]
  return (
    <dl className={classes.tiles}>
      {tiles.map(({ name, value, mark, to }) => (
        <div key={name} className={classes.tile}>
          <dt>
            {mark && <span style={{ background: `var(--${mark})` }} />}
            {to ? <Link to={to}>{name}</Link> : name}
          </dt>
          <dd title={value === undefined ? undefined : count(value)} data-testid={`tile-${name.toLowerCase()}`}>
            {value === undefined ? '–' : brief(value)}
          </dd>
        </div>
      ))}
    </dl>
  )
}
