import type { Nora } from './server.ts'

export interface Profile {
  profile_id: string
  identifiers: { type: string; value: string; sources: string[] }[]
  traits: Record<string, unknown>
  computed: { event_counts: Record<string, number>; page_views: number }
  consent: Record<string, boolean>
  event_count: number
}

export interface TimelineEvent {
  message_id: string
  type: string
  event: string | null
  name: string | null
  category: string | null
  group_id: string | null
  previous_id: string | null
  user_id: string | null
  anonymous_id: string | null
  timestamp: string
  original_timestamp: string | null
  verified: boolean
  properties: Record<string, unknown> | null
  traits: Record<string, unknown> | null
  context: Context
}

interface Counted {
  name: string
  views: number
}

interface Context {
  page?: Record<string, unknown>
  library?: { name: string; version: string }
  [other: string]: unknown
}

/** What anybody with a token can ask. */
export class Query {
  constructor(private readonly nora: Nora) {}

  /** The profile that an identifier belongs to; `null` where there is none. */
  async profile(type: string, value: string): Promise<Profile | null> {
    return (await this.#get<Profile>(path(type, value))) ?? null
  }

  /** The whole timeline, newest first. */
  async events(type: string, value: string): Promise<TimelineEvent[]> {
    const all: TimelineEvent[] = []
    for (let next: string | null | undefined = ''; typeof next === 'string'; ) {
      const cursor: string = next && `&cursor=${encodeURIComponent(next)}`
      const page: { data: TimelineEvent[]; next: string | null } | undefined = await this.#get(`${path(type, value)}/events?limit=1000${cursor}`)
      all.push(...(page?.data ?? []))
      next = page?.next
    }
    return all
  }

  /** Page views of nobody, by day. */
  async counts(): Promise<{ paths: Counted[]; referrers: Counted[] }[]> {
    return (await this.#get<{ data: { paths: Counted[]; referrers: Counted[] }[] }>('/v1/counts'))!.data
  }

  /** How many customers there are. */
  async customers(): Promise<number> {
    return (await this.#get<{ data: Profile[] }>('/v1/profiles'))?.data.length ?? 0
  }

  async #get<Answer>(path: string): Promise<Answer | undefined> {
    const answer = await fetch(this.nora.base + path, { headers: { authorization: `Bearer ${this.nora.token}` } })
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
}

const path = (type: string, value: string) => `/v1/profiles/${type}:${encodeURIComponent(value)}`

/** What happened: the name of what was tracked, else the kind of call. */
export const nameOf = ({ event, type }: TimelineEvent): string => event ?? type

/** The values of a profile's identifiers of one type. */
export const valuesOf = (profile: Profile | null, type: string): string[] =>
  (profile?.identifiers ?? []).filter((identifier) => identifier.type === type).map(({ value }) => value).sort()
