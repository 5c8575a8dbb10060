//! The records that the engine works on: those of the store, with changes that are not written yet.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use super::tier::{Mix, Tier};
use crate::identity::node::{ALIASES, Component, Edge, End, Facts, Link, Node, NodeId};
use crate::identity::rules::Code;

type EdgeKey = (NodeId, NodeId, Link);

/// Everything that has changed, to be written at once.
#[derive(Debug, Default, Clone)]
pub struct Written {
    /// Identifiers, whole.
    pub nodes: Vec<(NodeId, Arc<Node>)>,
    /// Edges, whole.
    pub edges: Vec<WrittenEdge>,
    /// Components; `None` where one is gone.
    pub components: Vec<(NodeId, Option<Component>)>,
}

/// An edge to be written.
#[derive(Debug, Clone)]
pub struct WrittenEdge {
    /// One end.
    pub a: NodeId,
    /// The other end; greater than `a`.
    pub b: NodeId,
    /// The type of `a`.
    pub a_code: Code,
    /// The type of `b`.
    pub b_code: Code,
    /// How they are linked.
    pub link: Link,
    /// Whether it was not there before.
    pub is_new: bool,
    /// The edge.
    pub edge: Edge,
}

/// An edge, and whether the store does not have it yet.
#[derive(Debug)]
struct Kept {
    edge: Edge,
    is_new: bool,
}

impl Kept {
    fn known(edge: Option<Edge>) -> Option<Kept> {
        edge.map(|edge| Kept { edge, is_new: false })
    }
}

#[derive(Debug)]
pub(super) struct Workspace<F> {
    facts: F,
    nodes: RefCell<Tier<NodeId, Arc<Node>>>,
    edges: RefCell<Tier<EdgeKey, Kept>>,
    components: RefCell<Tier<NodeId, Component>>,
    /// Neighbours that are not written yet.
    added: HashMap<(NodeId, Code), Vec<NodeId>, BuildHasherDefault<Mix>>,
}

impl<F: Facts> Workspace<F> {
    /// On top of a store; keeps about `limit` records of each sort when they are written.
    pub(super) fn new(facts: F, limit: usize) -> Workspace<F> {
        Workspace {
            facts,
            nodes: RefCell::new(Tier::new(limit)),
            edges: RefCell::new(Tier::new(limit)),
            components: RefCell::new(Tier::new(limit)),
            added: HashMap::default(),
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

    /// Changes an edge, or makes it; `change` is told whether it is new.
    pub(super) fn connect<R>(
        &mut self,
        (a, a_code): End,
        (b, b_code): End,
        link: Link,
        change: impl FnOnce(&mut Edge, bool) -> R,
    ) -> Result<R, F::Error> {
        let key = edge_key(a, b, link);
        let slot = self.edges.get_mut().change(key, || self.facts.edge((a, a_code), (b, b_code), link).map(Kept::known))?;
        let is_new = slot.is_none();
        let kept = slot.get_or_insert_with(|| Kept { edge: Edge { level: u8::MAX, seen: None, example: "".into() }, is_new: true });
        let answer = change(&mut kept.edge, is_new);
        if is_new {
            let (a_code, b_code) = if link == Link::Alias { (ALIASES, ALIASES) } else { (a_code, b_code) };
            self.added.entry((a, b_code)).or_default().push(b);
            self.added.entry((b, a_code)).or_default().push(a);
        }
        Ok(answer)
    }

    pub(super) fn set_component(&mut self, id: NodeId, component: Option<Component>) -> Result<(), F::Error> {
        // One of a single identifier has no record.
        let component = component.filter(|component| component.size > 1);
        let is_same = *self.components.get_mut().get(id, || self.facts.component(id))? == component;
        if !is_same {
            *self.components.get_mut().change(id, || self.facts.component(id))? = component;
        }
        Ok(())
    }

    /// All changes since the last call.
    pub(super) fn take_written(&mut self) -> Result<Written, F::Error> {
        let nodes = self.nodes.get_mut().take_changed(|id, node| Some((id, Arc::clone(node?)))).into_iter().flatten().collect();
        let components = self.components.get_mut().take_changed(|id, component| (id, component.map(|component| component.clone())));
        let changed = self.edges.get_mut().take_changed(|key, kept| {
            let kept = kept?;
            Some((key, kept.edge.clone(), std::mem::take(&mut kept.is_new)))
        });
        let mut edges = Vec::with_capacity(changed.len());
        for ((a, b, link), edge, is_new) in changed.into_iter().flatten() {
            let (Some(from), Some(to)) = (self.node(a)?, self.node(b)?) else { continue };
            edges.push(WrittenEdge { a, b, a_code: from.code, b_code: to.code, link, is_new, edge });
        }
        self.added.clear();
        Ok(Written { nodes, edges, components })
    }
}

impl<F: Facts> Facts for Workspace<F> {
    type Error = F::Error;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>, F::Error> {
        self.nodes.borrow_mut().get(id, || self.facts.node(id)).map(|node| node.clone())
    }

    fn edge(&self, a: End, b: End, link: Link) -> Result<Option<Edge>, F::Error> {
        let mut edges = self.edges.borrow_mut();
        let kept = edges.get(edge_key(a.0, b.0, link), || self.facts.edge(a, b, link).map(Kept::known))?;
        Ok(kept.as_ref().map(|kept| kept.edge.clone()))
    }

    fn evidence(&self, a: End, b: End) -> Result<Option<u8>, F::Error> {
        let mut edges = self.edges.borrow_mut();
        let kept = edges.get(edge_key(a.0, b.0, Link::Together), || self.facts.edge(a, b, Link::Together).map(Kept::known))?;
        Ok(kept.as_ref().filter(|kept| kept.edge.seen.is_some()).map(|kept| kept.edge.level))
    }

    fn neighbours(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>, F::Error> {
        let mut neighbours = self.facts.neighbours(node, code, limit)?;
        if let Some(added) = self.added.get(&(node, code)) {
            neighbours.extend(added.iter().take(limit.saturating_sub(neighbours.len())));
        }
        Ok(neighbours)
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>, F::Error> {
        self.components.borrow_mut().get(id, || self.facts.component(id)).map(|component| component.clone())
    }
}

pub(super) fn edge_key(a: NodeId, b: NodeId, link: Link) -> EdgeKey {
    (a.min(b), a.max(b), link)
}
