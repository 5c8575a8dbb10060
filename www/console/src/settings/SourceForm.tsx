import { Button, Checkbox, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../api/client'
import { queryClient, sourcesQuery } from '../api/queries'
import type { Source } from '../api/types'
import { ErrorNote } from '../ui/ErrorNote'
import { Secrets } from './Secrets'
import classes from './Settings.module.css'

/** Makes a source, or changes one. */
export function SourceForm({ source, onClose }: { source?: Source; onClose: () => void }) {
  const [name, setName] = useState(source?.name ?? '')
  const [origins, setOrigins] = useState(source?.allowed_origins.join('\n') ?? '')
  const [requiresSignature, setRequiresSignature] = useState(source?.requires_signature ?? false)
  const save = useMutation({
    mutationFn: async () => {
      const settings = { name: name.trim(), allowed_origins: origins.split(/[\s,]+/).filter(Boolean), requires_signature: requiresSignature }
      if (!source) return await api.createSource(settings)
      await api.changeSource(source.id, settings)
      return null
    },
    onSuccess: async (created) => {
      await queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey })
      if (!created) onClose()
    },
  })
  if (save.data) return <Secrets secrets={{ 'Secret key': save.data.secret_key, 'Signing secret': save.data.signing_secret }} onClose={onClose} />
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={100} required withAsterisk={false} data-autofocus data-testid="source-name" />
      <Textarea
        label="Sites that its tag may stand on"
        description="One a line: https://shop.example, or https://*.example.com for all below a domain. Every site where empty."
        value={origins}
        onChange={(event) => setOrigins(event.currentTarget.value)}
        autosize
        minRows={2}
        data-testid="source-origins"
      />
      <Checkbox
        checked={requiresSignature}
        onChange={(event) => setRequiresSignature(event.currentTarget.checked)}
        label="Who somebody is has to be signed"
        description="An identify without a signature goes to the quarantine; other events stay the browser's. Your own server signs the user id at log-in."
      />
      {save.isError && <ErrorNote error={save.error} />}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" loading={save.isPending} data-testid="source-save">{source ? 'Save' : 'Make the source'}</Button>
      </div>
    </form>
  )
}
