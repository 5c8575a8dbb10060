import { memo } from 'react'
import type { LiveEvent } from '../api/types'
import { Link, profilePath } from '../router/router'
import { Avatar } from '../ui/Avatar'
import { EventIcon } from '../ui/EventIcon'
import { humane, pathOf, shortId } from '../ui/format'
import { Time } from '../ui/Time'
import classes from './LiveRow.module.css'

/** One arrival; it leads to the profile that it landed on. */
export const LiveRow = memo(function LiveRow({ event }: { event: LiveEvent }) {
  const { profile_id } = event
  const row = (
    <>
      <EventIcon type={event.type} />
      <span className={classes.what}>
        <strong>{event.name ?? humane(event.type)}</strong>
        <small>{event.page_url === null ? event.source : pathOf(event.page_url)}</small>
      </span>
      <Whom event={event} />
      <span className={classes.source}>{event.source}</span>
      <span className={classes.outcome} style={{ color: `var(--${event.outcome})` }} title={event.message ?? undefined}>
        {event.reason === null ? event.outcome : `${event.outcome}: ${humane(event.reason).toLowerCase()}`}
      </span>
      <span className={classes.time}>
        <Time value={event.received_at} />
      </span>
    </>
  )
  const to = profile_id === null ? (event.outcome === 'quarantined' ? '/quarantine' : null) : profilePath(profile_id)
  return (
    <li className={classes.item} data-testid="live-event" data-outcome={event.outcome} data-message-id={event.message_id}>
      {to === null ? <div className={classes.row}>{row}</div> : <Link to={to} className={classes.row}>{row}</Link>}
    </li>
  )
})

function Whom({ event: { profile_id, profile_name, user_id, anonymous_id } }: { event: LiveEvent }) {
  const id = user_id ?? anonymous_id
  if (profile_id === null && id === null) return <span className={classes.whom}>–</span>
  return (
    <span className={classes.whom}>
      <Avatar name={profile_name} id={profile_id ?? id ?? ''} size={26} />
      {profile_name ? <span>{profile_name}</span> : <code>{shortId(id ?? profile_id ?? '')}</code>}
    </span>
  )
}
