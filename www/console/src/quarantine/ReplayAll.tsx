import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api/client'
import { queryClient, quarantineQuery } from '../api/queries'
import { ErrorNote } from '../ui/ErrorNote'

/** Another chance for everything that is held. */
export function ReplayAll() {
  const replay = useMutation({
    mutationFn: async () => {
      const sum = { taken: 0, held: 0 }
      let cursor: string | null = null
      do {
        const report = await api.replayAll(cursor)
        sum.taken += report.accepted + report.duplicate
        sum.held += report.quarantined + report.refused
        cursor = report.next
      } while (cursor !== null)
      return sum
    },
    // Also after a failure: what was tried until then has been taken.
    onSettled: () => queryClient.invalidateQueries({ queryKey: quarantineQuery.queryKey }),
  })
  return (
    <div>
      <Button variant="default" loading={replay.isPending} onClick={() => replay.mutate()} data-testid="replay-all">Try all again</Button>
      {replay.data && <p data-testid="replayed-all">{replay.data.taken} taken, {replay.data.held} still held.</p>}
      {replay.isError && <ErrorNote error={replay.error} />}
    </div>
  )
}
