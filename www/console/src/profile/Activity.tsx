import { useMemo } from 'react'
import type { TimelineEvent } from '../api/types'
import type { Series } from '../ui/Chart'
import { Card } from '../ui/Card'
import { LazyChart } from '../ui/LazyChart'
import classes from './Activity.module.css'
import { deviceOf, type Device } from './devices'
import { scaleFor } from './scale'

interface Props {
  events: readonly TimelineEvent[]
  devices: Map<string, Device>
  /** these are all there are */
  complete: boolean
}

/** When they were here, and on which of their devices: of the events that are loaded. */
export function Activity({ events, devices, complete }: Props) {
  const { categories, series, unit } = useMemo(() => chartOf(events, devices), [events, devices])
  if (events.length === 0) return null
  const many = events.length === 1 ? '1 event' : `${events.length} events`
  return (
    <Card title="Activity" aside={<span className={classes.note}>{complete ? many : `Latest ${many}`}, by {unit}</span>}>
      <LazyChart height={140} label={`${many} by ${unit}`} categories={categories} series={series} />
      <ul className={classes.legend} aria-label="Devices">
        {series.map(({ name, colour }) => (
          <li key={name}><span style={{ background: `var(--${colour})` }} />{name}</li>
        ))}
      </ul>
    </Card>
  )
}

function chartOf(events: readonly TimelineEvent[], devices: Map<string, Device>) {
  const { unit, labels, barOf } = scaleFor(events.map(({ timestamp }) => Date.parse(timestamp)))
  const series = new Map<string, Series & { values: number[] }>()
  for (const event of events) {
    const { name, colour } = deviceOf(event, devices) ?? { name: 'No device', colour: 'duplicate' }
    const own = series.get(name) ?? { name, colour, values: labels.map(() => 0) }
    series.set(name, own)
    const bar = barOf(Date.parse(event.timestamp))
    own.values[bar] = (own.values[bar] ?? 0) + 1
  }
  return { unit, categories: labels, series: [...series.values()].toSorted((one, other) => one.name.localeCompare(other.name)) }
}
