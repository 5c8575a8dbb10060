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
    /// What else its admission takes. Boxed: nearly no event is held, and each is moved around.
    pub sent: Box<Sent>,
    /// How often it was tried again and not accepted.
    pub attempts: u32,
}

/// What came with a payload, and what the server knew: all that its admission takes to decide again as if it came only now.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Whether the payload is an event. What is none (a row that cannot be read, a call of no known method) can be looked at, but not replayed.
    pub is_event: bool,
    /// Whether a file brought it: such events are of no source that has keys.
    pub is_imported: bool,
    /// The kind that the address named.
    pub kind: Option<String>,
    /// `sentAt` of its batch.
    pub sent_at: Option<Millis>,
    /// `context` of its batch as JSON, without secrets.
    pub context: Option<String>,
    /// `integrations` of its batch as JSON.
    pub integrations: Option<String>,
    /// The visitor's address, where it is to be filled in.
    pub ip: Option<String>,
    /// The browser's name for itself: likewise.
    pub user_agent: Option<String>,
    /// What its credentials showed. They themselves are not kept.
    pub shown: Shown,
    /// SHA-256 of the key that it came with, where that key had ended.
    pub ended_key: Option<[u8; 32]>,
}

/// What an event's credentials showed when it came.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What its signature or token was.
    pub signature: Signature,
    /// Whom its newsletter's token named.
    pub person: Option<Named>,
}

/// An identity signature, or a token in its place.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// There was none.
    #[default]
    Absent,
    /// It was one for the event's user id.
    Valid,
    /// It was not.
    Wrong,
}

/// Whom a newsletter's token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The site's own id of the person.
    pub user_id: Option<String>,
    /// What is known of the person, as a JSON object.
    pub traits: Option<String>,
}

/// What is to become of an item that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its id.
    pub id: u64,
    /// What takes its place; nothing where it leaves the quarantine.
    pub still: Option<Held>,
}

impl Held {
    /// Every text of it that somebody sent, or that says who somebody is.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let Sent { context, integrations, ip, user_agent, shown, .. } = &*self.sent;
        let person = shown.person.as_ref();
        let named = [person.and_then(|named| named.user_id.as_deref()), person.and_then(|named| named.traits.as_deref())];
        let around = [context, integrations, ip, user_agent].map(Option::as_deref);
        std::iter::once(self.payload.as_str()).chain(around.into_iter().chain(named).flatten())
    }
}
