import { Card } from '../ui/Card'
import { Icon } from '../ui/Icon'
import classes from './Consent.module.css'

export function Consent({ consent }: { consent: Record<string, boolean> }) {
  const entries = Object.entries(consent)
  if (entries.length === 0) return null
  return (
    <Card title="Consent">
      <ul className={classes.list} data-testid="consent">
        {entries.map(([category, given]) => (
          <li key={category} data-given={given}>
            {given ? <Icon name="check" size={15} /> : <span aria-hidden="true">–</span>}
            {category}
            <small>{given ? 'given' : 'not given'}</small>
          </li>
        ))}
      </ul>
    </Card>
  )
}
