import { Button } from '@mantine/core'
import { CopyButton } from '../ui/CopyButton'
import classes from './Settings.module.css'

interface Props {
  secrets: Record<string, string>
  onClose: () => void
}

/** What was made, and is shown only now. */
export function Secrets({ secrets, onClose }: Props) {
  return (
    <div className={classes.form}>
      <p>Copy this now: it is kept nowhere, and cannot be shown again.</p>
      {Object.entries(secrets).map(([name, secret]) => (
        <div key={name} className={classes.secret}>
          <div>
            <span>{name}</span>
            <code data-testid="secret">{secret}</code>
          </div>
          <CopyButton value={secret} label={`Copy the ${name.toLowerCase()}`} />
        </div>
      ))}
      <div className={classes.buttons}>
        <Button onClick={onClose} data-testid="secrets-close">I have it</Button>
      </div>
    </div>
  )
}
