import type { Connection } from './stream'
import classes from './Connected.module.css'
import { useConnection } from './useLive'

const texts: Record<Connection, string> = { connecting: 'Connecting…', open: 'Connected', lost: 'Connection lost, trying again…' }

export function Connected() {
  const connection = useConnection()
  return (
    <p className={classes.state} data-state={connection} role="status" data-testid="connection">
      <span className={classes.dot} />
      {texts[connection]}
    </p>
  )
}
