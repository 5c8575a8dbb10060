import type { ReactNode } from 'react'
import type { Computed, Profile } from '../api/types'
import { Avatar } from '../ui/Avatar'
import { CopyButton } from '../ui/CopyButton'
import { count, money } from '../ui/format'
import { Time } from '../ui/Time'
import classes from './ProfileHead.module.css'

interface Props {
  profile: Profile
  name: string | null
  email: string | null
}

export function ProfileHead({ profile, name, email }: Props) {
  const { profile_id, computed, event_count, first_seen, last_seen, audiences, is_bot } = profile
  const marks = is_bot ? ['No person: a bot', ...audiences] : audiences
  return (
    <header className={classes.head}>
      <div className={classes.who}>
        <Avatar name={name ?? email} id={profile_id} size={64} />
        <div>
          <h1 data-testid="profile-name">{name ?? email ?? 'Anonymous'}</h1>
          {name && email && <p>{email}</p>}
          <p className={classes.id}>
            <code data-testid="profile-id">{profile_id}</code> <CopyButton value={profile_id} label="Copy the profile id" />
          </p>
          {marks.length > 0 && <p className={classes.audiences}>{marks.map((mark) => <span key={mark}>{mark}</span>)}</p>}
        </div>
      </div>
      <dl className={classes.facts}>
        <Fact name="First seen"><Time value={first_seen} /></Fact>
        <Fact name="Last seen"><Time value={last_seen} /></Fact>
        <Fact name="Events"><span data-testid="event-count">{count(event_count)}</span></Fact>
        <Fact name="Sessions">{count(computed.sessions ?? 0)}</Fact>
        <Fact name="Orders">{count(computed.orders ?? 0)}</Fact>
        <Fact name="Revenue">{revenue(computed)}</Fact>
      </dl>
    </header>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function revenue({ revenue: sum }: Computed): string {
  if (sum === null || sum === undefined) return '–'
  if (typeof sum === 'number') return sum === 0 ? '–' : money(sum)
  return Object.entries(sum).map(([currency, value]) => money(value, currency)).join(' + ') || '–'
}
