import type { Identifier, Ref, TimelineEvent } from '../api/types'

export interface Device {
  id: string
  name: string
  /** of the theme, such as `device-1` */
  colour: string
}

const colours = 6

/** Every anonymous id is a browser somewhere: it gets a letter and a colour, in the order in which they were first seen. */
export function devicesOf(identifiers: readonly Identifier[]): Map<string, Device> {
  const anonymous = identifiers
    .filter(({ type }) => type === 'anonymous_id')
    .toSorted((one, other) => one.first_seen.localeCompare(other.first_seen) || one.value.localeCompare(other.value))
  return new Map(
    anonymous.map(({ value }, index) => [
      value,
      { id: value, name: `Device ${letter(index)}`, colour: `device-${(index % colours) + 1}` },
    ]),
  )
}

export function deviceOf(event: TimelineEvent, devices: Map<string, Device>): Device | null {
  return event.anonymous_id === null ? null : (devices.get(event.anonymous_id) ?? null)
}

/** The device that an identifier names, if it names one. */
export function deviceFor({ type, value }: Ref, devices: Map<string, Device>): Device | undefined {
  return type === 'anonymous_id' ? devices.get(value) : undefined
}

function letter(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1)
}
