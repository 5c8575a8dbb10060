//! What is known of identifiers. Every part is a commutative merge, so that the order of events leaves no trace.

use std::collections::BTreeSet;

use nora_shared::Identifier;

use crate::time::Millis;

/// When, how often and from where something was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How many events showed it.
    pub count: u64,
    /// The earliest event time.
    pub first: Millis,
    /// The latest event time.
    pub last: Millis,
    /// The ids of the sources that showed it.
    pub sources: BTreeSet<String>,
}

impl Seen {
    /// Seen once.
    pub fn once(at: Millis, source: &str) -> Seen {
        Seen { count: 1, first: at, last: at, sources: BTreeSet::from([source.to_owned()]) }
    }

    /// Adds what another has seen.
    pub fn merge(&mut self, other: &Seen) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        if !other.sources.is_subset(&self.sources) {
            self.sources.extend(other.sources.iter().cloned());
        }
    }
}

/// One identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFact {
    /// Which one.
    pub identifier: Identifier,
    /// When events carried it; `None` where only an alias named it, so that it is not shown.
    pub seen: Option<Seen>,
    /// Whether events are recorded under it: it was the strongest identifier of one.
    pub is_anchor: bool,
}

/// Two identifiers that were seen together (rule R1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeFact {
    /// The stronger of the two.
    pub a: Identifier,
    /// The weaker of the two.
    pub b: Identifier,
    /// How strong the evidence is: `2 × (rank of the weaker)`, `+1` if unverified; the lowest of all observations.
    pub level: u8,
    /// When and where they were seen together.
    pub seen: Seen,
    /// The message id of one event that shows them together: the least of all.
    pub example: String,
}

/// Two values of a key type that were declared to be one person (rule R3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AliasFact {
    /// The lesser of the two.
    pub a: Identifier,
    /// The greater of the two.
    pub b: Identifier,
}
