import { Button, Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../api/client'
import { queryClient, sourcesQuery } from '../api/queries'
import type { KeyKind, Source } from '../api/types'
import { ErrorNote } from '../ui/ErrorNote'
import { Secrets } from './Secrets'
import classes from './Settings.module.css'

const kinds: { value: KeyKind; label: string }[] = [
  { value: 'write_key', label: 'Write key' },
  { value: 'secret_key', label: 'Secret key' },
  { value: 'signing_secret', label: 'Signing secret' },
]

const overlaps = [
  { value: '30', label: '30 days' },
  { value: '7', label: '7 days' },
  { value: '1', label: 'a day' },
  { value: '0', label: 'no longer: it is in wrong hands' },
]

/** Replaces a key. Both hold for a while, so that nothing is lost. */
export function RotateForm({ source, onClose }: { source: Source; onClose: () => void }) {
  const [which, setWhich] = useState<KeyKind>('write_key')
  const [days, setDays] = useState('30')
  const rotate = useMutation({
    mutationFn: () => api.rotate(source.id, which, new Date(Date.now() + Number(days) * 86_400_000).toISOString()),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey }),
  })
  const label = kinds.find(({ value }) => value === which)?.label ?? ''
  if (rotate.data) return <Secrets secrets={{ [label]: rotate.data.key }} onClose={onClose} />
  const submit = (event: FormEvent) => {
    event.preventDefault()
    rotate.mutate()
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <p>{source.name} gets a new key. What has the old one goes on for as long as you say here.</p>
      <Select label="Key" data={kinds} value={which} onChange={(value) => setWhich((value ?? 'write_key') as KeyKind)} allowDeselect={false} />
      <Select label="The old one holds for" data={overlaps} value={days} onChange={(value) => setDays(value ?? '30')} allowDeselect={false} />
      {rotate.isError && <ErrorNote error={rotate.error} />}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" loading={rotate.isPending} data-testid="rotate">Make the key</Button>
      </div>
    </form>
  )
}
