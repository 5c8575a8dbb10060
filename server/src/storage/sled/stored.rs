//! What is stored, field by field, in postcard's order: a change here is a new version of the value that holds it.
//!
//! Separate from the domain's types so that those can change. Fragments are the exception: their own `Serialize` is their stored form,
//! and a test holds its bytes.

use nora_shared::{Identifier, Reason};
use serde::{Deserialize, Serialize};

use crate::identity::{AliasFact, EdgeFact, NodeFact, Seen};
use crate::log::{Held, Record};
use crate::time::Millis;

/// One event, in a block of the log.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredRecord<'a> {
    received_at: i64,
    timestamp: i64,
    source: &'a str,
    verified: bool,
    message_id: &'a str,
    json: &'a str,
}

impl<'a> From<&'a Record> for StoredRecord<'a> {
    fn from(record: &'a Record) -> Self {
        let Record { received_at, timestamp, source, verified, message_id, json } = record;
        StoredRecord { received_at: received_at.0, timestamp: timestamp.0, source, verified: *verified, message_id, json }
    }
}

impl From<StoredRecord<'_>> for Record {
    fn from(stored: StoredRecord<'_>) -> Self {
        Record {
            received_at: Millis(stored.received_at),
            timestamp: Millis(stored.timestamp),
            source: stored.source.to_owned(),
            verified: stored.verified,
            message_id: stored.message_id.to_owned(),
            json: stored.json.to_owned(),
        }
    }
}

/// One held item; the reason is its code.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredHeld<'a> {
    received_at: i64,
    source: &'a str,
    verified: bool,
    reason: &'a str,
    detail: &'a str,
    payload: &'a str,
}

impl<'a> From<&'a Held> for StoredHeld<'a> {
    fn from(held: &'a Held) -> Self {
        let Held { received_at, source, verified, reason, detail, payload } = held;
        StoredHeld { received_at: received_at.0, source, verified: *verified, reason: reason.code(), detail, payload }
    }
}

impl StoredHeld<'_> {
    /// `None` if there is no such reason.
    pub(super) fn into_held(self) -> Option<Held> {
        Some(Held {
            received_at: Millis(self.received_at),
            source: self.source.to_owned(),
            verified: self.verified,
            reason: Reason::ALL.into_iter().find(|reason| reason.code() == self.reason)?,
            detail: self.detail.to_owned(),
            payload: self.payload.to_owned(),
        })
    }
}

/// An identifier: its type and its normalised value.
type StoredIdentifier<'a> = (&'a str, &'a str);

fn store(identifier: &Identifier) -> StoredIdentifier<'_> {
    (identifier.kind(), identifier.value())
}

fn restore((kind, value): StoredIdentifier<'_>) -> Identifier {
    Identifier::from_normalized(kind, value)
}

#[derive(Serialize, Deserialize)]
struct StoredSeen<'a> {
    count: u64,
    first: i64,
    last: i64,
    #[serde(borrow)]
    sources: Vec<&'a str>,
}

impl<'a> From<&'a Seen> for StoredSeen<'a> {
    fn from(seen: &'a Seen) -> Self {
        let Seen { count, first, last, sources } = seen;
        StoredSeen { count: *count, first: first.0, last: last.0, sources: sources.iter().map(String::as_str).collect() }
    }
}

impl From<StoredSeen<'_>> for Seen {
    fn from(stored: StoredSeen<'_>) -> Self {
        Seen {
            count: stored.count,
            first: Millis(stored.first),
            last: Millis(stored.last),
            sources: stored.sources.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// One identifier and what is known of it.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredNode<'a> {
    #[serde(borrow)]
    identifier: StoredIdentifier<'a>,
    #[serde(borrow)]
    seen: Option<StoredSeen<'a>>,
    is_anchor: bool,
}

impl<'a> From<&'a NodeFact> for StoredNode<'a> {
    fn from(node: &'a NodeFact) -> Self {
        let NodeFact { identifier, seen, is_anchor } = node;
        StoredNode { identifier: store(identifier), seen: seen.as_ref().map(StoredSeen::from), is_anchor: *is_anchor }
    }
}

impl From<StoredNode<'_>> for NodeFact {
    fn from(stored: StoredNode<'_>) -> Self {
        NodeFact { identifier: restore(stored.identifier), seen: stored.seen.map(Seen::from), is_anchor: stored.is_anchor }
    }
}

/// Two identifiers that were seen together.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredEdge<'a> {
    #[serde(borrow)]
    a: StoredIdentifier<'a>,
    #[serde(borrow)]
    b: StoredIdentifier<'a>,
    level: u8,
    #[serde(borrow)]
    seen: StoredSeen<'a>,
    example: &'a str,
}

impl<'a> From<&'a EdgeFact> for StoredEdge<'a> {
    fn from(edge: &'a EdgeFact) -> Self {
        let EdgeFact { a, b, level, seen, example } = edge;
        StoredEdge { a: store(a), b: store(b), level: *level, seen: seen.into(), example }
    }
}

impl From<StoredEdge<'_>> for EdgeFact {
    fn from(stored: StoredEdge<'_>) -> Self {
        EdgeFact {
            a: restore(stored.a),
            b: restore(stored.b),
            level: stored.level,
            seen: stored.seen.into(),
            example: stored.example.to_owned(),
        }
    }
}

/// Two values that were declared to be one person.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredAlias<'a> {
    #[serde(borrow)]
    a: StoredIdentifier<'a>,
    #[serde(borrow)]
    b: StoredIdentifier<'a>,
}

impl<'a> From<&'a AliasFact> for StoredAlias<'a> {
    fn from(alias: &'a AliasFact) -> Self {
        StoredAlias { a: store(&alias.a), b: store(&alias.b) }
    }
}

impl From<StoredAlias<'_>> for AliasFact {
    fn from(stored: StoredAlias<'_>) -> Self {
        AliasFact { a: restore(stored.a), b: restore(stored.b) }
    }
}
