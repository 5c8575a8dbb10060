import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { timelineQuery } from '../api/queries'
import type { TimelineEvent } from '../api/types'
import { Card } from '../ui/Card'
import { Empty } from '../ui/Empty'
import { ErrorNote } from '../ui/ErrorNote'
import { LoadMore } from '../ui/LoadMore'
import { Activity } from './Activity'
import { deviceOf, type Device } from './devices'
import classes from './Timeline.module.css'
import { TimelineRow } from './TimelineRow'

interface Props {
  id: string
  devices: Map<string, Device>
  /** only what is called this */
  event: string | null
  onAll: () => void
}

export function Timeline({ id, devices, event, onAll }: Props) {
  const timeline = useInfiniteQuery({ ...timelineQuery(id, event), placeholderData: keepPreviousData })
  const events = timeline.data
  const days = useMemo(() => byDay(events ?? []), [events])
  if (timeline.isError && !events) return <ErrorNote error={timeline.error} onRetry={() => void timeline.refetch()} />
  if (!events) return null
  return (
    <>
      <Activity events={events} devices={devices} complete={!timeline.hasNextPage} />
      <Card
        title={event === null ? 'Timeline' : `Timeline: ${event}`}
        flush
        aside={event !== null && <button type="button" className={classes.all} onClick={onAll}>Show everything</button>}
      >
        {events.length === 0 && <Empty title="Nothing yet" />}
        {days.map(({ day, label, items }) => (
          <section key={day} className={classes.day} aria-label={label}>
            <h3>{label}</h3>
            <ol data-testid="timeline">
              {items.map((item) => (
                <TimelineRow key={item.message_id} event={item} device={deviceOf(item, devices)} />
              ))}
            </ol>
          </section>
        ))}
        <LoadMore query={timeline} what="earlier events" />
      </Card>
    </>
  )
}

const dayName = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const dayMs = 86_400_000

function byDay(events: readonly TimelineEvent[]): { day: string; label: string; items: TimelineEvent[] }[] {
  const days = new Map<string, TimelineEvent[]>()
  for (const event of events) {
    const day = new Date(event.timestamp).toDateString()
    const items = days.get(day)
    if (items) items.push(event)
    else days.set(day, [event])
  }
  return [...days].map(([day, items]) => ({ day, label: labelOf(day), items }))
}

function labelOf(day: string): string {
  const ago = Math.round((Date.parse(new Date().toDateString()) - Date.parse(day)) / dayMs)
  if (ago === 0) return 'Today'
  return ago === 1 ? 'Yesterday' : dayName.format(Date.parse(day))
}
