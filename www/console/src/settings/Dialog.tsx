import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './Settings.module.css'

interface Props {
  title: string
  opened: boolean
  onClose: () => void
  children: ReactNode
}

/** Its content is made anew each time, so that nothing of the last time is left in it. */
export function Dialog({ title, opened, onClose, children }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg" centered classNames={{ title: classes.title, content: classes.dialog, header: classes.dialog }} closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && children}
    </Modal>
  )
}
