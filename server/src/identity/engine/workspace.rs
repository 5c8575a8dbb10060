//! The records that the engine works on: those of the store, with changes that are not written yet.

use std::cell::RefCell;
use std::sync::Arc;

use foldhash::HashMap;

use super::tier::Tier;
use crate::identity::node::{ALIASES, Component, Edge, Facts, Link, NEAR, Node, NodeId};
use crate::identity::rules::Code;

type EdgeKey = (NodeId, NodeId, Link);

/// Everything that has changed, to be written at once.
#[derive(Debug, Default, Clone)]
pub struct Written {
    /// Identifiers, whole.
    pub nodes: Vec<(NodeId, Arc<Node>)>,
    /// Edges, whole, the lesser number first.
    pub edges: Vec<(NodeId, NodeId, Link, Edge)>,
    /// Neighbours that are not kept near an identifier: the identifier, the type of the neighbour, the neighbour.
    pub far: Vec<(NodeId, Code, NodeId)>,
    /// Components; `None` where one is gone.
    pub components: Vec<(NodeId, Option<Component>)>,
}

#[derive(Debug)]
pub(super) struct Workspace<F> {
    facts: F,
    nodes: RefCell<Tier<NodeId, Arc<Node>>>,
    edges: RefCell<Tier<EdgeKey, Edge>>,
    components: RefCell<Tier<NodeId, Component>>,
    /// Neighbours that are not written yet, of those that are not kept near.
    far: HashMap<(NodeId, Code), Vec<NodeId>>,
}

impl<F: Facts> Workspace<F> {
    /// On top of a store; keeps about `limit` records of each sort when they are written.
    pub(super) fn new(facts: F, limit: usize) -> Workspace<F> {
        Workspace {
            facts,
            nodes: RefCell::new(Tier::new(limit)),
            edges: RefCell::new(Tier::new(limit)),
            components: RefCell::new(Tier::new(limit)),
            far: HashMap::default(),
        }
    }

    pub(super) fn facts(&self) -> &F {
        &self.facts
    }

    /// Puts in an identifier that is not known yet.
    pub(super) fn add_node(&mut self, id: NodeId, node: Node) -> Result<(), F::Error> {
        *self.nodes.get_mut().change(id, || self.facts.node(id))? = Some(Arc::new(node));
        Ok(())
    }

    /// Changes an identifier that is known.
    pub(super) fn edit<R>(&mut self, id: NodeId, change: impl FnOnce(&mut Node) -> R) -> Result<Option<R>, F::Error> {
        let node = self.nodes.get_mut().change(id, || self.facts.node(id))?;
        Ok(node.as_mut().map(|node| change(Arc::make_mut(node))))
    }

    /// Changes an edge, or makes it; `change` is told whether it is new. `is_known_new` saves looking, where one end is new.
    pub(super) fn connect<R>(
        &mut self,
        (a, a_code): (NodeId, Code),
        (b, b_code): (NodeId, Code),
        link: Link,
        is_known_new: bool,
        change: impl FnOnce(&mut Edge, bool) -> R,
    ) -> Result<R, F::Error> {
        let load = || if is_known_new { Ok(None) } else { self.facts.edge(a, b, link) };
        let slot = self.edges.get_mut().change(edge_key(a, b, link), load)?;
        let is_new = slot.is_none();
        let edge = slot.get_or_insert_with(|| Edge { level: u8::MAX, seen: None, example: "".into() });
        let answer = change(edge, is_new);
        if is_new {
            let (a_code, b_code) = if link == Link::Alias { (ALIASES, ALIASES) } else { (a_code, b_code) };
            self.neighbour(a, b_code, b)?;
            self.neighbour(b, a_code, a)?;
        }
        Ok(answer)
    }

    fn neighbour(&mut self, id: NodeId, code: Code, other: NodeId) -> Result<(), F::Error> {
        let is_near = self.edit(id, |node| {
            node.has_more |= node.near.len() >= NEAR;
            if !node.has_more {
                node.near.push((code, other));
            }
            !node.has_more
        })?;
        if is_near == Some(false) {
            self.far.entry((id, code)).or_default().push(other);
        }
        Ok(())
    }

    /// Keeps the record of a component of several identifiers, or removes it.
    pub(super) fn set_component(&mut self, id: NodeId, component: Option<Component>) {
        self.components.get_mut().put(id, component);
    }

    /// All changes since the last call.
    pub(super) fn take_written(&mut self) -> Written {
        let far = std::mem::take(&mut self.far).into_iter();
        Written {
            nodes: self.nodes.get_mut().take_changed(|id, node| Some((id, Arc::clone(node?)))).into_iter().flatten().collect(),
            edges: self
                .edges
                .get_mut()
                .take_changed(|(a, b, link), edge| Some((a, b, link, edge?.clone())))
                .into_iter()
                .flatten()
                .collect(),
            far: far.flat_map(|((id, code), others)| others.into_iter().map(move |other| (id, code, other))).collect(),
            components: self.components.get_mut().take_changed(|id, component| (id, component.cloned())),
        }
    }
}

impl<F: Facts> Facts for Workspace<F> {
    type Error = F::Error;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>, F::Error> {
        self.nodes.borrow_mut().get(id, || self.facts.node(id)).map(|node| node.clone())
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>, F::Error> {
        self.edges.borrow_mut().get(edge_key(a, b, link), || self.facts.edge(a, b, link)).map(|edge| edge.clone())
    }

    fn evidence(&self, a: NodeId, b: NodeId) -> Result<Option<u8>, F::Error> {
        let mut edges = self.edges.borrow_mut();
        let edge = edges.get(edge_key(a, b, Link::Together), || self.facts.edge(a, b, Link::Together))?;
        Ok(edge.as_ref().filter(|edge| edge.seen.is_some()).map(|edge| edge.level))
    }

    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>, F::Error> {
        let mut far = self.facts.far(node, code, limit)?;
        if let Some(added) = self.far.get(&(node, code)) {
            far.extend(added.iter().take(limit.saturating_sub(far.len())));
        }
        Ok(far)
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>, F::Error> {
        self.components.borrow_mut().get(id, || self.facts.component(id)).map(|component| component.clone())
    }
}

pub(super) fn edge_key(a: NodeId, b: NodeId, link: Link) -> EdgeKey {
    (a.min(b), a.max(b), link)
}
