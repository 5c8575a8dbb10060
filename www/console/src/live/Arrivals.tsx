import { SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Minute } from '../api/types'
import { Card } from '../ui/Card'
import { LazyChart } from '../ui/LazyChart'
import { useSeconds } from './useLive'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const exactClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** The last hour as the server counted it, or the last minute as it was seen from here. */
export function Arrivals({ minutes }: { minutes: readonly Minute[] }) {
  const [span, setSpan] = useState('hour')
  return (
    <Card
      title="Arrivals"
      aside={
        <SegmentedControl
          size="xs"
          value={span}
          onChange={setSpan}
          aria-label="Span"
          data={[{ value: 'hour', label: 'Last hour' }, { value: 'minute', label: 'Last minute' }]}
        />
      }
    >
      {span === 'hour' ? <Hour minutes={minutes} /> : <LastMinute />}
    </Card>
  )
}

function Hour({ minutes }: { minutes: readonly Minute[] }) {
  const bars = useMemo(() => minutes.map(({ minute, ...counts }) => ({ label: clock.format(Date.parse(minute)), ...counts })), [minutes])
  return <Bars bars={bars} unit="minute" />
}

function LastMinute() {
  const seconds = useSeconds()
  const bars = useMemo(() => seconds.map(({ at, ...counts }) => ({ label: exactClock.format(at), ...counts })), [seconds])
  return <Bars bars={bars} unit="second" />
}

interface Bar {
  label: string
  accepted: number
  other: number
}

function Bars({ bars, unit }: { bars: readonly Bar[]; unit: string }) {
  const categories = useMemo(() => bars.map(({ label }) => label), [bars])
  const series = useMemo(
    () => [
      { name: 'Accepted', colour: 'accepted', values: bars.map(({ accepted }) => accepted) },
      { name: 'Not accepted', colour: 'quarantined', values: bars.map(({ other }) => other) },
    ],
    [bars],
  )
  const total = bars.reduce((sum, { accepted, other }) => sum + accepted + other, 0)
  return <LazyChart height={168} label={`Events by ${unit}: ${total} in all`} categories={categories} series={series} />
}
