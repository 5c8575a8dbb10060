//! The records in memory, in their plainest form: the reference model of what a store keeps of them.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use super::engine::Written;
use super::node::{Component, Edge, Facts, Link, Node, NodeId};
use super::rules::Code;

/// The records.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct MemoryFacts {
    /// Every identifier.
    pub nodes: BTreeMap<NodeId, Arc<Node>>,
    /// Every edge and alias, the lesser number first.
    pub edges: BTreeMap<(NodeId, NodeId, Link), Edge>,
    /// Every component of more than one identifier.
    pub components: BTreeMap<NodeId, Component>,
    far: BTreeMap<(NodeId, Code), BTreeSet<NodeId>>,
}

impl MemoryFacts {
    /// Takes in changes.
    pub fn write(&mut self, written: &Written) {
        self.nodes.extend(written.nodes.iter().map(|(id, node)| (*id, Arc::clone(node))));
        for (a, b, link, edge) in &written.edges {
            self.edges.insert((*a, *b, *link), edge.clone());
        }
        for (node, code, other) in &written.far {
            self.far.entry((*node, *code)).or_default().insert(*other);
        }
        for (id, component) in &written.components {
            match component {
                Some(component) => self.components.insert(*id, component.clone()),
                None => self.components.remove(id),
            };
        }
    }
}

impl MemoryFacts {
    /// Up to `limit` of the neighbours of a type that are kept apart.
    pub fn far_of(&self, node: NodeId, code: Code, limit: usize) -> Vec<NodeId> {
        self.far.get(&(node, code)).into_iter().flatten().copied().take(limit).collect()
    }
}

impl Facts for MemoryFacts {
    type Error = Infallible;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>, Infallible> {
        Ok(self.nodes.get(&id).cloned())
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>, Infallible> {
        Ok(self.edges.get(&(a.min(b), a.max(b), link)).cloned())
    }

    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>, Infallible> {
        Ok(self.far_of(node, code, limit))
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>, Infallible> {
        Ok(self.components.get(&id).cloned())
    }
}
