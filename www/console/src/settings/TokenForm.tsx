import { Button, Checkbox, Select, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../api/client'
import { queryClient, tokensQuery } from '../api/queries'
import type { Scope } from '../api/types'
import { ErrorNote } from '../ui/ErrorNote'
import { Secrets } from './Secrets'
import classes from './Settings.module.css'

const scopes: { value: Scope; label: string; description: string }[] = [
  { value: 'read', label: 'read', description: 'profiles, events, figures' },
  { value: 'identity', label: 'identity', description: 'decide who is one person' },
  { value: 'import', label: 'import', description: 'bring in files' },
  { value: 'config', label: 'config', description: 'sources and their keys' },
  { value: 'owner', label: 'owner', description: 'all of it, and tokens' },
]

const ends = [
  { value: '30', label: 'after 30 days' },
  { value: '90', label: 'after 90 days' },
  { value: '365', label: 'after a year' },
  { value: '', label: 'never' },
]

/** Makes a token. */
export function TokenForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string[]>(['read'])
  const [days, setDays] = useState('90')
  const create = useMutation({
    mutationFn: () => {
      const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString()
      return api.createToken({ name: name.trim(), scopes: chosen as Scope[], expires_at: expiresAt })
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  })
  if (create.data) return <Secrets secrets={{ Token: create.data.token }} onClose={onClose} />
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label="Name" description="Who or what will use it." value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={100} required withAsterisk={false} data-autofocus data-testid="token-name" />
      <Checkbox.Group label="What it may do" value={chosen} onChange={setChosen}>
        <div className={classes.form} style={{ gap: '0.5rem', marginTop: '0.5rem' }}>
          {scopes.map(({ value, label, description }) => <Checkbox key={value} value={value} label={label} description={description} data-testid={`scope-${value}`} />)}
        </div>
      </Checkbox.Group>
      <Select label="Ends" data={ends} value={days} onChange={(value) => setDays(value ?? '')} allowDeselect={false} />
      {create.isError && <ErrorNote error={create.error} />}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" loading={create.isPending} disabled={chosen.length === 0} data-testid="token-create">Make the token</Button>
      </div>
    </form>
  )
}
