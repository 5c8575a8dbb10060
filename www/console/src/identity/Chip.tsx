import type { Ref } from '../api/types'
import { deviceFor, type Device } from '../profile/devices'
import { Icon } from '../ui/Icon'
import classes from './Chip.module.css'
import { shortValue, typeColour, typeIcon, typeName } from './words'

interface Props {
  of: Ref
  devices: Map<string, Device>
  onPick?: ((ref: Ref) => void) | undefined
}

/** An identifier within text: its sign, and its name. */
export function Chip({ of, devices, onPick }: Props) {
  const device = deviceFor(of, devices)
  const title = `${typeName(of.type)} ${of.value}`
  const inner = (
    <>
      <span style={{ color: `var(--${device?.colour ?? typeColour(of.type)})` }}><Icon name={typeIcon(of.type)} size={14} /></span>
      <b>{device?.name ?? shortValue(of, 34)}</b>
    </>
  )
  if (!onPick) return <span className={classes.chip} title={title}>{inner}</span>
  return <button type="button" className={classes.chip} title={title} onClick={() => onPick(of)}>{inner}</button>
}

/** The same in plain text. */
export const nameOf = (of: Ref, devices: Map<string, Device>): string => deviceFor(of, devices)?.name ?? shortValue(of)
