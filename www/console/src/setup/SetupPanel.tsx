import { Button, Loader, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { sourcesQuery } from '../api/queries'
import { ErrorNote } from '../ui/ErrorNote'
import { Icon } from '../ui/Icon'
import { PageHead } from '../ui/PageHead'
import classes from './SetupPanel.module.css'
import { Snippet } from './Snippet'

interface Props {
  title: string
  /** there is nothing yet, and this page goes away by itself when there is */
  waiting?: boolean
}

export function SetupPanel({ title, waiting = false }: Props) {
  const sources = useQuery(sourcesQuery)
  const [chosen, choose] = useState<string | null>(null)
  const all = sources.data?.data ?? []
  const source = all.find(({ id }) => id === chosen) ?? all[0]
  const { origin } = location
  return (
    <div className={classes.panel}>
      <PageHead title={title} lead="Three steps from a page on your site to a customer on this screen.">
        {waiting && <span className={classes.waiting}><Loader size={14} /> Listening</span>}
      </PageHead>
      {sources.isError && <ErrorNote error={sources.error} onRetry={() => void sources.refetch()} />}
      <ol className={classes.steps}>
        <Step title="Put the tag on every page" text="In the head. It sends page views by itself, and takes calls before it has loaded.">
          {all.length > 1 && (
            <Select label="Source" w={240} allowDeselect={false} value={source?.id ?? null} onChange={choose} data={all.map(({ id, name }) => ({ value: id, label: name }))} />
          )}
          <Snippet label="Copy the tag" testid="snippet-tag" code={`<script async src="${origin}/nora.js"\n        data-write-key="${source?.write_key ?? '…'}"></script>`} />
        </Step>
        <Step title="Say who it is" text="At log-in, at sign-up, at the newsletter. What the visitor did before joins the same profile.">
          <Snippet label="Copy the calls" testid="snippet-identify" code={`nora.identify('cust_1029', { email: 'ann@example.com', firstName: 'Ann' })\nnora.track('Product Added', { name: 'Morning mug', price: 24, currency: 'EUR' })`} />
        </Step>
        <Step title="Ask for the customer" text="By any identifier, from any program, with an access token. The answer includes what was sent a moment ago.">
          <Snippet label="Copy the query" testid="snippet-query" code={`curl -H "Authorization: Bearer $NORA_TOKEN" \\\n     ${origin}/v1/profiles/email:ann@example.com`} />
        </Step>
      </ol>
      <aside className={classes.shop}>
        <div>
          <strong>Or see it work first</strong>
          <p>The demo shop carries the tag. Look around, log in with any e-mail, and watch yourself arrive here.</p>
        </div>
        <Button component="a" href="/shop/" target="_blank" rel="noreferrer" variant="light" leftSection={<Icon name="shop" />}>
          Open the demo shop
        </Button>
      </aside>
    </div>
  )
}

function Step({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <li className={classes.step}>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </li>
  )
}
