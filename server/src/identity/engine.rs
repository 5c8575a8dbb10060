//! Keeps the records of the identity graph up to date, event by event.
//!
//! What comes out depends on the set of observations, decisions and rules alone: never on their order. An observation that tells nothing new
//! costs a few look-ups; a new edge joins two components; only where a limit is crossed or a person decides is a component made anew.

mod changes;
mod components;
mod correct;
mod observe;
mod settle;
#[cfg(test)]
mod tests;
mod tier;
mod workspace;

use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use nora_shared::Identifier;

use super::decisions::Decisions;
use super::node::{Facts, Node, NodeId};
use super::rules::Rules;
use super::view::View;
use workspace::Workspace;

pub use changes::{Change, ChangeKind};
pub use correct::Corrected;
pub use workspace::Written;

/// How many there are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Identifiers that events carried.
    pub identifiers: u64,
    /// Profiles.
    pub profiles: u64,
}

/// The engine: records of a store, and what follows from them for what is observed.
#[derive(Debug)]
pub struct Engine<F> {
    rules: Arc<Rules>,
    decisions: Decisions,
    work: Workspace<F>,
    totals: Totals,
    /// Components that are to be cut or counted anew.
    unsettled: HashSet<NodeId>,
    /// What is to be counted anew in large components.
    recount: settle::Recount,
    /// Who represented these identifiers when the changes were last taken.
    before: HashMap<NodeId, NodeId>,
    /// The position of the log since which nothing was taken.
    taken: u64,
}

impl<F: Facts> Engine<F> {
    /// On the records of a store. `cache` bounds how many records of each sort are kept when they have been written.
    pub fn new(facts: F, rules: Arc<Rules>, decisions: Decisions, totals: Totals, cache: usize) -> Engine<F> {
        Engine {
            rules,
            decisions,
            work: Workspace::new(facts, cache),
            totals,
            unsettled: HashSet::default(),
            recount: settle::Recount::default(),
            before: HashMap::default(),
            taken: 0,
        }
    }

    /// How many identifiers and profiles there are, as of the last [`settle`](Engine::settle).
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// What people have decided.
    pub fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// The rules.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// The store below.
    pub fn store(&self) -> &F {
        self.work.facts()
    }

    /// An identifier, as of now.
    pub fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>, F::Error> {
        self.work.node(id)
    }

    /// Who represents the customer with an identifier, as of the last [`settle`](Engine::settle).
    pub fn representative(&self, identifier: &Identifier) -> Result<Option<NodeId>, F::Error> {
        self.view().representative(NodeId::of(identifier))
    }

    /// Makes the component of an identifier anew, from the evidence and by the rules; everybody who was or is in it.
    pub fn remake(&mut self, id: NodeId) -> Result<Vec<NodeId>, F::Error> {
        let torn = self.tear(&[id])?;
        self.mend(torn)
    }

    /// All records that have changed since the last call. The store must have them before the next observation.
    pub fn take_written(&mut self) -> Written {
        self.work.take_written()
    }

    fn view(&self) -> View<'_, Workspace<F>> {
        View { facts: &self.work, rules: &self.rules, decisions: &self.decisions }
    }
}
