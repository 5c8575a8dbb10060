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

use std::path::Path;
use std::sync::Arc;

use nora_shared::Identifier;

use crate::identity::engine::{ChangeKind, Totals, Written};
use crate::identity::node::Component;
use crate::identity::rules::{Code, Rules};
use crate::identity::{Edge, Facts, Link, Node, NodeId, RulesConfig};
use crate::log::{Held, Record, Seq, Settled};
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
    fn append(&self, records: &[Arc<Record>], held: &[Held]) -> Result<Vec<Appended>> {
        self.commit(records, held, &[])
    }

    /// The same, and settles what becomes of items that are held: all of it or nothing, also across a crash. An item that is no longer there
    /// stays away.
    fn commit(&self, records: &[Arc<Record>], held: &[Held], settled: &[Settled]) -> Result<Vec<Appended>>;

    /// How many events the log holds: the position that the next one will have.
    fn len(&self) -> Seq;

    /// Whether the log holds nothing yet.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Up to about `limit` events from `from` on, in order. Fewer than `limit` does not mean that there are no more; none does.
    fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Arc<Record>)>>;

    /// One event, if the log has that position.
    fn event(&self, seq: Seq) -> Result<Option<Arc<Record>>>;

    /// Up to `limit` held items with ids below `before`, newest first, each with its id.
    fn held(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, Held)>>;

    /// Up to `limit` held items, oldest first, each with its id.
    fn oldest_held(&self, limit: usize) -> Result<Vec<(u64, Held)>>;

    /// One held item, if it is there.
    fn held_item(&self, id: u64) -> Result<Option<Held>>;

    /// How many items have been held, also those that are no longer there: the id that the next one gets.
    fn held_count(&self) -> u64;

    /// How much is held.
    fn held_size(&self) -> HeldSize;

    /// Erases events, by ascending positions, and held items, by ids: durable when it returns. In the place of an event stands a
    /// [tombstone](crate::log::Control::tombstone); what has its source and message id is still a duplicate.
    ///
    /// What was derived is to be derived again: there is no [`Derived::identity_state`] until then. Nobody may read the log meanwhile.
    fn erase(&self, events: &[Seq], held: &[u64]) -> Result<()>;
}

/// How much is in the quarantine.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct HeldSize {
    /// Items.
    pub items: u64,
    /// About how many bytes they take.
    pub bytes: u64,
}

/// Everything that a run of events changes in what is derived from the log.
#[derive(Debug, Default, Clone)]
pub struct Effect {
    /// Events before this position had been applied before.
    pub from: Seq,
    /// All events before this position have been applied, once this effect has.
    pub applied: Seq,
    /// What has changed in the identity graph.
    pub identity: Written,
    /// What goes with the graph, whole; `None` where it has not changed.
    pub state: Option<IdentityState>,
    /// Where in the log decisions about identity are that were made.
    pub decisions: Vec<Seq>,
    /// What became of profiles, in order.
    pub changes: Vec<ProfileChange>,
    /// Fragments that changed, whole, with the numbers of their anchors.
    pub fragments: Vec<(NodeId, Fragment)>,
    /// Where each anchor's new events are, in log order.
    pub timeline: Vec<(NodeId, Vec<TimelineEntry>)>,
}

/// What goes with the identity graph.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct IdentityState {
    /// How many there are.
    pub totals: Totals,
    /// The ids of sources, by their numbers.
    pub sources: Vec<String>,
    /// The rules that the graph was made by.
    pub rules: RulesConfig,
    /// Where in the log these rules are; `None` for the rules of the beginning.
    pub rules_at: Option<Seq>,
}

/// What became of profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileChange {
    /// When the last event of the run arrived that changed them.
    pub at: Millis,
    /// How they changed.
    pub kind: ChangeKind,
    /// The ids of those that there were.
    pub from: Vec<String>,
    /// The ids of those that there are.
    pub to: Vec<String>,
}

/// One event in an anchor's timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimelineEntry {
    /// When it happened.
    pub timestamp: Millis,
    /// Where it is in the log.
    pub seq: Seq,
}

