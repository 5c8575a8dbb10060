import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sourcesQuery } from '../api/queries'
import type { Source } from '../api/types'
import { Card } from '../ui/Card'
import { ErrorNote } from '../ui/ErrorNote'
import { Dialog } from './Dialog'
import { RemoveForm } from './RemoveForm'
import { RotateForm } from './RotateForm'
import classes from './Settings.module.css'
import { SourceForm } from './SourceForm'
import { SourceRow, type SourceAct } from './SourceRow'

type Open = { act: 'create' } | { act: SourceAct; source: Source }

const titles: Record<Open['act'], string> = { create: 'New source', edit: 'Source', rotate: 'New key', remove: 'Remove the source' }

/** Where events come from. */
export function Sources({ canChange }: { canChange: boolean }) {
  const sources = useQuery(sourcesQuery)
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  return (
    <Card title="Sources" flush aside={canChange && <Button size="compact-sm" variant="light" onClick={() => setOpen({ act: 'create' })} data-testid="source-new">New source</Button>}>
      {sources.isError && <ErrorNote error={sources.error} onRetry={() => void sources.refetch()} />}
      <ul className={classes.list} data-testid="sources">
        {sources.data?.data.map((source) => (
          <SourceRow key={source.id} source={source} onAct={canChange ? (act) => setOpen({ act, source }) : undefined} />
        ))}
      </ul>
      <Dialog title={open ? titles[open.act] : ''} opened={open !== null} onClose={close}>
        {open?.act === 'create' && <SourceForm onClose={close} />}
        {open?.act === 'edit' && <SourceForm source={open.source} onClose={close} />}
        {open?.act === 'rotate' && <RotateForm source={open.source} onClose={close} />}
        {open?.act === 'remove' && <RemoveForm source={open.source} onClose={close} />}
      </Dialog>
    </Card>
  )
}
