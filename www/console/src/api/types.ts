/** The answers of the server that the console reads. */

export interface Session {
  role: string
  name: string
}

export interface Page<Item> {
  data: Item[]
  next: string | null
}

export type Outcome = 'accepted' | 'duplicate' | 'quarantined' | 'refused'
export const outcomes: readonly Outcome[] = ['accepted', 'duplicate', 'quarantined', 'refused']

export interface LiveEvent {
  outcome: Outcome
  reason: string | null
  message: string | null
  received_at: string
  timestamp: string
  type: string
  name: string | null
  message_id: string
  source: string
  user_id: string | null
  anonymous_id: string | null
  page_url: string | null
  profile_id: string | null
  profile_name: string | null
}

export interface Minute {
  minute: string
  accepted: number
  other: number
}

export interface Overview {
  events: Record<Outcome, number>
  profiles: number
  identifiers: number
  per_minute: Minute[]
}

export interface Identifier {
  type: string
  value: string
  first_seen: string
  last_seen: string
  sources: string[]
}

export interface Trait {
  value: unknown
  source: string
  updated_at: string
}

/** Where a visit came from, as far as the address and the referrer tell. */
export type Touch = Record<string, unknown>

export interface Computed {
  event_counts?: Record<string, number>
  sessions?: number
  page_views?: number
  orders?: number
  /** one sum, or one a currency */
  revenue?: number | Record<string, number> | null
  first_touch?: Touch | null
  last_touch?: Touch | null
}

export interface Profile<TraitValue = unknown> {
  profile_id: string
  identifiers: Identifier[]
  traits: Record<string, TraitValue>
  computed: Computed
  consent: Record<string, boolean>
  audiences: string[]
  first_seen: string
  last_seen: string
  event_count: number
}

export interface TimelineEvent {
  message_id: string
  type: string
  event: string | null
  name: string | null
  category: string | null
  timestamp: string
  received_at: string
  user_id: string | null
  anonymous_id: string | null
  source: string
  properties: Record<string, unknown> | null
  traits: Record<string, unknown> | null
  context: Record<string, unknown> | null
}

export interface Quarantined {
  id: string
  reason: string
  message: string
  received_at: string
  source: string
  payload: string
}

export interface Source {
  id: string
  name: string
  write_key: string
}
