//! Why an event or a request was not accepted.

/// Why something was not accepted: a closed set with stable codes, for replies, metrics and the quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Neither `userId` nor `anonymousId`.
    MissingId,
    /// Its ids are all values that identify nobody, such as `undefined` (rule R0).
    BlockedId,
    /// A `track` without `event`.
    MissingEvent,
    /// A `group` without `groupId`.
    MissingGroupId,
    /// An `alias` without `previousId`, or without `userId`.
    MissingPreviousId,
    /// No `type`, or one that is not a kind of event.
    UnknownType,
    /// A field has a JSON type that it cannot have.
    InvalidField,
    /// An identifier or a name is longer than its limit.
    TooLong,
    /// A time that cannot be read.
    InvalidTimestamp,
    /// Its identity signature or token is not one for its `userId`.
    InvalidSignature,
    /// It says who somebody is without a signature, and its source wants one.
    MissingSignature,
    /// It is not as the tracking plan of its source says.
    TrackingPlanViolation,
    /// Objects or arrays inside each other beyond [`NESTING`](crate::limits::NESTING).
    TooDeep,
    /// A row of an import that cannot be read.
    UnreadableRow,
    /// One event is larger than [`EVENT_BYTES`](crate::limits::EVENT_BYTES).
    EventTooLarge,
    /// A request is larger than [`BATCH_BYTES`](crate::limits::BATCH_BYTES).
    BatchTooLarge,
    /// More events than [`BATCH_EVENTS`](crate::limits::BATCH_EVENTS).
    TooManyEvents,
    /// Not JSON, or cut off.
    MalformedJson,
    /// Not UTF-8.
    InvalidUtf8,
    /// JSON, but not of the form this endpoint takes.
    InvalidBody,
    /// The body is not encoded as its headers say, or in an encoding that is not supported.
    InvalidEncoding,
    /// No write key was sent.
    MissingWriteKey,
    /// The write key belongs to no source.
    InvalidWriteKey,
    /// The page that sent it is not one that the source's tag may stand on.
    OriginNotAllowed,
}

impl Reason {
    /// All reasons, in the order of the documentation.
    pub const ALL: [Reason; 24] = [
        Reason::MissingId,
        Reason::BlockedId,
        Reason::MissingEvent,
        Reason::MissingGroupId,
        Reason::MissingPreviousId,
        Reason::UnknownType,
        Reason::InvalidField,
        Reason::TooLong,
        Reason::InvalidTimestamp,
        Reason::InvalidSignature,
        Reason::MissingSignature,
        Reason::TrackingPlanViolation,
        Reason::TooDeep,
        Reason::UnreadableRow,
        Reason::EventTooLarge,
        Reason::BatchTooLarge,
        Reason::TooManyEvents,
        Reason::MalformedJson,
        Reason::InvalidUtf8,
        Reason::InvalidBody,
        Reason::InvalidEncoding,
        Reason::MissingWriteKey,
        Reason::InvalidWriteKey,
        Reason::OriginNotAllowed,
    ];

