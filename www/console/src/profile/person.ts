import type { Profile } from '../api/types'

/** What to call somebody by; traits are whatever the site sent. */
export function nameOf(traits: Record<string, unknown>): string | null {
  const { name, firstName, lastName, first_name, last_name } = traits
  const whole = [firstName ?? first_name, lastName ?? last_name].filter(isText).join(' ')
  if (whole !== '') return whole
  return isText(name) ? name : null
}

export function emailOf({ traits, identifiers }: Profile): string | null {
  if (isText(traits.email)) return traits.email
  return identifiers.find(({ type }) => type === 'email')?.value ?? null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
