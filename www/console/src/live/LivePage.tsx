import { useQuery } from '@tanstack/react-query'
import { overviewQuery, queryClient } from '../api/queries'
import { SetupPanel } from '../setup/SetupPanel'
import { ErrorNote } from '../ui/ErrorNote'
import { PageHead } from '../ui/PageHead'
import { Arrivals } from './Arrivals'
import { Counts } from './Counts'
import { LiveList } from './LiveList'
import classes from './LivePage.module.css'
import { Tiles } from './Tiles'
import { useLiveEvents, useOnArrival } from './useLive'

const refreshMs = 1_000

export function LivePage() {
  const overview = useQuery(overviewQuery)
  const seen = useLiveEvents().length > 0
  useOnArrival(() => true, () => void queryClient.invalidateQueries({ queryKey: overviewQuery.queryKey }), refreshMs)

  if (overview.isError && !overview.data) return <ErrorNote error={overview.error} onRetry={() => void overview.refetch()} />
  const nothingYet = overview.data && !seen && Object.values(overview.data.events).every((count) => count === 0)
  if (nothingYet) return <SetupPanel title="Waiting for the first event" waiting />
  return (
    <>
      <PageHead title="Live" lead="What arrives now, and on whose profile it lands." />
      <div className={classes.page}>
        <Tiles overview={overview.data} />
        <Arrivals minutes={overview.data?.per_minute ?? []} />
        <LiveList />
        <Counts />
      </div>
    </>
  )
}
