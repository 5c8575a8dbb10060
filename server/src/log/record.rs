//! What the log and the quarantine keep.

use nora_shared::Reason;

use crate::time::Millis;

/// The position of an event in the log: 0, 1, 2, … without gaps.
pub type Seq = u64;

/// One accepted event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// When the server received it.
    pub received_at: Millis,
    /// When it happened, corrected for the sender's clock.
    pub timestamp: Millis,
    /// The id of the source whose key it came with.
    pub source: String,
    /// Whether it came with a secret key or a valid identity signature, so that its identifiers can be believed.
    pub verified: bool,
    /// Makes a repeat of this event, from the same source, a duplicate.
    pub message_id: String,
    /// The event in the form of the Segment spec, with what the server filled in.
    pub json: String,
}

/// One thing that could be read but not accepted, kept until its cause is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// When the server received it.
    pub received_at: Millis,
    /// The id of the source whose key it came with.
    pub source: String,
    /// Whether it came with a secret key.
    pub verified: bool,
    /// What keeps it from being accepted.
    pub reason: Reason,
    /// Where in it, or more about it: a field's name, a line number.
    pub detail: String,
    /// What was sent, as it was sent but for secrets.
    pub payload: String,
}