    /// The stable code, as clients and metrics see it.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::MissingId => "missing_id",
            Reason::BlockedId => "blocked_id",
            Reason::MissingEvent => "missing_event",
            Reason::MissingGroupId => "missing_group_id",
            Reason::MissingPreviousId => "missing_previous_id",
            Reason::UnknownType => "unknown_type",
            Reason::InvalidField => "invalid_field",
            Reason::TooLong => "too_long",
            Reason::InvalidTimestamp => "invalid_timestamp",
            Reason::InvalidSignature => "invalid_signature",
            Reason::MissingSignature => "missing_signature",
            Reason::TrackingPlanViolation => "tracking_plan_violation",
            Reason::TooDeep => "too_deep",
            Reason::UnreadableRow => "unreadable_row",
            Reason::EventTooLarge => "event_too_large",
            Reason::BatchTooLarge => "batch_too_large",
            Reason::TooManyEvents => "too_many_events",
            Reason::MalformedJson => "malformed_json",
            Reason::InvalidUtf8 => "invalid_utf8",
            Reason::InvalidBody => "invalid_body",
            Reason::InvalidEncoding => "invalid_encoding",
            Reason::MissingWriteKey => "missing_write_key",
            Reason::InvalidWriteKey => "invalid_write_key",
            Reason::OriginNotAllowed => "origin_not_allowed",
        }
    }

    /// The reason with this code.
    pub fn from_code(code: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// What is wrong, for a person.
    pub const fn message(self) -> &'static str {
        match self {
            Reason::MissingId => "The event has neither a userId nor an anonymousId.",
            Reason::BlockedId => "The event's ids are all values that identify nobody, such as 'undefined' or 'null'.",
            Reason::MissingEvent => "A track call has no event name.",
            Reason::MissingGroupId => "A group call has no groupId.",
            Reason::MissingPreviousId => "An alias call needs both userId and previousId.",
            Reason::UnknownType => "The event's type is none of identify, track, page, screen, group, alias.",
            Reason::InvalidField => "A field of the event has the wrong JSON type.",
            Reason::TooLong => "An identifier or a name is too long.",
            Reason::InvalidTimestamp => "A timestamp cannot be read.",
            Reason::InvalidSignature => "The event's identity signature or token is not valid for its userId.",
            Reason::MissingSignature => "The event says who somebody is without a signature, which its source demands.",
            Reason::TrackingPlanViolation => "The event is not as the tracking plan of its source says.",
            Reason::TooDeep => "Objects and arrays are nested more than 64 deep.",
            Reason::UnreadableRow => "The row cannot be read.",
            Reason::EventTooLarge => "The event is larger than 32 KB.",
            Reason::BatchTooLarge => "The request is larger than 500 KB.",
            Reason::TooManyEvents => "The batch has more than 2,500 events.",
            Reason::MalformedJson => "The body is not valid JSON.",
            Reason::InvalidUtf8 => "The body is not valid UTF-8.",
            Reason::InvalidBody => "The body is not an object of the form that this endpoint takes.",
            Reason::InvalidEncoding => "The body cannot be decoded as its Content-Encoding says.",
            Reason::MissingWriteKey => "The request carries no write key.",
            Reason::InvalidWriteKey => "The write key is not known.",
            Reason::OriginNotAllowed => "This page is not one that the write key may be used on.",
        }
    }

    /// How to mend it, for a person.
    pub const fn hint(self) -> &'static str {
        match self {
            Reason::MissingId => "Send at least one of userId and anonymousId with every event.",
            Reason::BlockedId => "Send the id of the person, or none and an anonymousId.",
            Reason::MissingEvent => "Name what happened: {\"event\":\"Order Completed\"}.",
            Reason::MissingGroupId => "Name the account: {\"groupId\":\"acme\"}.",
            Reason::MissingPreviousId => "Send the new id as userId and the old one as previousId.",
            Reason::UnknownType => "Set \"type\", or post to /v1/identify, /v1/track and so on.",
            Reason::InvalidField => "Ids and names are strings; properties, traits and context are objects.",
            Reason::TooLong => "messageId takes 100 characters, event names 200, ids and groupId 500.",
            Reason::InvalidTimestamp => "Use RFC 3339: 2026-01-31T12:00:00.000Z.",
            Reason::InvalidSignature => {
                "Sign the userId on your own server, with the signing_secret of the source; a token takes HS256, sub and exp."
            }
            Reason::MissingSignature => {
                "Sign the userId on your own server and send context.identity.signature with it, or send it with the secret key."
            }
            Reason::TrackingPlanViolation => "The quarantine says what is wrong with it: mend the event, or change the plan.",
            Reason::TooDeep => "Flatten the properties.",
            Reason::UnreadableRow => "Mend the row and import it again.",
            Reason::EventTooLarge => "Send fewer or shorter properties.",
            Reason::BatchTooLarge => "Send smaller batches.",
            Reason::TooManyEvents => "Send at most 2,500 events at a time.",
            Reason::MalformedJson => "Check that the body is complete and is JSON.",
            Reason::InvalidUtf8 => "Encode the body as UTF-8.",
            Reason::InvalidBody => "Send one event as an object, or {\"batch\":[…]} to /v1/batch.",
            Reason::InvalidEncoding => "Use gzip or deflate, or send the body as it is.",
            Reason::MissingWriteKey => "Send it as Basic authentication's user name, or as writeKey in the body.",
            Reason::InvalidWriteKey => "Copy the write key from the console.",
            Reason::OriginNotAllowed => "Add the page's origin to the source's allowed_origins; servers and apps use a source without any.",
        }
    }
}
