//! The seam between Nora and the disk. It speaks of events, fragments, edges and people, never of keys and values.
//!
//! Two backends: [`memory`] is the reference model, [`sled`](mod@sled) the default. One conformance suite runs on both. Nothing outside
//! this module names a storage engine.
//!
//! - [`EventLog`]: what is true. [`EventLog::append`] returns when its events would survive a power cut.
//! - [`Derived`]: what follows from the log. [`Derived::apply`] writes an effect and the position it brings the derivation to, both or neither.

#[cfg(test)]
mod conformance;
pub mod memory;
pub mod sled;

use nora_shared::Identifier;

use crate::identity::{AliasFact, EdgeFact, NodeFact};
use crate::log::{Held, Record, Seq};
use crate::profile::Fragment;
use crate::time::Millis;

/// A storage failure. Callers cannot mend it: they retry, or answer that the store is unavailable.
#[derive(Debug, thiserror::Error)]
#[error("storage: {0}")]
pub struct StoreError(pub(crate) String);

/// What storage operations return.
pub type Result<T> = std::result::Result<T, StoreError>;

/// What became of one record of an [`EventLog::append`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is in the log, durably, at this position.
    At(Seq),
    /// An event with its source and message id was there already, or stands earlier in the same call.
    Duplicate,
}

/// The durable log of accepted events, and the quarantine beside it.
pub trait EventLog: Send + Sync {
    /// Adds the records that are new, and holds `held`; durable when it returns. The answers are in the records' order.
    ///
    /// A record is a duplicate when one with its source and message id was added at most 30 days before its `received_at`; some later
    /// repeats are found, too.
    fn append(&self, records: &[Record], held: &[Held]) -> Result<Vec<Appended>>;

    /// How many events the log holds: the position that the next one will have.
    fn len(&self) -> Seq;

    /// Whether the log holds nothing yet.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Up to about `limit` events from `from` on, in order. Fewer than `limit` does not mean that there are no more; none does.
    fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Record)>>;

    /// One event, if the log has that position.
    fn event(&self, seq: Seq) -> Result<Option<Record>>;

    /// Up to `limit` held items with ids below `before`, newest first, each with its id.
    fn held(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, Held)>>;

    /// How many items have been held.
    fn held_count(&self) -> u64;
}

/// Everything that a run of events changes in what is derived from the log.
#[derive(Debug, Default, Clone)]
pub struct Effect {
    /// All events before this position have been applied, once this effect has.
    pub applied: Seq,
    /// Identifiers that were seen, whole.
    pub nodes: Vec<NodeFact>,
    /// Pairs that were seen together, whole.
    pub edges: Vec<EdgeFact>,
    /// Aliases that were declared.
    pub aliases: Vec<AliasFact>,
    /// Fragments that changed, whole.
    pub fragments: Vec<Fragment>,
    /// Where each anchor's new events are, in log order.
    pub timeline: Vec<(Identifier, Vec<TimelineEntry>)>,
}

/// One event in an anchor's timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimelineEntry {
    /// When it happened.
    pub timestamp: Millis,
    /// Where it is in the log.
    pub seq: Seq,
}

/// All facts about identity, as they were last applied.
#[derive(Debug, Default)]
pub struct IdentityFacts {
    /// Every identifier.
    pub nodes: Vec<NodeFact>,
    /// Every pair seen together.
    pub edges: Vec<EdgeFact>,
    /// Every alias.
    pub aliases: Vec<AliasFact>,
}

/// What is derived from the log.
pub trait Derived: Send + Sync {
    /// The position up to which events have been applied.
    fn applied(&self) -> Result<Seq>;

    /// Writes the effect and its position: both or neither, also across a crash. Not necessarily durable when it returns, since it can
    /// be derived again.
    fn apply(&self, effect: &Effect) -> Result<()>;

    /// All facts about identity.
    fn identity_facts(&self) -> Result<IdentityFacts>;

    /// The fragment recorded under this anchor.
    fn fragment(&self, anchor: &Identifier) -> Result<Option<Fragment>>;

    /// The anchor's events, in no particular order.
    fn timeline(&self, anchor: &Identifier) -> Result<Vec<TimelineEntry>>;
}

/// The generation of message ids that a moment belongs to: two generations are searched for repeats.
fn generation(received_at: Millis) -> i64 {
    received_at.day().div_euclid(30)
}

/// A whole backend.
pub trait Store: EventLog + Derived {
    /// Whether writes can still succeed: after one has failed, they cannot until the store is opened again.
    fn is_writable(&self) -> bool;

    /// Writes out what can be written out, before the process ends.
    fn close(&self) -> Result<()>;
}
