import type { Evidence } from '../api/types'
import type { Device } from '../profile/devices'
import { count } from '../ui/format'
import { Time } from '../ui/Time'
import type { Dot } from './drawing'
import { nameOf } from './Chip'
import { listed, notUsed, reasonOf, seenTogether, shortValue, stateName, strength, typeName, typeNames } from './words'

/** What is told of a dot while it is pointed at. */
export function DotPeek({ dot: { node, members }, device }: { dot: Dot; device: Device | undefined }) {
  if (members.length > 1) {
    return (
      <>
        <strong>{members.length} {typeNames(node.type)}</strong>
        <p>All hang on the same one, in the same way. Click to see each.</p>
      </>
    )
  }
  const unused = notUsed(node)
  return (
    <>
      <small>{device?.name ?? typeName(node.type)}{node.is_member ? '' : ' · in another profile'}</small>
      <strong><code>{shortValue(node, 40)}</code></strong>
      <p>
        {count(node.event_count)} {node.event_count === 1 ? 'event' : 'events'}
        {node.last_seen && <> · last seen <Time value={node.last_seen} /></>}
        {node.sources.length > 0 && <> · {listed(node.sources)}</>}
      </p>
      {unused && <p data-warn>{unused}</p>}
    </>
  )
}

export function LinePeek({ evidence, devices }: { evidence: Evidence; devices: Map<string, Device> }) {
  const reason = reasonOf(evidence)
  return (
    <>
      <small>{evidence.state === 'joins' ? strength(evidence) : stateName[evidence.state]}</small>
      <strong>{nameOf(evidence.a, devices)} – {nameOf(evidence.b, devices)}</strong>
      <p>{seenTogether(evidence)}{evidence.last_seen && <>, last <Time value={evidence.last_seen} /></>}.</p>
      {reason && <p data-warn>{reason}</p>}
    </>
  )
}
