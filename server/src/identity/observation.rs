//! What one event says about who is who.

use nora_shared::Identifier;

use crate::time::Millis;

/// The identifiers seen together on one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Sorted and deduplicated: the first is the anchor.
    pub identifiers: Vec<Identifier>,
    /// What the event declares to be the same person.
    pub alias: Option<Alias>,
    /// The event time.
    pub at: Millis,
    /// The number of the source.
    pub source: u16,
    /// Whether it was sent with a secret key or carries a valid identity signature.
    pub verified: bool,
    /// The message id of the event.
    pub message_id: String,
}

/// `previousId`, taken as a user id and as an anonymous id (rule R3): which of the two it was cannot depend on what has been seen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// `user_id:userId`.
    pub user: Identifier,
    /// `user_id:previousId`.
    pub previous_user: Identifier,
    /// `anonymous_id:previousId`.
    pub previous_anonymous: Identifier,
}

impl Observation {
    /// The strongest identifier: the one that the event is recorded under.
    pub fn anchor(&self) -> Option<&Identifier> {
        self.identifiers.first()
    }
}
