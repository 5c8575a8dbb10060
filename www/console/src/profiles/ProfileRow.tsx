import type { Profile } from '../api/types'
import { emailOf, nameOf } from '../profile/person'
import { Link, profilePath } from '../router/router'
import { Avatar } from '../ui/Avatar'
import { count, humane, shortId } from '../ui/format'
import { Time } from '../ui/Time'
import classes from './ProfileRow.module.css'

export function ProfileRow({ profile }: { profile: Profile }) {
  const { profile_id, traits, identifiers, event_count, last_seen } = profile
  const name = nameOf(traits)
  const email = emailOf(profile)
  return (
    <li className={classes.item}>
      <Link to={profilePath(profile_id)} className={classes.row} data-testid="profile-row">
        <Avatar name={name ?? email} id={profile_id} size={36} />
        <span className={classes.who}>
          <strong>{name ?? email ?? 'Anonymous'}</strong>
          <small>{name && email ? email : <code>{shortId(identifiers[0]?.value ?? profile_id)}</code>}</small>
        </span>
        <span className={classes.ids}>{summary(profile)}</span>
        <span className={classes.events}>{count(event_count)} <small>events</small></span>
        <span className={classes.time}><Time value={last_seen} /></span>
      </Link>
    </li>
  )
}

/** `2 anonymous ids, 1 e-mail` */
function summary({ identifiers }: Profile): string {
  const counts = new Map<string, number>()
  for (const { type } of identifiers) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, many]) => `${many} ${humane(type).toLowerCase()}${many > 1 ? 's' : ''}`).join(', ')
}
