import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api/client'
import { queryClient, sourcesQuery } from '../api/queries'
import type { Source } from '../api/types'
import { ErrorNote } from '../ui/ErrorNote'
import classes from './Settings.module.css'

/** Asks before a source is removed. */
export function RemoveForm({ source, onClose }: { source: Source; onClose: () => void }) {
  const remove = useMutation({
    mutationFn: () => api.removeSource(source.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey })
      onClose()
    },
  })
  return (
    <div className={classes.form}>
      <p>From now on, nothing is taken with the keys of {source.name}. What has come stays.</p>
      {remove.isError && <ErrorNote error={remove.error} />}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()} data-testid="source-remove-confirm">Remove it</Button>
      </div>
    </div>
  )
}
