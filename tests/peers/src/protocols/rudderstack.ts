import { json, text, type Protocol } from '../protocol.ts'
import { segment } from './segment.ts'

const source = {
  source: {
    id: 'bench',
    name: 'bench',
    writeKey: 'bench',
    enabled: true,
    workspaceId: 'bench',
    destinations: [],
    config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
  },
}

/** Segment's API with a configuration of its own. */
export const rudderstack: Protocol = {
  decode: segment.decode,
  answer: ({ path }) => (path.startsWith('/sourceConfig') ? json(source) : text('OK')),
}
