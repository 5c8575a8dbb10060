import { Button, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../api/client'
import { sessionQuery } from '../api/queries'
import { ErrorNote } from '../ui/ErrorNote'
import { Logo } from '../ui/Logo'
import classes from './LoginPage.module.css'
import { Gathering } from './Gathering'

export function LoginPage({ linkError }: { linkError: Error | null }) {
  const [token, setToken] = useState('')
  const client = useQueryClient()
  const logIn = useMutation({
    mutationFn: () => api.logIn({ token: token.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  })
  const error = logIn.error ?? linkError
  const submit = (event: FormEvent) => {
    event.preventDefault()
    logIn.mutate()
  }
  return (
    <div className={classes.page}>
      <main className={classes.door}>
        <Logo />
        <form className={classes.form} onSubmit={submit}>
          <h1>Log in</h1>
          <p>Paste an access token, or open the one-time link that <code>nora serve</code> prints when it starts.</p>
          {/* Gives password managers a name to keep the token under. */}
          <input type="text" name="username" autoComplete="username" value="nora" readOnly hidden />
          <PasswordInput
            label="Access token"
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="current-password"
            data-testid="token"
            autoFocus
            required
            withAsterisk={false}
          />
          {error && <ErrorNote error={error} />}
          <Button type="submit" size="md" fullWidth loading={logIn.isPending} data-testid="token-submit">
            Log in
          </Button>
        </form>
        <p className={classes.help}>
          No token? On the server: <code>nora token create me --scope owner</code>
        </p>
      </main>
      <aside className={classes.scene} aria-hidden="true">
        <Gathering />
        <p>Many visits. One customer.</p>
      </aside>
    </div>
  )
}
