import { ActionIcon } from '@mantine/core'
import { Icon } from '../ui/Icon'
import classes from './MergedNote.module.css'

interface Props {
  was: string
  now: string
  onClose: () => void
}

/** For whoever came by an old address, and wonders why somebody else is here. */
export function MergedNote({ was, now, onClose }: Props) {
  return (
    <div className={classes.note} role="status" data-testid="merged-note">
      <Icon name="join" size={16} />
      <p>This profile was <code>{was}</code> and is now part of <code>{now}</code>.</p>
      <ActionIcon size="sm" onClick={onClose} aria-label="Hide this note"><Icon name="close" size={14} /></ActionIcon>
    </div>
  )
}
