import { ActionIcon, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { outcomes, type LiveEvent } from '../api/types'
import { Card } from '../ui/Card'
import { Empty } from '../ui/Empty'
import { Icon } from '../ui/Icon'
import classes from './LiveList.module.css'
import { LiveRow } from './LiveRow'
import { keyOf } from './stream'
import { useLiveEvents } from './useLive'

const types = ['track', 'page', 'screen', 'identify', 'group', 'alias']

export function LiveList() {
  const live = useLiveEvents()
  const [held, setHeld] = useState<readonly LiveEvent[] | null>(null)
  const [text, setText] = useState('')
  const [type, setType] = useState<string | null>(null)
  const [outcome, setOutcome] = useState<string | null>(null)

  const events = held ?? live
  const shown = events.filter(
    (event) => (type === null || event.type === type) && (outcome === null || event.outcome === outcome) && mentions(event, text),
  )
  const missed = held === null ? 0 : newerThan(live, held)
  return (
    <Card flush>
      <div className={classes.tools}>
        <TextInput className={classes.text} placeholder="Name, person, id or page" aria-label="Filter" leftSection={<Icon name="search" size={16} />} value={text} onChange={(event) => setText(event.currentTarget.value)} data-testid="live-filter" />
        <Select className={classes.pick} placeholder="Every type" aria-label="Type" data={types} value={type} onChange={setType} clearable />
        <Select className={classes.pick} placeholder="Every outcome" aria-label="Outcome" data={[...outcomes]} value={outcome} onChange={setOutcome} clearable />
        <ActionIcon
          className={classes.pause}
          size={36}
          variant={held ? 'filled' : 'default'}
          color={held ? 'spruce' : 'gray'}
          onClick={() => setHeld(held ? null : live)}
          aria-pressed={held !== null}
          aria-label={held ? 'Go on' : 'Pause'}
          title={held ? 'Go on' : 'Pause'}
          data-testid="pause"
        >
          <Icon name={held ? 'play' : 'pause'} />
        </ActionIcon>
      </div>
      {missed > 0 && (
        <button type="button" className={classes.missed} onClick={() => setHeld(null)}>
          {missed === live.length ? `${missed} or more` : missed} new since the pause. Show
        </button>
      )}
      {shown.length === 0 ? (
        <Empty title={events.length === 0 ? 'Listening…' : 'Nothing among the latest fits the filter'}>
          {events.length === 0 && (
            <>
              Events show here the moment they arrive. <a href="/shop/" target="_blank" rel="noreferrer">Walk through the demo shop</a> to make some.
            </>
          )}
        </Empty>
      ) : (
        <ol className={classes.list} data-testid="live-list">
          {shown.map((event) => (
            <LiveRow key={keyOf(event)} event={event} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function mentions(event: LiveEvent, text: string): boolean {
  const { name, type, profile_name, user_id, anonymous_id, page_url, source, reason, message_id } = event
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const all = [name, type, profile_name, user_id, anonymous_id, page_url, source, reason, message_id].join(' ').toLowerCase()
  return words.every((word) => all.includes(word))
}

function newerThan(live: readonly LiveEvent[], held: readonly LiveEvent[]): number {
  const newest = held[0]
  if (!newest) return live.length
  const index = live.findIndex((event) => keyOf(event) === keyOf(newest))
  return index < 0 ? live.length : index
}
