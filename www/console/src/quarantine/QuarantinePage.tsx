import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { quarantineQuery, sessionQuery } from '../api/queries'
import { Card } from '../ui/Card'
import { Empty } from '../ui/Empty'
import { ErrorNote } from '../ui/ErrorNote'
import { LoadMore } from '../ui/LoadMore'
import { PageHead } from '../ui/PageHead'
import classes from './QuarantinePage.module.css'
import { QuarantineRow } from './QuarantineRow'
import { ReplayAll } from './ReplayAll'

export function QuarantinePage() {
  const quarantine = useInfiniteQuery(quarantineQuery)
  const list = quarantine.data ?? []
  const scopes = useQuery(sessionQuery).data?.scopes ?? []
  const canChange = scopes.includes('owner') || scopes.includes('config')
  return (
    <>
      <PageHead title="Quarantine" lead="What could be read but not accepted. It is kept, with the reason, and can be tried again once that is mended; nothing is dropped in silence.">
        {canChange && list.length > 0 && <ReplayAll />}
      </PageHead>
      {quarantine.isError && <ErrorNote error={quarantine.error} onRetry={() => void quarantine.refetch()} />}
      {quarantine.isSuccess && (
        <Card flush>
          {list.length === 0 && <Empty title="Nothing in quarantine">Every event that arrived could be accepted.</Empty>}
          <ul className={classes.list} data-testid="quarantine">
            {list.map((item) => (
              <QuarantineRow key={item.id} item={item} canChange={canChange} />
            ))}
          </ul>
          <LoadMore query={quarantine} what="older ones" />
        </Card>
      )}
    </>
  )
}
