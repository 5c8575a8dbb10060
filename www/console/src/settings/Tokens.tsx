import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client'
import { queryClient, tokensQuery } from '../api/queries'
import type { Token } from '../api/types'
import { Card } from '../ui/Card'
import { ErrorNote } from '../ui/ErrorNote'
import { Time } from '../ui/Time'
import { Dialog } from './Dialog'
import classes from './Settings.module.css'
import { TokenForm } from './TokenForm'

/** Who may ask for what. */
export function Tokens() {
  const tokens = useQuery(tokensQuery)
  const [isOpen, setOpen] = useState(false)
  return (
    <div className={classes.gap}>
      <Card title="Access tokens" flush aside={<Button size="compact-sm" variant="light" onClick={() => setOpen(true)} data-testid="token-new">New token</Button>}>
        {tokens.isError && <ErrorNote error={tokens.error} onRetry={() => void tokens.refetch()} />}
        <ul className={classes.list} data-testid="tokens">
          {tokens.data?.data.map((token) => <Row key={token.id} token={token} />)}
        </ul>
        <Dialog title="New token" opened={isOpen} onClose={() => setOpen(false)}>
          <TokenForm onClose={() => setOpen(false)} />
        </Dialog>
      </Card>
    </div>
  )
}

function Row({ token }: { token: Token }) {
  const { id, name, scopes, hint, expires_at, last_used_at } = token
  const [isAsked, setAsked] = useState(false)
  const revoke = useMutation({
    mutationFn: () => api.revokeToken(id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  })
  return (
    <li className={classes.row} data-testid="token-row" data-name={name}>
      <div>
        <span className={classes.name}>{name}</span> <code>{hint}</code>
        <p>{scopes.join(', ')}</p>
        <p className={classes.quiet}>
          {last_used_at ? <>Used <Time value={last_used_at} /></> : 'Never used'}
          {expires_at && <> · {Date.parse(expires_at) < Date.now() ? 'ended' : 'ends'} <Time value={expires_at} /></>}
        </p>
        {revoke.isError && <ErrorNote error={revoke.error} />}
      </div>
      <div className={classes.buttons} style={{ flex: '0 0 auto' }}>
        {isAsked ? (
          <>
            <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>Keep it</Button>
            <Button size="compact-sm" color="red" loading={revoke.isPending} onClick={() => revoke.mutate()} data-testid="token-revoke-confirm">Revoke it now</Button>
          </>
        ) : (
          <Button size="compact-sm" variant="default" onClick={() => setAsked(true)} data-testid="token-revoke">Revoke</Button>
        )}
      </div>
    </li>
  )
}
