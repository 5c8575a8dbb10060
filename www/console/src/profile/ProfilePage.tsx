import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { profileQuery, queryClient } from '../api/queries'
import type { Profile, Trait } from '../api/types'
import { useOnArrival } from '../live/useLive'
import { Link, navigate, profilePath } from '../router/router'
import { ErrorNote } from '../ui/ErrorNote'
import { Icon } from '../ui/Icon'
import { useDocumentTitle } from '../ui/PageHead'
import { Consent } from './Consent'
import { devicesOf } from './devices'
import { EventCounts } from './EventCounts'
import { Identifiers } from './Identifiers'
import { emailOf, nameOf } from './person'
import { ProfileHead } from './ProfileHead'
import classes from './ProfilePage.module.css'
import { Timeline } from './Timeline'
import { Touches } from './Touches'
import { Traits } from './Traits'

const refreshMs = 400

export function ProfilePage({ id }: { id: string }) {
  const profile = useQuery(profileQuery(id))
  const own = profile.data?.profile_id ?? id
  useOnArrival(
    ({ profile_id }) => profile_id === id || profile_id === own,
    () => {
      void queryClient.invalidateQueries({ queryKey: ['profile', id] })
      void queryClient.invalidateQueries({ queryKey: ['timeline', id] })
    },
    refreshMs,
  )
  // Two profiles that turned out to be one customer: the old address leads to the one that is left.
  useEffect(() => {
    if (own !== id) navigate(profilePath(own), { replace: true })
  }, [own, id])

  return (
    <>
      <Link to="/profiles" className={classes.back}><Icon name="back" size={15} /> Profiles</Link>
      {profile.isError && <ErrorNote error={profile.error} onRetry={() => void profile.refetch()} />}
      {profile.data && <Loaded id={id} profile={profile.data} />}
    </>
  )
}

function Loaded({ id, profile }: { id: string; profile: Profile<Trait> }) {
  const [side, setSide] = useState('timeline')
  const [event, setEvent] = useState<string | null>(null)
  const devices = useMemo(() => devicesOf(profile.identifiers), [profile.identifiers])
  const plain = useMemo<Profile>(() => ({ ...profile, traits: Object.fromEntries(Object.entries(profile.traits).map(([name, { value }]) => [name, value])) }), [profile])
  const [name, email] = [nameOf(plain.traits), emailOf(plain)]
  useDocumentTitle(name ?? email ?? 'Anonymous')
  return (
    <div className={classes.page} data-side={side}>
      <ProfileHead profile={plain} name={name} email={email} />
      <SegmentedControl className={classes.switch} fullWidth value={side} onChange={setSide} data={[{ value: 'timeline', label: 'Timeline' }, { value: 'about', label: 'About' }]} />
      <div className={classes.timeline}>
        <Timeline id={id} devices={devices} event={event} onAll={() => setEvent(null)} />
      </div>
      <div className={classes.about}>
        <Identifiers identifiers={profile.identifiers} devices={devices} />
        <Traits traits={profile.traits} />
        <EventCounts counts={profile.computed.event_counts ?? {}} chosen={event} onChoose={setEvent} />
        <Touches first={profile.computed.first_touch} last={profile.computed.last_touch} />
        <Consent consent={profile.consent} />
      </div>
    </div>
  )
}
