import { LivePage } from './live/LivePage'
import { ProfilePage } from './profile/ProfilePage'
import { ProfilesPage } from './profiles/ProfilesPage'
import { QuarantinePage } from './quarantine/QuarantinePage'
import { Link, usePlace } from './router/router'
import { SessionGate } from './session/SessionGate'
import { SettingsPage } from './settings/SettingsPage'
import { SetupPage } from './setup/SetupPage'
import { Shell } from './shell/Shell'
import { Empty } from './ui/Empty'

export function App() {
  return (
    <SessionGate>
      <Shell>
        <CurrentPage />
      </Shell>
    </SessionGate>
  )
}

function CurrentPage() {
  const { path } = usePlace()
  const [, first = '', id] = path.replace(/\/$/, '').split('/')
  if (first === 'profiles' && id) return <ProfilePage key={id} id={decodeURIComponent(id)} />
  switch (first) {
    case '':
      return <LivePage />
    case 'profiles':
      return <ProfilesPage />
    case 'quarantine':
      return <QuarantinePage />
    case 'setup':
      return <SetupPage />
    case 'settings':
      return <SettingsPage />
    default:
      return (
        <Empty title="There is no such page">
          <Link to="/">Go to what is live</Link>
        </Empty>
      )
  }
}
