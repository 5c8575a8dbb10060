import { Select } from '@mantine/core'
import { useState } from 'react'
import { keyOf } from '../api/client'
import type { GraphNode, Ref } from '../api/types'
import { deviceFor, type Device } from '../profile/devices'
import { Icon } from '../ui/Icon'
import { refOf } from './pair'
import classes from './Picker.module.css'
import { isKeyType, typeColour, typeIcon, typeName } from './words'

interface Props {
  label: string
  nodes: readonly GraphNode[]
  devices: Map<string, Device>
  value: Ref | null
  onChange: (ref: Ref | null) => void
}

/** One identifier: of those that are known here, or any other that the reader writes. */
export function Picker({ label, nodes, devices, value, onChange }: Props) {
  const [written, setWritten] = useState('')
  const known = new Set(nodes.map(keyOf))
  const option = (ref: Ref) => ({ value: keyOf(ref), label: labelFor(ref, devices) })
  const isChosen = value !== null && written === labelFor(value, devices)
  const others = new Map([...(isChosen ? [] : elsewhere(written, nodes)), ...(value ? [value] : [])].map((ref) => [keyOf(ref), ref]))
  const groups = [
    { group: 'In this profile', items: nodes.filter(({ is_member }) => is_member).map(option) },
    { group: 'Cut off from it', items: nodes.filter(({ is_member }) => !is_member).map(option) },
    { group: 'Anywhere else', items: [...others.values()].filter((ref) => !known.has(keyOf(ref))).map(option) },
  ].filter(({ items }) => items.length > 0)
  return (
    <Select
      label={label}
      placeholder="Choose, or write any other"
      searchable
      clearable
      limit={60}
      maxDropdownHeight={320}
      data={groups}
      value={value && keyOf(value)}
      onChange={(key) => onChange(refOf(key))}
      onSearchChange={setWritten}
      leftSection={value && <Sign of={value} devices={devices} />}
      renderOption={({ option: { value: key, label: text } }) => <Option of={refOf(key)} text={text} devices={devices} />}
      nothingFoundMessage="Nothing like that"
      comboboxProps={{ shadow: 'md' }}
    />
  )
}

function Option({ of, text, devices }: { of: Ref | null; text: string; devices: Map<string, Device> }) {
  if (!of) return text
  return (
    <span className={classes.option}>
      <Sign of={of} devices={devices} />
      <span>{text}</span>
      <small>{typeName(of.type)}</small>
    </span>
  )
}

function Sign({ of, devices }: { of: Ref; devices: Map<string, Device> }) {
  return <span className={classes.sign} style={{ color: `var(--${deviceFor(of, devices)?.colour ?? typeColour(of.type)})` }}><Icon name={typeIcon(of.type)} size={15} /></span>
}

/** A device has a letter on this page; its id is kept in the label, so that it can be searched for. */
function labelFor(ref: Ref, devices: Map<string, Device>): string {
  const device = deviceFor(ref, devices)
  return device ? `${device.name} · ${ref.value}` : ref.value
}

/** What somebody who writes this may mean. */
function elsewhere(written: string, nodes: readonly GraphNode[]): Ref[] {
  const value = written.trim()
  if (value === '') return []
  if (value.includes('@')) return [{ type: 'email', value: value.toLowerCase() }]
  const keys = [...new Set(['user_id', ...nodes.map(({ type }) => type).filter(isKeyType)])]
  return keys.map((type) => ({ type, value }))
}
