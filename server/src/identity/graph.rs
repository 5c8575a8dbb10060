//! Everything observed so far and the customers that follow from it, kept in memory and brought up to date event by event.

use std::collections::HashSet;

use nora_shared::Identifier;

use super::facts::{AliasFact, EdgeFact, NodeFact};
use super::observation::{Alias, Observation};

mod components;
mod query;
mod sources;
mod store;
#[cfg(test)]
mod tests;
pub(super) mod union_find;

pub use query::{Customer, profile_id};

use components::{Components, key_type};
use store::{Store, Tally};

/// The identity graph. What is observed shows in answers after the next [`settle`](Graph::settle).
#[derive(Debug, Default)]
pub struct Graph {
    store: Store,
    components: Components,
}

/// Which nodes, edges and aliases have changed, by id.
#[derive(Debug, Default)]
pub struct Touched {
    nodes: HashSet<u32>,
    edges: HashSet<u32>,
    aliases: HashSet<u32>,
}

impl Graph {
    /// The graph of facts that were kept, settled. Nodes get their ids in order of the first event that carried them.
    pub fn new(mut nodes: Vec<NodeFact>, edges: Vec<EdgeFact>, aliases: Vec<AliasFact>) -> Graph {
        let mut graph = Graph::default();
        // Stores keep them in other orders, and lists of customers start with the newest.
        nodes.sort_by(|a, b| {
            (a.seen.as_ref().map(|seen| seen.first), &a.identifier).cmp(&(b.seen.as_ref().map(|seen| seen.first), &b.identifier))
        });
        let touched = &mut Touched::default();
        for fact in nodes {
            let node = graph.node(&fact.identifier, touched);
            if let Some(seen) = fact.seen {
                let tally = graph.store.tally(seen);
                graph.carry(node, tally, fact.is_anchor, touched);
            }
        }
        for fact in edges {
            let (a, b) = (graph.node(&fact.a, touched), graph.node(&fact.b, touched));
            let tally = graph.store.tally(fact.seen);
            graph.connect(a, b, fact.level, tally, &fact.example, touched);
        }
        for fact in aliases {
            let (a, b) = (graph.node(&fact.a, touched), graph.node(&fact.b, touched));
            graph.unite(a, b, touched);
        }
        graph.settle();
        graph
    }

    /// Takes in what one event says, in time quadratic in its identifiers, and notes which facts it changes.
    pub fn observe(&mut self, observation: &Observation, touched: &mut Touched) {
        let Observation { identifiers, alias, at, source, verified, message_id } = observation;
        let tally = self.store.once(*at, source);
        let nodes: Vec<u32> = identifiers.iter().map(|identifier| self.node(identifier, touched)).collect();
        for (place, &node) in nodes.iter().enumerate() {
            self.carry(node, tally, place == 0, touched);
        }
        for (place, &a) in nodes.iter().enumerate() {
            for (b, identifier) in nodes[place + 1..].iter().zip(&identifiers[place + 1..]) {
                let level = level(&identifiers[place], identifier, *verified);
                self.connect(a, *b, level, tally, message_id, touched);
            }
        }
        if let Some(Alias { user, previous_user, previous_anonymous }) = alias {
            let (a, b) = (self.node(user, touched), self.node(previous_user, touched));
            self.unite(a, b, touched);
            // An alias from the anonymous id that the event carries as well is one sighting of the pair, not two.
            let anonymous = self.node(previous_anonymous, touched);
            if !(nodes.contains(&a) && nodes.contains(&anonymous)) {
                self.connect(a, anonymous, level(user, previous_anonymous, *verified), tally, message_id, touched);
            }
        }
    }

    /// Brings the customers up to date. Called once per batch of observations: a conflict that many of them touch is solved once.
    pub fn settle(&mut self) {
        self.components.settle(&self.store);
    }

    /// All that is known now of what was touched, in order of first appearance.
    pub fn facts(&self, touched: &Touched) -> (Vec<NodeFact>, Vec<EdgeFact>, Vec<AliasFact>) {
        (
            sorted(&touched.nodes).map(|node| self.store.node_fact(node)).collect(),
            sorted(&touched.edges).map(|edge| self.store.edge_fact(edge)).collect(),
            sorted(&touched.aliases).map(|alias| self.store.alias_fact(alias)).collect(),
        )
    }

    /// The id of an identifier, which is added where it is new.
    fn node(&mut self, identifier: &Identifier, touched: &mut Touched) -> u32 {
        if let Some(node) = self.store.node_id(identifier) {
            return node;
        }
        let node = self.store.add_node(identifier);
        self.components.add(node, &self.store);
        touched.nodes.insert(node);
        node
    }

    fn carry(&mut self, node: u32, tally: Tally, is_anchor: bool, touched: &mut Touched) {
        touched.nodes.insert(node);
        if self.store.carry(node, tally, is_anchor) {
            self.components.show(node, &self.store);
        }
    }

    fn connect(&mut self, a: u32, b: u32, level: u8, tally: Tally, example: &str, touched: &mut Touched) {
        let (edge, has_changed) = self.store.connect(a, b, level, tally, example);
        touched.edges.insert(edge);
        if has_changed {
            self.components.join(a, b, &self.store);
        }
    }

    /// Makes two values of a key type one alias class. Anything else is no alias.
    fn unite(&mut self, a: u32, b: u32, touched: &mut Touched) {
        let Some(key) = key_type(&self.store, a).filter(|key| a != b && key_type(&self.store, b) == Some(*key)) else { return };
        if let Some(alias) = self.store.add_alias(a, b) {
            touched.aliases.insert(alias);
            self.components.alias(a, b, key, &self.store);
        }
    }
}

/// The level of the edge between two identifiers (rule R1).
fn level(a: &Identifier, b: &Identifier, verified: bool) -> u8 {
    2 * a.rank().max(b.rank()) + u8::from(!verified)
}

fn sorted(ids: &HashSet<u32>) -> impl Iterator<Item = u32> {
    let mut ids: Vec<u32> = ids.iter().copied().collect();
    ids.sort_unstable();
    ids.into_iter()
}
