import { Button, Popover } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { timelineQuery } from '../api/queries'
import { titleOf } from '../profile/summary'
import { CopyButton } from '../ui/CopyButton'
import { EventIcon } from '../ui/EventIcon'
import { Icon } from '../ui/Icon'
import { Json } from '../ui/Json'
import { Time } from '../ui/Time'
import classes from './ExampleEvent.module.css'

interface Props {
  profileId: string
  messageId: string
}

/** An event that shows two identifiers together: its id, and the event itself if it is on the timeline here. */
export function ExampleEvent(props: Props) {
  return (
    <Popover width={380} position="bottom-start" shadow="md" withinPortal trapFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" color="gray" leftSection={<Icon name="track" size={13} />}>Example event</Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.box}>
        <Peek {...props} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Peek({ profileId, messageId }: Props) {
  const timeline = useInfiniteQuery(timelineQuery(profileId, null))
  const event = timeline.data?.find(({ message_id }) => message_id === messageId)
  return (
    <>
      <p className={classes.id}><span>Message id</span> <code>{messageId}</code> <CopyButton value={messageId} label="Copy the message id" /></p>
      {event && (
        <>
          <p className={classes.what}><EventIcon type={event.type} /> <strong>{titleOf(event)}</strong> <Time value={event.timestamp} /></p>
          <Json value={event} />
        </>
      )}
      {!event && timeline.isSuccess && (
        <p className={classes.none}>
          {timeline.hasNextPage ? 'It lies further back than the events that are loaded.' : 'It is not on this timeline: it belongs to another profile, or was set aside.'}
          {timeline.hasNextPage && <Button size="compact-xs" variant="default" loading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>Look further back</Button>}
        </p>
      )}
    </>
  )
}
