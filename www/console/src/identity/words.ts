import type { Barrier, Evidence, GraphNode, Ref } from '../api/types'
import { count, humane } from '../ui/format'
import type { IconName } from '../ui/Icon'

/** Everything that this page says, in words that need no handbook. */

const names: Record<string, string> = { user_id: 'User id', crm_id: 'CRM id', loyalty_id: 'Loyalty id', email: 'E-mail', phone: 'Phone', device_id: 'Device id', anonymous_id: 'Browser' }
const plurals: Record<string, string> = { email: 'e-mail addresses', phone: 'phone numbers', anonymous_id: 'browsers' }
const icons: Record<string, IconName> = { user_id: 'key', crm_id: 'people', loyalty_id: 'card', email: 'mail', phone: 'phone', device_id: 'screen', anonymous_id: 'device' }
const colours: Record<string, string> = { user_id: 'accent', crm_id: 'accent', loyalty_id: 'accent', email: 'device-3', phone: 'device-5' }

/** Of these a customer has one, unless somebody says that two are the same. */
const keyTypes = ['user_id', 'crm_id', 'loyalty_id']
export const isKeyType = (type: string): boolean => keyTypes.includes(type)

export const typeName = (type: string): string => names[type] ?? humane(type)
export const typeNames = (type: string): string => plurals[type] ?? `${typeName(type).replace(/^(?!CRM)./, (letter) => letter.toLowerCase())}s`
export const typeIcon = (type: string): IconName => icons[type] ?? 'tag'
export const typeColour = (type: string): string => colours[type] ?? 'ink-2'

export const stateName: Record<Evidence['state'], string> = {
  joins: 'Joins them',
  cut: 'Cut: could be two people',
  over_limit: 'Not used: shared by too many',
  severed: 'Cut by a person',
  blocked: 'Set aside by a person',
}

export const stateIcon: Record<Exclude<Evidence['state'], 'joins'>, IconName> = { cut: 'close', over_limit: 'people', severed: 'cut', blocked: 'block' }

/** `Seen together 3 times, by web and till` */
export function seenTogether({ kind, count: times, sources }: Evidence): string {
  const by = sources.length > 0 ? ` by ${list.format(sources)}` : ''
  if (kind === 'alias') return `Said to be one person${by}`
  return `Seen together ${often(times)}${by}`
}

export const strength = ({ kind, verified }: Evidence): string => (kind === 'alias' ? 'Stated' : verified ? 'Verified' : 'Not verified')

export function strengthMeans({ kind, verified }: Evidence): string {
  if (kind === 'alias') return 'Somebody, or one of your systems, said that the two are the same customer.'
  return verified ? 'Sent by one of your own systems, or signed by it.' : 'Reported by a browser; verified evidence goes before it.'
}

export const reasonOf = ({ state, reason }: Evidence): string | null => (state === 'joins' ? null : (reason ?? `${stateName[state]}.`))

/** Why an identifier recognises nobody, if that is so. */
export function notUsed({ state, over, type }: GraphNode): string | null {
  if (state === 'blocked') return 'A person decided never to recognise anybody by this.'
  const too = over.map((limit) => `${count(limit.neighbours)} ${typeNames(limit.type)} (at most ${limit.limit} are accepted)`)
  if (state === 'over_limit') return `Recognises nobody: it was seen with ${list.format(too) || 'too many others'}.`
  return over.length === 0 ? null : `This ${typeName(type)} was seen with ${list.format(too)}, so those do not count.`
}

export const barrierTitle: Record<Barrier['rule'], string> = {
  R2: 'Shared by too many to tell',
  R5: 'It could be either of two people',
  R6: 'Too many are tangled up here',
  sever: 'A person said these are two people',
  block: 'A person set it aside',
  unconnected: 'Never seen together',
}

export const often = (times: number): string => (times === 1 ? 'once' : times === 2 ? 'twice' : `${count(times)} times`)
export const listed = (words: readonly string[]): string => list.format(words)

/** Two or more things of one kind: `1 browser`, `12 browsers`. */
export const many = (number: number, one: string, more = `${one}s`): string => `${count(number)} ${number === 1 ? one : more}`

const list = new Intl.ListFormat('en-GB')

/** The identifier itself, short enough for a label: mail and keys from the start, random ids by their ends. */
export function shortValue({ type, value }: Ref, most = 26): string {
  if (value.length <= most) return value
  return type === 'email' ? `${value.slice(0, most - 1)}…` : `${value.slice(0, 8)}…${value.slice(-4)}`
}
