/** The answers of the server that the console reads. */

export type Scope = 'read' | 'identity' | 'import' | 'config' | 'owner'

export interface Session {
  role: string
  name: string
  scopes: Scope[]
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

/** What the browsers' SDKs numbered and did not come, since the server started. */
export interface SdkFigures {
  gaps: number
  gaps_filled: number
  dropped: number
}

export interface Overview {
  events: Record<Outcome, number>
  profiles: number
  identifiers: number
  sdk: SdkFigures
  per_minute: Minute[]
}

export interface Identifier {
  type: string
  value: string
  first_seen: string
  last_seen: string
  sources: string[]
}

/** What somebody said, and when. */
export interface Stated<Value = unknown> {
  value: Value
  source: string
  updated_at: string
}

export interface Trait extends Stated {
  /** the last ten values, the latest first, the one that is shown among them; of an object only what was said of it */
  history?: Stated[]
}

/** Where a visit came from, as far as the address and the referrer tell. */
export type Touch = Record<string, unknown>

export interface Device {
  type: 'desktop' | 'mobile' | 'tablet' | null
  os: string | null
  browser: string | null
  model: string | null
  last_seen: string
}

export interface CategoryAffinity {
  category: string
  score: number
}

/** Recency, frequency and monetary value, 1 to 5 each. */
export interface Rfm {
  basis: 'orders' | 'activity'
  recency: number
  frequency: number
  monetary: number | null
  class: 'champion' | 'loyal' | 'new' | 'promising' | 'needs_attention' | 'at_risk' | 'hibernating' | 'lost'
}

/** A sum a currency; `XXX` where the events name none. */
export type Money = Record<string, number>

export interface Computed {
  event_counts?: Record<string, number>
  sessions?: number
  page_views?: number
  active_days?: number
  active_days_30d?: number
  orders?: number
  cancelled_orders?: number
  revenue?: Money | null
  refunds?: Money
  average_order_value?: Money
  first_order_at?: string | null
  last_order_at?: string | null
  first_touch?: Touch | null
  last_touch?: Touch | null
  devices?: Device[]
  locale?: string | null
  timezone?: string | null
  screen?: string | null
  category_affinities?: CategoryAffinity[]
  rfm?: Rfm | null
  delivery?: Delivery
}

/** Whether everything that their browsers numbered has arrived, of the latest page loads. */
export interface Delivery {
  tabs: number
  received: number
  missing: number
  dropped: number
}

export interface Profile<TraitValue = unknown, Answer = boolean> {
  profile_id: string
  /** the id that was asked for, where that has since become part of this one */
  redirected_from?: string | null
  identifiers: Identifier[]
  traits: Record<string, TraitValue>
  computed: Computed
  consent: Record<string, Answer>
  audiences: string[]
  is_bot: boolean
  first_seen: string
  last_seen: string
  event_count: number
}

/** As `verbose=1` has it. */
export type VerboseProfile = Profile<Trait, Stated<boolean>>

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
  hint: string
  received_at: string
  source: string
  /** what is no event can only be looked at */
  is_event: boolean
  attempts: number
  payload: string
}

export interface Replayed {
  outcome: 'accepted' | 'duplicate' | 'quarantined' | 'refused'
  message: string | null
  hint: string | null
}

export interface ReplayReport {
  accepted: number
  duplicate: number
  quarantined: number
  refused: number
  next: string | null
}

export interface Counted {
  name: string
  views: number
}

/** One day's page views of visitors of whom nothing is recorded. */
export interface CountedDay {
  day: string
  source: string
  views: number
  paths: Counted[]
  referrers: Counted[]
}

/** A key: itself where it is public, else what it ends with. */
export interface Key {
  key: string
  valid_until: string | null
}

export interface SourceSettings {
  name: string
  allowed_origins: string[]
  requires_signature: boolean
}

export interface Source extends SourceSettings {
  id: string
  write_key: string
  write_keys: Key[]
  secret_keys: Key[]
  signing_secrets: Key[]
}

/** With the secrets that are shown only now. */
export interface CreatedSource extends Source {
  secret_key: string
  signing_secret: string
}

export type KeyKind = 'write_key' | 'secret_key' | 'signing_secret'

export interface Replaced {
  key: string
  source: Source
}

export interface TokenSettings {
  name: string
  scopes: Scope[]
  expires_at: string | null
}

export interface Token extends TokenSettings {
  id: string
  hint: string
  created_at: string | null
  last_used_at: string | null
}

/** With the token itself, which is shown only now. */
export interface CreatedToken extends Token {
  token: string
}

export interface Ref {
  type: string
  value: string
}

/** Of an identifier that is over a limit: towards what, how many there are and how many may be. */
export interface Over {
  type: string
  neighbours: number
  limit: number
}

export interface GraphNode extends Ref {
  /** 0 is the strongest */
  rank: number
  profile_id: string
  /** of the profile that was asked for, and not only at the far end of something that was cut */
  is_member: boolean
  is_representative: boolean
  is_anchor: boolean
  state: 'identifying' | 'over_limit' | 'blocked'
  over: Over[]
  first_seen: string | null
  last_seen: string | null
  event_count: number
  sources: string[]
}

/** That two identifiers were seen together, or said to be one. */
export interface Evidence {
  a: Ref
  b: Ref
  kind: 'seen_together' | 'alias'
  /** 0 is the strongest */
  level: number
  verified: boolean
  count: number
  first_seen: string | null
  last_seen: string | null
  sources: string[]
  /** the message id of an event that shows it */
  example: string | null
  state: 'joins' | 'cut' | 'over_limit' | 'severed' | 'blocked'
  /** why it does not join, in words */
  reason: string | null
}

export interface IdentityGraph {
  profile_id: string
  mode: 'whole' | 'solved' | 'large'
  truncated: boolean
  nodes: GraphNode[]
  edges: Evidence[]
}

export interface Located extends Ref {
  profile_id: string | null
}

export interface Barrier {
  rule: 'R2' | 'R5' | 'R6' | 'sever' | 'block' | 'unconnected'
  at: Ref[]
  explanation: string
}

export interface Why {
  together: boolean
  a: Located
  b: Located
  path: Evidence[]
  barriers: Barrier[]
  explanation: string
}

export interface Decision {
  kind: 'sever' | 'block' | 'alias'
  a: Ref
  b: Ref | null
  is_active: boolean
  set_aside: boolean
  note: string
  by: string
  at: string
}

/** What a person wants to be decided, or no longer. */
export type Wish =
  | { kind: 'sever'; a: Ref; b: Ref; note?: string; set_aside?: boolean }
  | { kind: 'alias'; a: Ref; b: Ref; note?: string }
  | { kind: 'block'; identifier: Ref; note?: string }

export interface Decided {
  decision: Decision
  together?: boolean
  why?: Why
}

export interface Change {
  kind: 'merge' | 'split' | 'rekey'
  at: string
  from: string[]
  to: string[]
  cause: string
}
