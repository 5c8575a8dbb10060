import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { api, ApiError } from '../api/client'
import { sessionQuery } from '../api/queries'
import { ErrorNote } from '../ui/ErrorNote'
import { LoginPage } from './LoginPage'

/** The one-time code of the link that the server printed, if this is that link. */
const linkCode = new URLSearchParams(location.search).get('code')

/** Nothing of the console is there for who has not logged in. */
export function SessionGate({ children }: { children: ReactNode }) {
  const codeError = useLinkCode()
  const session = useQuery({ ...sessionQuery, enabled: codeError !== 'waiting' })

  if (session.data) return children
  if (codeError === 'waiting' || session.isPending) return null
  if (session.error instanceof ApiError && session.error.status === 401) {
    return <LoginPage linkError={codeError} />
  }
  return <ErrorNote error={session.error} onRetry={() => void session.refetch()} alone />
}

let exchange: Promise<Error | null> | undefined

/** Trades the code for a session, once, and takes it out of the address: it is of no more use, and need not be seen. */
function useLinkCode(): 'waiting' | Error | null {
  const [result, setResult] = useState<'waiting' | Error | null>(linkCode === null ? null : 'waiting')
  const client = useQueryClient()
  useEffect(() => {
    if (linkCode === null) return
    exchange ??= api.logIn({ code: linkCode }).then(
      () => null,
      (error: Error) => error,
    )
    void exchange.then((error) => {
      history.replaceState(null, '', location.pathname)
      setResult(error)
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey })
    })
  }, [client])
  return result
}
