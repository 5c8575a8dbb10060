import { Button, Checkbox, Modal, Textarea } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Wish } from '../api/types'
import type { Device } from '../profile/devices'
import { ErrorNote } from '../ui/ErrorNote'
import { useDecide } from './decide'
import classes from './DecisionDialog.module.css'
import { Effect } from './Effect'

interface Props {
  wish: Wish | null
  devices: Map<string, Device>
  onClose: () => void
  onDecided: (wish: Wish) => void
}

const titles: Record<Wish['kind'], string> = { sever: 'These are two people', block: 'Never use this to recognise anybody', alias: 'These are one person' }
const verbs: Record<Wish['kind'], string> = { sever: 'Cut them apart', block: 'Never use it', alias: 'Join them' }
const longestNote = 500

/** Asks before somebody decides who is who, and says what will come of it. */
export function DecisionDialog({ wish, devices, onClose, onDecided }: Props) {
  return (
    <Modal opened={wish !== null} onClose={onClose} title={wish && titles[wish.kind]} size="lg" centered classNames={{ title: classes.title, content: classes.content, header: classes.header }} closeButtonProps={{ 'aria-label': 'Close' }}>
      {wish && <Form wish={wish} devices={devices} onClose={onClose} onDecided={onDecided} />}
    </Modal>
  )
}

function Form({ wish, devices, onClose, onDecided }: Props & { wish: Wish }) {
  const [note, setNote] = useState('')
  const [setAside, setSetAside] = useState(false)
  const decide = useDecide(onDecided)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    decide.mutate(wish.kind === 'sever' ? { ...wish, note: note.trim(), set_aside: setAside } : { ...wish, note: note.trim() })
  }
  return (
    <form className={classes.form} onSubmit={submit} data-testid="decision">
      <Effect wish={wish} devices={devices} />
      {wish.kind === 'sever' && (
        <Checkbox
          checked={setAside}
          onChange={(event) => setSetAside(event.currentTarget.checked)}
          label="Also set aside the events that show them together"
          description="They leave both profiles until you undo. Otherwise each stays with the stronger of its identifiers."
        />
      )}
      <Textarea label="Why?" description="For whoever finds this later. You may leave it out." value={note} onChange={(event) => setNote(event.currentTarget.value)} maxLength={longestNote} autosize minRows={2} data-autofocus />
      {decide.isError && <ErrorNote error={decide.error} />}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" className={wish.kind === 'alias' ? undefined : classes.cutting} loading={decide.isPending} data-testid="decide">{verbs[wish.kind]}</Button>
      </div>
    </form>
  )
}
