import { Button } from '@mantine/core'
import { ApiError } from '../api/client'
import classes from './ErrorNote.module.css'

interface Props {
  error: Error
  onRetry?: () => void
  /** it is all there is on the page */
  alone?: boolean
}

/** What went wrong, and what to do about it. */
export function ErrorNote({ error, onRetry, alone = false }: Props) {
  const hint = error instanceof ApiError ? error.hint : ''
  return (
    <div className={classes.note} data-alone={alone || undefined} role="alert" data-testid="error">
      <div>
        <strong>{error.message}</strong>
        {hint && <p>{hint}</p>}
      </div>
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}
