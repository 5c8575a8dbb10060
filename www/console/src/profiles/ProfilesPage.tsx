import { Loader, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { profilesQuery } from '../api/queries'
import { navigate, usePlace } from '../router/router'
import { Card } from '../ui/Card'
import { Empty } from '../ui/Empty'
import { ErrorNote } from '../ui/ErrorNote'
import { Icon } from '../ui/Icon'
import { LoadMore } from '../ui/LoadMore'
import { PageHead } from '../ui/PageHead'
import { ProfileRow } from './ProfileRow'
import classes from './ProfilesPage.module.css'

const typingMs = 200

export function ProfilesPage() {
  const q = usePlace().query.get('q') ?? ''
  const profiles = useInfiniteQuery({ ...profilesQuery(q), placeholderData: keepPreviousData })
  const list = profiles.data ?? []
  return (
    <>
      <PageHead title="Profiles" lead="One for each customer, however many devices they used." />
      <Card flush>
        <div className={classes.tools}>
          <SearchBox initial={q} busy={profiles.isFetching && !profiles.isFetchingNextPage} />
        </div>
        {profiles.isError && <ErrorNote error={profiles.error} onRetry={() => void profiles.refetch()} />}
        {profiles.isSuccess && list.length === 0 && (
          <Empty title={q === '' ? 'No profiles yet' : `Nobody answers to “${q}”`}>
            {q === '' ? 'The first event makes the first profile.' : 'An e-mail, a user id, a name, or the beginning of one will do.'}
          </Empty>
        )}
        <ul className={classes.list} data-testid="profiles">
          {list.map((profile) => (
            <ProfileRow key={profile.profile_id} profile={profile} />
          ))}
        </ul>
        <LoadMore query={profiles} what="more profiles" />
      </Card>
    </>
  )
}

function SearchBox({ initial, busy }: { initial: string; busy: boolean }) {
  const [text, setText] = useState(initial)
  // The address holds the question, so that a search can be sent to a colleague.
  const search = useDebouncedCallback((q: string) => navigate(q === '' ? '/profiles' : `/profiles?${new URLSearchParams({ q })}`, { replace: true }), typingMs)
  return (
    <TextInput
      type="search"
      size="md"
      aria-label="Search profiles"
      placeholder="Name, e-mail, phone or any id"
      leftSection={<Icon name="search" />}
      rightSection={busy && <Loader size={16} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        search(event.currentTarget.value.trim())
      }}
      data-testid="profile-search"
      autoFocus
    />
  )
}
