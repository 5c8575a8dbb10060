import type {
  Change, CountedDay, CreatedSource, CreatedToken, Decided, Decision, IdentityGraph, KeyKind, Overview, Page, Profile, Quarantined, Ref, Replaced, ReplayReport,
  Replayed, Session, Source, SourceSettings, TimelineEvent, Token, TokenSettings, VerboseProfile, Why, Wish,
} from './types'

/** What the server said no with: a sentence for the reader, and what to do about it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message)
  }
}

const unreachable = new ApiError(0, 'unreachable', 'The server does not answer.', 'Check that Nora is running; this page tries again by itself.')

async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const request: RequestInit = { method, headers: { Accept: 'application/json' } }
  if (body !== undefined) {
    request.body = JSON.stringify(body)
    request.headers = { ...request.headers, 'Content-Type': 'application/json' }
  }
  const response = await fetch(path, request).catch(() => {
    throw unreachable
  })
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer
  throw await errorIn(response)
}

async function errorIn(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as { error?: { code?: string; message?: string; hint?: string } } | null
  const { code = 'unknown', message = `The server answered ${response.status}.`, hint = '' } = body?.error ?? {}
  return new ApiError(response.status, code, message, hint)
}

function query(parameters: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

const profilePath = (id: string) => `/v1/profiles/profile_id:${encodeURIComponent(id)}`
const pageSize = 50

/** As the server writes an identifier in an address. */
export const keyOf = ({ type, value }: Ref): string => `${type}:${value}`

export const api = {
  session: () => call<Session>('GET', '/v1/session'),
  logIn: (by: { token: string } | { code: string }) => call<undefined>('POST', '/v1/session', by),
  logOut: () => call<undefined>('DELETE', '/v1/session'),
  overview: () => call<Overview>('GET', '/v1/overview'),
  counts: () => call<Page<CountedDay>>('GET', '/v1/counts?limit=30'),
  sources: () => call<Page<Source>>('GET', '/v1/sources'),
  createSource: (settings: SourceSettings) => call<CreatedSource>('POST', '/v1/sources', settings),
  changeSource: (id: string, settings: SourceSettings) => call<Source>('PUT', `/v1/sources/${id}`, settings),
  removeSource: (id: string) => call<undefined>('DELETE', `/v1/sources/${id}`),
  rotate: (id: string, which: KeyKind, oldValidUntil: string) =>
    call<Replaced>('POST', `/v1/sources/${id}/rotate`, { which, old_valid_until: oldValidUntil }),
  tokens: () => call<Page<Token>>('GET', '/v1/tokens'),
  createToken: (settings: TokenSettings) => call<CreatedToken>('POST', '/v1/tokens', settings),
  revokeToken: (id: string) => call<undefined>('DELETE', `/v1/tokens/${id}`),
  profile: (id: string) => call<VerboseProfile>('GET', `${profilePath(id)}?verbose=1`),
  profiles: (q: string, cursor: string | null) => call<Page<Profile>>('GET', `/v1/profiles${query({ q, limit: pageSize, cursor })}`),
  timeline: (id: string, event: string | null, cursor: string | null) =>
    call<Page<TimelineEvent>>('GET', `${profilePath(id)}/events${query({ event, limit: pageSize, cursor })}`),
  identity: (id: string) => call<IdentityGraph>('GET', `${profilePath(id)}/identity`),
  why: (a: string, b: string) => call<Why>('GET', `/v1/identity/why${query({ a, b })}`),
  decide: ({ kind, ...about }: Wish) => call<Decided>('POST', `/v1/identity/${kind}`, about),
  undo: ({ kind, ...about }: Wish) => call<Decided>('DELETE', `/v1/identity/${kind}`, about),
  decisions: (identifier: string) => call<Page<Decision>>('GET', `/v1/identity/decisions${query({ identifier, limit: pageSize })}`),
  changes: (id: string, cursor: string | null) => call<Page<Change>>('GET', `/v1/identity/changes${query({ profile_id: id, limit: 10, cursor })}`),
  quarantine: (cursor: string | null) => call<Page<Quarantined>>('GET', `/v1/quarantine${query({ limit: pageSize, cursor })}`),
  replay: (id: string) => call<Replayed>('POST', `/v1/quarantine/${id}/replay`),
  replayAll: (cursor: string | null) => call<ReplayReport>('POST', '/v1/quarantine/replay', { cursor }),
  removeQuarantined: (id: string) => call<undefined>('DELETE', `/v1/quarantine/${id}`),
}

export const liveEventsUrl = '/v1/events/live'
