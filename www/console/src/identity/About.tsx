import { Button } from '@mantine/core'
import type { GraphNode } from '../api/types'
import { deviceFor, type Device } from '../profile/devices'
import { Link, profilePath } from '../router/router'
import { CopyButton } from '../ui/CopyButton'
import { count } from '../ui/format'
import { Icon } from '../ui/Icon'
import { Time } from '../ui/Time'
import classes from './About.module.css'
import { listed, notUsed, typeName } from './words'

interface Props {
  node: GraphNode
  devices: Map<string, Device>
  home: string
  onBlock: () => void
}

/** One identifier: what is known of it, and a way never to use it again. */
export function About({ node, devices, home, onBlock }: Props) {
  const device = deviceFor(node, devices)
  const unused = notUsed(node)
  return (
    <section className={classes.about} aria-label={`About ${node.value}`} data-testid="identity-about">
      <small>{device ? `${device.name} · a browser` : typeName(node.type)}</small>
      <p className={classes.value}><code>{node.value}</code> <CopyButton value={node.value} label="Copy it" /></p>
      {node.is_representative && <p>This is the strongest identifier, and gives the profile its id.</p>}
      <dl>
        <div><dt>Events</dt><dd>{count(node.event_count)}</dd></div>
        {node.first_seen && <div><dt>First seen</dt><dd><Time value={node.first_seen} /></dd></div>}
        {node.last_seen && <div><dt>Last seen</dt><dd><Time value={node.last_seen} /></dd></div>}
        {node.sources.length > 0 && <div><dt>Seen by</dt><dd>{listed(node.sources)}</dd></div>}
      </dl>
      {unused && <p className={classes.unused}>{unused}</p>}
      {node.profile_id !== home && <p><Link to={`${profilePath(node.profile_id)}?view=identity`}>It belongs to another profile: open it</Link></p>}
      {node.state !== 'blocked' && (
        <Button size="xs" variant="default" leftSection={<Icon name="block" size={14} />} onClick={onBlock} data-testid="block">Never use this to recognise anybody</Button>
      )}
    </section>
  )
}
