import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api/client'
import { queryClient, quarantineQuery } from '../api/queries'
import type { Quarantined } from '../api/types'
import { ErrorNote } from '../ui/ErrorNote'
import classes from './QuarantineRow.module.css'

/** Another chance for one item, or its end. */
export function ItemActions({ item }: { item: Quarantined }) {
  const again = () => queryClient.invalidateQueries({ queryKey: quarantineQuery.queryKey })
  const replay = useMutation({
    mutationFn: () => api.replay(item.id),
    onSuccess: ({ outcome }) => (outcome === 'accepted' || outcome === 'duplicate' ? again() : undefined),
  })
  const remove = useMutation({ mutationFn: () => api.removeQuarantined(item.id), onSuccess: again })
  const error = replay.error ?? remove.error
  return (
    <>
      <div className={classes.actions}>
        {item.is_event && <Button size="compact-sm" variant="default" loading={replay.isPending} onClick={() => replay.mutate()} data-testid="replay">Try again</Button>}
        <Button size="compact-sm" variant="default" loading={remove.isPending} onClick={() => remove.mutate()} data-testid="quarantined-remove">Remove for good</Button>
        {replay.data?.message && <p data-testid="replayed">Still held: {replay.data.message} {replay.data.hint}</p>}
      </div>
      {error && <ErrorNote error={error} />}
    </>
  )
}
