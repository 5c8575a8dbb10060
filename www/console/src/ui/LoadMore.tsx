import { Button } from '@mantine/core'
import classes from './LoadMore.module.css'

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> }
  what: string
}

export function LoadMore({ query, what }: Props) {
  if (!query.hasNextPage) return null
  return (
    <div className={classes.more}>
      <Button variant="default" size="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} data-testid="load-more">
        Show {what}
      </Button>
    </div>
  )
}
