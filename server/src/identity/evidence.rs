//! The evidence around a customer: what joins identifiers, what was cut, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::node::{ALIASES, Edge, Facts, Link, Mode, Node, NodeId};
use super::rules::Code;
use super::view::{Found, View};

/// Members of a customer that a picture shows, at most.
const MEMBERS: usize = 200;

/// Neighbours of one type that are looked at, at most.
const NEIGHBOURS: usize = 100;

/// Identifiers in a picture, at most.
const NODES: usize = 400;

/// What an edge does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EdgeState {
    /// Its ends are one person.
    Joins,
    /// It survives, but its ends are two people (rules R5 and R6).
    Cut,
    /// One end has too many neighbours (rule R2).
    OverLimit(Over),
    /// A person has declared that what it shows says nothing.
    Severed,
    /// A person has blocked this end.
    Blocked(NodeId),
}

/// An identifier that has too many neighbours of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Over {
    /// Which one.
    pub id: NodeId,
    /// The number of the type.
    pub code: Code,
    /// How many neighbours it has.
    pub neighbours: u32,
    /// How many it may have.
    pub limit: u32,
}

/// An edge, from one of its ends.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// One end.
    pub a: Found,
    /// The other end.
    pub b: Found,
    /// How they are linked.
    pub link: Link,
    /// Its facts.
    pub edge: Edge,
    /// What it does.
    pub state: EdgeState,
}

/// A customer's identifiers and those around them.
#[derive(Debug)]
pub struct Picture {
    /// How the component becomes profiles.
    pub mode: Mode,
    /// Whether there is more than is shown.
    pub is_truncated: bool,
    /// The customer's identifiers, the strongest first, and then those around.
    pub nodes: Vec<Found>,
    /// The numbers of those that are the customer's.
    pub members: BTreeSet<NodeId>,
    /// What links them.
    pub edges: Vec<Evidence>,
}

impl<F: Facts> View<'_, F> {
    /// The picture of the customer with an identifier.
    pub fn picture(&self, id: NodeId) -> Result<Option<Picture>, F::Error> {
        let Some(node) = self.facts.node(id)? else { return Ok(None) };
        let mode = self.component_of(id, &node)?.mode(self.rules);
        let mut members = self.members(id)?;
        members.sort_by(|(_, a), (_, b)| self.rules.order(&a.identifier, &b.identifier));
        let mut is_truncated = members.len() > MEMBERS;
        members.truncate(MEMBERS);
        let numbers: BTreeSet<NodeId> = members.iter().map(|(id, _)| *id).collect();
        let mut nodes: BTreeMap<NodeId, Arc<Node>> = members.iter().cloned().collect();
        let mut edges = BTreeMap::new();
        for (id, node) in &members {
            let around = self.around(*id, node, NEIGHBOURS)?;
            is_truncated |= around.len() >= NEIGHBOURS;
            for evidence in around {
                let other = evidence.b.clone();
                if !nodes.contains_key(&other.0) {
                    if nodes.len() >= NODES {
                        is_truncated = true;
                        continue;
                    }
                    nodes.insert(other.0, other.1);
                }
                edges.entry((evidence.link, evidence.a.0.min(other.0), evidence.a.0.max(other.0))).or_insert(evidence);
            }
        }
        let outside = nodes.into_iter().filter(|(id, _)| !numbers.contains(id));
        let nodes = members.into_iter().chain(outside).collect();
        Ok(Some(Picture { mode, is_truncated, nodes, members: numbers, edges: edges.into_values().collect() }))
    }

    /// Everything that links an identifier with others; of each type at most `limit`.
    pub fn around(&self, id: NodeId, node: &Arc<Node>, limit: usize) -> Result<Vec<Evidence>, F::Error> {
        let mut around = Vec::new();
        let codes = node.degrees.iter().map(|(code, _)| (*code, Link::Together)).chain([(ALIASES, Link::Alias)]);
        for (code, link) in codes {
            for other in self.facts.neighbours(id, node, code, limit)? {
                let Some(found) = self.facts.node(other)? else { continue };
                let Some(edge) = self.facts.edge(id, other, link)? else { continue };
                let state = self.state((id, node), (other, &found), link, &edge)?;
                around.push(Evidence { a: (id, Arc::clone(node)), b: (other, found), link, edge, state });
            }
        }
        Ok(around)
    }

    /// What an edge does.
    fn state(&self, a: (NodeId, &Node), b: (NodeId, &Node), link: Link, edge: &Edge) -> Result<EdgeState, F::Error> {
        if let Some(blocked) = [a.0, b.0].into_iter().find(|id| self.decisions.is_blocked(*id)) {
            return Ok(EdgeState::Blocked(blocked));
        }
        let counts = match link {
            Link::Together => edge.seen.is_some(),
            Link::Alias => self.is_alias(a.0, b.0)?,
        };
        if !counts {
            return Ok(EdgeState::Severed);
        }
        if link == Link::Together {
            for (one, other) in [(a, b), (b, a)] {
                if let Some(over) = self.over(one.0, one.1).into_iter().find(|over| over.code == other.1.code || self.kills(one.1, over)) {
                    return Ok(EdgeState::OverLimit(over));
                }
            }
        }
        let are_one = self.representative(a.0)? == self.representative(b.0)?;
        Ok(if are_one { EdgeState::Joins } else { EdgeState::Cut })
    }

    /// The limits that an identifier is over.
    pub fn over(&self, id: NodeId, node: &Node) -> Vec<Over> {
        let over = node.degrees.iter().filter_map(|(code, count)| {
            let limit = self.rules.limit(node.code, *code).filter(|limit| count > limit)?;
            Some(Over { id, code: *code, neighbours: *count, limit })
        });
        over.collect()
    }

    /// Whether being over this limit makes an identifier identify nobody at all.
    fn kills(&self, node: &Node, over: &Over) -> bool {
        self.rules.rank(over.code) <= self.rules.rank(node.code)
    }
}
