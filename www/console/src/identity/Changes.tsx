import { useInfiniteQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { changesQuery } from '../api/queries'
import type { Change } from '../api/types'
import { Link, profilePath } from '../router/router'
import { Card } from '../ui/Card'
import { shortId } from '../ui/format'
import { LoadMore } from '../ui/LoadMore'
import { Time } from '../ui/Time'
import classes from './Changes.module.css'

const headlines: Record<Change['kind'], string> = { merge: 'Became one', split: 'Became several', rekey: 'Got another id' }

/** When this profile grew together or came apart, and what made it so. */
export function Changes({ id }: { id: string }) {
  const changes = useInfiniteQuery(changesQuery(id))
  if (!changes.data || changes.data.length === 0) return null
  return (
    <Card title="How it came to be" flush>
      <ol className={classes.list} data-testid="identity-changes">
        {changes.data.map(({ kind, at, from, to, cause }) => (
          <li key={`${kind} ${at} ${to.join()}`}>
            <p><strong>{headlines[kind]}</strong> <Time value={at} /></p>
            <p className={classes.cause}>{cause}</p>
            <p className={classes.ids}><Ids ids={from} home={id} /> → <Ids ids={to} home={id} /></p>
          </li>
        ))}
      </ol>
      <LoadMore query={changes} what="earlier changes" />
    </Card>
  )
}

function Ids({ ids, home }: { ids: readonly string[]; home: string }) {
  return ids.map((id, index) => (
    <Fragment key={id}>
      {index > 0 && ', '}
      {id === home ? <span>this one</span> : <Link to={`${profilePath(id)}?view=identity`} title={id}><code>{shortId(id)}</code></Link>}
    </Fragment>
  ))
}
