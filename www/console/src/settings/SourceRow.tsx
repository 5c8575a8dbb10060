import { Button } from '@mantine/core'
import type { Key, Source } from '../api/types'
import { CopyButton } from '../ui/CopyButton'
import { Time } from '../ui/Time'
import classes from './Settings.module.css'

export type SourceAct = 'edit' | 'rotate' | 'remove'

interface Props {
  source: Source
  /** absent for who may only look */
  onAct: ((act: SourceAct) => void) | undefined
}

export function SourceRow({ source, onAct }: Props) {
  const { id, name, allowed_origins, requires_signature } = source
  return (
    <li className={classes.row} data-testid="source-row" data-id={id}>
      <div>
        <span className={classes.name}>{name}</span> <code>{id}</code>
        <p>
          {allowed_origins.length === 0 ? 'Takes the tag from every site.' : `Takes the tag from ${allowed_origins.join(', ')}.`}
          {requires_signature && ' Who somebody is has to be signed.'}
        </p>
        <dl className={classes.keys}>
          <Keys name="Write key" keys={source.write_keys} isPublic />
          <Keys name="Secret key" keys={source.secret_keys} />
          <Keys name="Signing secret" keys={source.signing_secrets} />
        </dl>
      </div>
      {onAct && (
        <div className={classes.buttons} style={{ flex: '0 0 auto' }}>
          <Button size="compact-sm" variant="default" onClick={() => onAct('edit')} data-testid="source-edit">Change</Button>
          <Button size="compact-sm" variant="default" onClick={() => onAct('rotate')} data-testid="source-rotate">New key</Button>
          <Button size="compact-sm" variant="default" onClick={() => onAct('remove')} data-testid="source-remove">Remove</Button>
        </div>
      )}
    </li>
  )
}

function Keys({ name, keys, isPublic = false }: { name: string; keys: Key[]; isPublic?: boolean }) {
  return keys.map(({ key, valid_until }, place) => (
    <div key={key + valid_until} style={{ display: 'contents' }}>
      <dt>{place === 0 ? name : ''}</dt>
      <dd>
        <code>{key}</code>
        {isPublic && place === 0 && <> <CopyButton value={key} label="Copy the write key" /></>}
        {valid_until && <> until <Time value={valid_until} /></>}
      </dd>
    </div>
  ))
}