/// What is derived from the log. Of the identity graph it gives single records, so that memory does not grow with it.
pub trait Derived: Facts<Error = StoreError> + Send + Sync {
    /// The position up to which events have been applied.
    fn applied(&self) -> Result<Seq>;

    /// Writes the effect and its position: both or neither, also across a crash. Not necessarily durable when it returns, since it can
    /// be derived again.
    fn apply(&self, effect: &Effect) -> Result<()>;

    /// Forgets everything that was derived, and begins again with this state.
    fn restart(&self, state: &IdentityState) -> Result<()>;

    /// What goes with the identity graph; `None` before the first effect.
    fn identity_state(&self) -> Result<Option<IdentityState>>;

    /// Where in the log decisions about identity are, in order.
    fn decisions(&self) -> Result<Vec<Seq>>;

    /// Up to `limit` identifiers after this one, by their numbers.
    fn nodes(&self, after: Option<NodeId>, limit: usize) -> Result<Vec<(NodeId, Arc<Node>)>>;

    /// Up to `limit` identifiers, those that came last first, with the position of the event that brought them; before this one.
    fn newest(&self, before: Option<(Seq, NodeId)>, limit: usize) -> Result<Vec<(Seq, NodeId)>>;

    /// Up to `limit` identifiers of which a part starts with this text in lower case, in the order of these parts; after a place, with the
    /// place of the last.
    fn search(&self, text: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<(Vec<u8>, NodeId)>>;

    /// Up to `limit` changes of profiles, the newest first, with their places; before a place.
    fn changes(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, ProfileChange)>>;

    /// How many bytes the keys and values of what is derived take, without what an engine adds; reads all of them.
    fn derived_bytes(&self) -> Result<u64>;

    /// The fragment recorded under this anchor.
    fn fragment(&self, anchor: &Identifier) -> Result<Option<Fragment>>;

    /// Reads what is kept of identifiers that somebody will ask for soon.
    fn read_ahead(&self, _: &[NodeId]) -> Result<()> {
        Ok(())
    }

    /// The anchor's events, in no particular order.
    fn timeline(&self, anchor: &Identifier) -> Result<Vec<TimelineEntry>>;
}

/// The parts of an identifier that a search finds it by, in lower case: its value, and where a word begins in it, except for the ids of
/// browsers and devices, which nobody remembers.
fn search_parts(node: &Node, rules: &Rules) -> Vec<String> {
    if rules.rank(node.code) > 2 {
        return Vec::new();
    }
    let value: String = node.identifier.value().to_lowercase();
    let words = value.match_indices(|c: char| !c.is_alphanumeric()).map(|(at, separator)| at + separator.len());
    let starts = std::iter::once(0).chain(words.take(PARTS - 1));
    starts.filter_map(|at| value.get(at..)).filter(|part| !part.is_empty()).map(|part| part.chars().take(PART_CHARS).collect()).collect()
}

/// Parts of an identifier that are found, at most.
const PARTS: usize = 3;

/// Characters of each part that a search finds an identifier by.
pub const PART_CHARS: usize = 32;

/// The generation of message ids that a moment belongs to: two generations are searched for repeats.
fn generation(received_at: Millis) -> i64 {
    received_at.day().div_euclid(30)
}

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// Records of the log.
    pub events: Seq,
    /// Held items.
    pub held: u64,
    /// Bytes of keys and values.
    pub bytes: u64,
}

/// A whole backend.
pub trait Store: EventLog + Derived {
    /// Whether writes can still succeed: after one has failed, they cannot until the store is opened again.
    fn is_writable(&self) -> bool;

    /// Copies what cannot be derived, as of now, into a new store in `dir`, durably, while events are taken. `go_on` is asked now and then.
    fn snapshot(&self, dir: &Path, go_on: &dyn Fn() -> bool) -> Result<Snapshot>;

    /// Writes out what can be written out, before the process ends.
    fn close(&self) -> Result<()>;
}

impl Facts for Arc<dyn Store> {
    type Error = StoreError;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        (**self).node(id)
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>> {
        (**self).edge(a, b, link)
    }

    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>> {
        (**self).far(node, code, limit)
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>> {
        (**self).component(id)
    }
}
