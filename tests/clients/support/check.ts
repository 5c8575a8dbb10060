import assert from 'node:assert/strict'
import { Query, valuesOf, type TimelineEvent } from '../../browser/support/query.ts'
import type { Nora } from '../../browser/support/server.ts'
import { ann, anonymous, before, bob, calls, known, withDates, type Call } from './calls.ts'

/** How a client is known to differ. */
export interface Client {
  /** `context.library.name`. */
  library: string
  /** A moment as it arrives. */
  date: (iso: string) => string
  /** Whether a `timestamp` is kept as it is, as RudderStack does, and not corrected for the sender's clock, as Segment does. */
  keepsTimestamp?: boolean
  /** Whether the category of a page is one of its properties, too. */
  addsCategory?: boolean
  /** Where the traits of an `identify` stand: in RudderStack's clients for Python, in the context alone. */
  traitsIn?: 'traits' | 'context'
}

/** Everything that was called is in the timeline of the right customer, field by field, and the profile says what follows from it. */
export async function check(nora: Nora, client: Client): Promise<void> {
  const query = new Query(nora)
  const events = [...(await query.events('user_id', ann)), ...(await query.events('user_id', bob))]
  assert.deepEqual(events.map(({ message_id }) => message_id).sort(), calls.map(({ messageId }) => messageId).sort())
  for (const call of calls) {
    const event = events.find(({ message_id }) => message_id === call.messageId)
    assert.ok(event)
    sameFields(event, call, client)
  }

  const profile = await query.profile('user_id', ann)
  assert.ok(profile)
  assert.deepEqual(profile.traits, known(client.date))
  assert.equal(profile.event_count, calls.length - 1)
  assert.deepEqual(valuesOf(profile, 'user_id'), [before, ann].sort())
  assert.deepEqual(valuesOf(profile, 'anonymous_id'), [anonymous])
  assert.deepEqual(valuesOf(profile, 'email'), ['ann@example.org'], 'the address of a group is nobody’s')
  assert.deepEqual(profile.consent, { Advertising: false, Analytics: true })
  assert.deepEqual(await query.profile('user_id', before), profile)
  const other = await query.profile('user_id', bob)
  assert.deepEqual([other?.event_count, other?.traits], [1, {}])
}

function sameFields(event: TimelineEvent, call: Call, client: Client): void {
  const { type, messageId, userId, anonymousId, event: name, category, groupId, previousId, timestamp } = call
  const absent = (value: unknown) => value ?? null
  const expected = {
    type,
    event: absent(name),
    name: absent(call.name),
    category: absent(category),
    group_id: absent(groupId),
    previous_id: absent(previousId),
    user_id: absent(userId),
    anonymous_id: absent(anonymousId),
  }
  const found = Object.fromEntries(Object.keys(expected).map((field) => [field, event[field as keyof TimelineEvent]]))
  assert.deepEqual(found, expected, messageId)
  const added = client.addsCategory && type === 'page' ? { category } : {}
  assert.deepEqual(event.properties ?? {}, { ...withDates(call.properties ?? {}, client.date), ...added }, messageId)
  const traits = client.traitsIn === 'context' && type === 'identify' ? event.context.traits : event.traits
  assert.deepEqual(traits ?? {}, withDates(call.traits ?? {}, client.date), messageId)
  for (const [field, value] of Object.entries(call.context ?? {})) assert.deepEqual(event.context[field], value, `${messageId}: ${field}`)
  assert.equal(event.context.library?.name, client.library, messageId)
  if (timestamp === undefined) return
  if (client.keepsTimestamp) return assert.equal(event.timestamp, timestamp)
  assert.equal(event.original_timestamp, timestamp)
  assert.equal(event.timestamp.slice(0, 10), timestamp.slice(0, 10), 'off by as much as the way took')
}
