//! How large things may be. Each bound is Segment's where Segment has one, so that what its clients send is taken.

/// One event, in bytes of JSON as sent. [Segment: 32 KB](https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#max-request-size).
pub const EVENT_BYTES: usize = 32 * 1024;

/// One request, in bytes after decompression. Segment: 500 KB.
pub const BATCH_BYTES: usize = 500 * 1024;

/// Events in one batch. Segment: 2,500.
pub const BATCH_EVENTS: usize = 2_500;

/// `messageId`, in characters. Segment: 100.
pub const MESSAGE_ID_CHARS: usize = 100;

/// `groupId`, in characters. Segment: 500.
pub const GROUP_ID_CHARS: usize = 500;

/// `userId`, `anonymousId`, `previousId` and every other identifier, in characters: what is longer is not an id but content.
pub const ID_CHARS: usize = 500;

/// Identifiers that one event joins. Every two of them are an edge, so that their number is what a single event can add to the graph.
pub const IDENTIFIERS: usize = 20;

/// The name of an event, in characters. Protects the counters by event name, which hold every name once per profile.
pub const EVENT_NAME_CHARS: usize = 200;

/// Objects and arrays inside each other. Protects every later reader from a document that costs stack; serde_json gives up at 128.
pub const NESTING: usize = 64;
