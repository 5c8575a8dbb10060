import { memo, useState } from 'react'
import type { TimelineEvent } from '../api/types'
import { EventIcon } from '../ui/EventIcon'
import { Icon } from '../ui/Icon'
import { Json } from '../ui/Json'
import type { Device } from './devices'
import { detailOf, titleOf } from './summary'
import classes from './TimelineRow.module.css'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

interface Props {
  event: TimelineEvent
  device: Device | null
}

/** One thing that happened. The line at its left has the colour of the device that it happened on. */
export const TimelineRow = memo(function TimelineRow({ event, device }: Props) {
  const [open, setOpen] = useState(false)
  const at = Date.parse(event.timestamp)
  return (
    <li className={classes.item} style={{ '--device': `var(--${device?.colour ?? 'line'})` } as React.CSSProperties} data-testid="timeline-event" data-name={event.event ?? event.type} data-message-id={event.message_id}>
      <button type="button" className={classes.row} aria-expanded={open} onClick={() => setOpen(!open)}>
        <EventIcon type={event.type} />
        <span className={classes.what}>
          <strong>{titleOf(event)}</strong>
          <small>{detailOf(event)}</small>
        </span>
        <span className={classes.source} title={device === null ? undefined : `${device.name}: ${device.id}`}>{device?.name ?? event.source}</span>
        <time dateTime={event.timestamp} title={moment.format(at)}>{clock.format(at)}</time>
        <span className={classes.chevron}><Icon name="chevron" size={15} /></span>
      </button>
      {open && <div className={classes.json}><Json value={event} /></div>}
    </li>
  )
})
