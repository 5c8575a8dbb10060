import { useQuery } from '@tanstack/react-query'
import { overviewQuery } from '../api/queries'
import { Card } from '../ui/Card'
import { count } from '../ui/format'
import classes from './Arriving.module.css'

/** Whether what the browsers numbered comes. Nothing where nothing ever failed to. */
export function Arriving() {
  const sdk = useQuery(overviewQuery).data?.sdk
  if (!sdk || (sdk.gaps === 0 && sdk.dropped === 0)) return null
  const missing = sdk.gaps - sdk.gaps_filled
  return (
    <div className={classes.card}>
      <Card title={missing > 0 || sdk.dropped > 0 ? 'Not everything arrived' : 'Everything arrived'}>
        <p data-testid="arriving">
          Since the server started, {count(sdk.gaps)} events did not come with those after them; {count(sdk.gaps_filled)} of them came later,{' '}
          {count(missing)} did not. Browsers threw away {count(sdk.dropped)} because too many waited.
        </p>
      </Card>
    </div>
  )
}
