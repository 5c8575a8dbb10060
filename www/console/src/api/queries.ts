import { infiniteQueryOptions, QueryCache, QueryClient, queryOptions, type InfiniteData } from '@tanstack/react-query'
import { api, ApiError } from './client'
import type { Page } from './types'

const sessionKey = ['session']

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // A session that ran out shows itself by any answer: ask again who we are, which leads to the log-in.
      if (error instanceof ApiError && error.status === 401 && query.queryKey !== sessionKey) {
        void queryClient.invalidateQueries({ queryKey: sessionKey })
      }
    },
  }),
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
})

export const sessionQuery = queryOptions({ queryKey: sessionKey, queryFn: api.session, staleTime: Infinity })
export const overviewQuery = queryOptions({ queryKey: ['overview'], queryFn: api.overview, refetchInterval: 10_000 })
export const countsQuery = queryOptions({ queryKey: ['counts'], queryFn: api.counts, refetchInterval: 60_000 })
export const sourcesQuery = queryOptions({ queryKey: ['sources'], queryFn: api.sources, staleTime: 60_000 })
export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: api.tokens })
export const profileQuery = (id: string) => queryOptions({ queryKey: ['profile', id], queryFn: () => api.profile(id) })

export const identityQuery = (id: string) => queryOptions({ queryKey: ['identity', id], queryFn: () => api.identity(id) })
export const whyQuery = (a: string, b: string) => queryOptions({ queryKey: ['why', a, b], queryFn: () => api.why(a, b) })
export const decisionsQuery = (identifier: string) => queryOptions({ queryKey: ['decisions', identifier], queryFn: () => api.decisions(identifier) })

export const changesQuery = (id: string) => listQuery(['changes', id], (cursor) => api.changes(id, cursor))
export const profilesQuery = (q: string) => listQuery(['profiles', q], (cursor) => api.profiles(q, cursor))
export const quarantineQuery = listQuery(['quarantine'], api.quarantine)
export const timelineQuery = (id: string, event: string | null) =>
  listQuery(['timeline', id, event ?? ''], (cursor) => api.timeline(id, event, cursor))

/** A list that the server hands out page by page, as one list. */
function listQuery<Item>(queryKey: readonly string[], fetchPage: (cursor: string | null) => Promise<Page<Item>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<Item>) => last.next,
    select: (data: InfiniteData<Page<Item>, string | null>) => data.pages.flatMap((page) => page.data),
  })
}
