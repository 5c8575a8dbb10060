//! The facts themselves, interned: identifiers and edges are numbers to everything else.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use nora_shared::Identifier;

use super::query::ProfileHash;
use super::sources::SourceSets;
use crate::identity::facts::{AliasFact, EdgeFact, NodeFact, Seen};
use crate::time::Millis;

/// Every node, edge and alias with its facts, by id.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    aliases: Vec<(u32, u32)>,
    node_ids: HashMap<Arc<Identifier>, u32>,
    edge_ids: HashMap<(u32, u32), u32>,
    alias_ids: HashMap<(u32, u32), u32>,
    profile_ids: HashMap<ProfileHash, u32>,
    sources: SourceSets,
    shown: usize,
}

/// An identifier.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) identifier: Arc<Identifier>,
    tally: Option<Tally>,
    pub(super) is_anchor: bool,
    /// The ids of its edges.
    pub(super) edges: Vec<u32>,
}

impl Node {
    /// Whether an event carried it.
    pub(super) fn is_shown(&self) -> bool {
        self.tally.is_some()
    }
}

/// Two nodes seen together, the stronger first.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) level: u8,
    tally: Tally,
    example: Box<str>,
}

/// [`Seen`] with its sources interned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    count: u64,
    first: Millis,
    last: Millis,
    sources: u32,
}

impl Tally {
    fn add(&mut self, other: Tally, sources: &mut SourceSets) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.sources = sources.union(self.sources, other.sources);
    }

    fn seen(self, sources: &SourceSets) -> Seen {
        Seen { count: self.count, first: self.first, last: self.last, sources: sources.get(self.sources).clone() }
    }
}

impl Store {
    /// Having been seen once.
    pub(super) fn once(&mut self, at: Millis, source: &str) -> Tally {
        Tally { count: 1, first: at, last: at, sources: self.sources.single(source) }
    }

    /// What was seen earlier, interned.
    pub(super) fn tally(&mut self, seen: Seen) -> Tally {
        Tally { count: seen.count, first: seen.first, last: seen.last, sources: self.sources.intern(seen.sources) }
    }

    /// The id of an identifier that is known.
    pub(super) fn node_id(&self, identifier: &Identifier) -> Option<u32> {
        self.node_ids.get(identifier).copied()
    }

    /// The id of the identifier whose profile id has this hash.
    pub(super) fn node_id_by_profile(&self, hash: &ProfileHash) -> Option<u32> {
        self.profile_ids.get(hash).copied()
    }

    /// Adds an identifier that is not known yet, and that no event is known to have carried.
    pub(super) fn add_node(&mut self, identifier: &Identifier) -> u32 {
        let id = self.nodes.len() as u32;
        let identifier = Arc::new(identifier.clone());
        self.profile_ids.insert(ProfileHash::of(&identifier), id);
        self.node_ids.insert(Arc::clone(&identifier), id);
        self.nodes.push(Node { identifier, tally: None, is_anchor: false, edges: Vec::new() });
        id
    }

    /// Notes that events carried a node; whether it was not shown before.
    pub(super) fn carry(&mut self, node: u32, tally: Tally, is_anchor: bool) -> bool {
        let node = &mut self.nodes[node as usize];
        node.is_anchor |= is_anchor;
        if let Some(known) = &mut node.tally {
            known.add(tally, &mut self.sources);
            return false;
        }
        node.tally = Some(tally);
        self.shown += 1;
        true
    }

    /// Notes that two nodes were seen together; the id of the edge, and whether it is new or stronger than before.
    pub(super) fn connect(&mut self, a: u32, b: u32, level: u8, tally: Tally, example: &str) -> (u32, bool) {
        let (a, b) = self.ordered(a, b);
        match self.edge_ids.entry((a, b)) {
            Entry::Vacant(vacant) => {
                let id = self.edges.len() as u32;
                vacant.insert(id);
                self.edges.push(Edge { a, b, level, tally, example: example.into() });
                self.nodes[a as usize].edges.push(id);
                self.nodes[b as usize].edges.push(id);
                (id, true)
            }
            Entry::Occupied(known) => {
                let id = *known.get();
                let edge = &mut self.edges[id as usize];
                edge.tally.add(tally, &mut self.sources);
                if *example < *edge.example {
                    edge.example = example.into();
                }
                let is_stronger = level < edge.level;
                edge.level = edge.level.min(level);
                (id, is_stronger)
            }
        }
    }

    /// Notes that two nodes are one person; the id of the alias, unless it was known.
    pub(super) fn add_alias(&mut self, a: u32, b: u32) -> Option<u32> {
        let pair = self.ordered(a, b);
        let Entry::Vacant(vacant) = self.alias_ids.entry(pair) else { return None };
        let id = self.aliases.len() as u32;
        vacant.insert(id);
        self.aliases.push(pair);
        Some(id)
    }

    /// Two nodes, the lesser identifier first.
    fn ordered(&self, a: u32, b: u32) -> (u32, u32) {
        if self.identifier(a) <= self.identifier(b) { (a, b) } else { (b, a) }
    }

    /// The identifier of a node.
    pub(super) fn identifier(&self, node: u32) -> &Identifier {
        &self.nodes[node as usize].identifier
    }

    /// The number of identifiers that events carried.
    pub(super) fn shown(&self) -> usize {
        self.shown
    }

    /// All that is known of a node.
    pub(super) fn node_fact(&self, node: u32) -> NodeFact {
        let Node { identifier, tally, is_anchor, .. } = &self.nodes[node as usize];
        NodeFact { identifier: Identifier::clone(identifier), seen: tally.map(|tally| tally.seen(&self.sources)), is_anchor: *is_anchor }
    }

    /// All that is known of an edge.
    pub(super) fn edge_fact(&self, edge: u32) -> EdgeFact {
        let Edge { a, b, level, tally, example } = &self.edges[edge as usize];
        EdgeFact {
            a: self.identifier(*a).clone(),
            b: self.identifier(*b).clone(),
            level: *level,
            seen: tally.seen(&self.sources),
            example: example.to_string(),
        }
    }

    /// An alias.
    pub(super) fn alias_fact(&self, alias: u32) -> AliasFact {
        let (a, b) = self.aliases[alias as usize];
        AliasFact { a: self.identifier(a).clone(), b: self.identifier(b).clone() }
    }
}
