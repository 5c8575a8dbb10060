import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { profileQuery, queryClient } from '../api/queries'
import type { Profile, Stated, VerboseProfile } from '../api/types'
import { useOnArrival } from '../live/useLive'
import { Link, navigate, profilePath, usePlace } from '../router/router'
import { ErrorNote } from '../ui/ErrorNote'
import { Icon } from '../ui/Icon'
import { useDocumentTitle } from '../ui/PageHead'
import { Consent } from './Consent'
import { devicesOf } from './devices'
import { Delivery } from './Delivery'
import { EventCounts } from './EventCounts'
import { Identifiers } from './Identifiers'
import { MergedNote } from './MergedNote'
import { emailOf, nameOf } from './person'
import { ProfileHead } from './ProfileHead'
import classes from './ProfilePage.module.css'
import { Timeline } from './Timeline'
import { Touches } from './Touches'
import { Traits } from './Traits'

/** It is asked for by few, and comes when it is. */
const IdentityView = lazy(() => import('../identity/IdentityView'))

const refreshMs = 400

export function ProfilePage({ id }: { id: string }) {
  const { query } = usePlace()
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
  const was = query.get('was')
  const from = profile.data?.redirected_from ?? id
  // Two profiles that turned out to be one customer: the old address leads to the one that is left, and the new one says which it was.
  useEffect(() => {
    if (own !== id) navigate(addressOf(own, query, { was: from }), { replace: true })
  }, [own, id, from, query])

  return (
    <>
      <Link to="/profiles" className={classes.back}><Icon name="back" size={15} /> Profiles</Link>
      {was !== null && was !== own && <MergedNote was={was} now={own} onClose={() => navigate(addressOf(id, query, { was: null }), { replace: true })} />}
      {profile.isError && <ErrorNote error={profile.error} onRetry={() => void profile.refetch()} />}
      {profile.data && <Loaded id={id} profile={profile.data} />}
    </>
  )
}

function Loaded({ id, profile }: { id: string; profile: VerboseProfile }) {
  const { query } = usePlace()
  const [event, setEvent] = useState<string | null>(null)
  const devices = useMemo(() => devicesOf(profile.identifiers), [profile.identifiers])
  const plain = useMemo<Profile>(() => ({ ...profile, traits: valuesOf(profile.traits), consent: valuesOf(profile.consent) }), [profile])
  const [name, email] = [nameOf(plain.traits), emailOf(plain)]
  useDocumentTitle(name ?? email ?? 'Anonymous')
  const view = query.get('view') ?? 'timeline'
  const show = (next: string) => navigate(addressOf(id, query, { view: next === 'timeline' ? null : next }), { replace: true })
  return (
    <div className={classes.page} data-view={view}>
      <ProfileHead profile={plain} name={name} email={email} />
      <Views view={view} onChange={show} />
      {view === 'identity' ? (
        <Suspense fallback={null}><IdentityView id={id} devices={devices} /></Suspense>
      ) : (
        <>
          <div className={classes.timeline}>
            <Timeline id={id} devices={devices} event={event} onAll={() => setEvent(null)} />
          </div>
          <div className={classes.about}>
            <Identifiers identifiers={profile.identifiers} devices={devices} />
            <Traits traits={profile.traits} />
            <EventCounts counts={profile.computed.event_counts ?? {}} chosen={event} onChoose={setEvent} />
            <Touches first={profile.computed.first_touch} last={profile.computed.last_touch} />
            <Consent consent={plain.consent} />
            <Delivery delivery={profile.computed.delivery} />
          </div>
        </>
      )}
    </div>
  )
}

/** Where the page is wide, what they did and who they are stand side by side, and are one view. */
function Views({ view, onChange }: { view: string; onChange: (view: string) => void }) {
  const wide = [{ value: 'timeline', label: 'Activity' }, { value: 'identity', label: 'Identity' }]
  const narrow = [{ value: 'timeline', label: 'Timeline' }, { value: 'about', label: 'About' }, { value: 'identity', label: 'Identity' }]
  return (
    <nav aria-label="Views of this profile" className={classes.views}>
      <SegmentedControl className={classes.wide} value={view === 'identity' ? view : 'timeline'} onChange={onChange} data={wide} data-testid="views" />
      <SegmentedControl className={classes.narrow} fullWidth value={view} onChange={onChange} data={narrow} data-testid="views-narrow" />
    </nav>
  )
}

/** This profile, or the one that it became, with the same things open. */
function addressOf(id: string, query: URLSearchParams, changed: Record<string, string | null>): string {
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changed)) {
    if (value === null) next.delete(name)
    else next.set(name, value)
  }
  return next.size === 0 ? profilePath(id) : `${profilePath(id)}?${next}`
}

function valuesOf<Value>(stated: Record<string, Stated<Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(stated).map(([name, { value }]) => [name, value]))
}
