import { ActionIcon } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client'
import { overviewQuery, sessionQuery } from '../api/queries'
import { Connected } from '../live/Connected'
import { Link, usePlace } from '../router/router'
import { count } from '../ui/format'
import { Icon, type IconName } from '../ui/Icon'
import classes from './Nav.module.css'
import { SchemeToggle } from './SchemeToggle'

const items: { to: string; name: string; icon: IconName }[] = [
  { to: '/', name: 'Live', icon: 'live' },
  { to: '/profiles', name: 'Profiles', icon: 'people' },
  { to: '/quarantine', name: 'Quarantine', icon: 'shield' },
  { to: '/setup', name: 'Set-up', icon: 'code' },
  { to: '/settings', name: 'Settings', icon: 'key' },
]

export function Nav() {
  const { path } = usePlace()
  const { data: overview } = useQuery(overviewQuery)
  const kept = overview?.events.quarantined ?? 0
  return (
    <div className={classes.nav}>
      <nav aria-label="Main">
        {items.map(({ to, name, icon }) => (
          <Link key={to} to={to} className={classes.item} aria-current={isAt(path, to) ? 'page' : undefined}>
            <Icon name={icon} />
            {name}
            {to === '/quarantine' && kept > 0 && <span className={classes.badge}>{count(kept)}</span>}
          </Link>
        ))}
      </nav>
      <div className={classes.foot}>
        <Connected />
        <a href="/shop/" className={classes.item} target="_blank" rel="noreferrer"><Icon name="shop" /> Demo shop</a>
        <Who />
      </div>
    </div>
  )
}

function Who() {
  const { data: session } = useQuery(sessionQuery)
  const client = useQueryClient()
  // Everything that was read is forgotten with the session.
  const logOut = () => void api.logOut().finally(() => client.resetQueries())
  return (
    <div className={classes.who}>
      <span>
        <strong>{session?.name}</strong>
        <small>{session?.role}</small>
      </span>
      <SchemeToggle />
      <ActionIcon onClick={logOut} aria-label="Log out" title="Log out" data-testid="logout"><Icon name="exit" /></ActionIcon>
    </div>
  )
}

function isAt(path: string, to: string): boolean {
  return to === '/' ? path === '/' : path.startsWith(to)
}
