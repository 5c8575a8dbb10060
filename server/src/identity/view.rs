//! Which evidence counts, and who is one customer: read from the records, never changing them.

use std::sync::Arc;

use super::decisions::Decisions;
use super::node::{ALIASES, Component, Facts, Link, Mode, Node, NodeId};
use super::rules::{Code, Rules};

/// The records, with the rules and decisions to read them by.
#[derive(Debug)]
pub struct View<'a, F> {
    /// The records.
    pub facts: &'a F,
    /// The rules.
    pub rules: &'a Rules,
    /// What people have decided.
    pub decisions: &'a Decisions,
}

/// An identifier with its number.
pub type Found = (NodeId, Arc<Node>);

impl<F: Facts> View<'_, F> {
    /// Whether an identifier may have neighbours at all: nobody has blocked it and it identifies somebody (rule R2).
    pub fn identifies(&self, (id, node): (NodeId, &Node)) -> bool {
        !node.is_dead(self.rules) && !self.decisions.is_blocked(id)
    }

    /// Whether what was seen of two neighbours joins them, that each [identifies](View::identifies) given.
    fn joins(&self, (a, from): (NodeId, &Node), (b, to): (NodeId, &Node)) -> Result<bool, F::Error> {
        let is_over = from.is_over(to.code, self.rules) || to.is_over(from.code, self.rules);
        Ok(!is_over && self.facts.evidence(a, b)?.is_some())
    }

    /// Whether an edge survives (rule R2, and what people have decided).
    pub fn is_live(&self, a: (NodeId, &Node), b: (NodeId, &Node)) -> Result<bool, F::Error> {
        Ok(self.identifies(a) && self.identifies(b) && self.joins(a, b)?)
    }

    /// Whether an alias holds: an event has declared it, or a person has, and no person has undone it.
    pub fn is_alias(&self, a: NodeId, b: NodeId) -> Result<bool, F::Error> {
        if self.decisions.is_blocked(a) || self.decisions.is_blocked(b) || self.decisions.is_severed(a, b) {
            return Ok(false);
        }
        match self.decisions.alias(a, b) {
            Some(holds) => Ok(holds),
            None => Ok(self.facts.edge(a, b, Link::Alias)?.is_some_and(|edge| edge.seen.is_some())),
        }
    }

    /// Up to `limit` neighbours of a type by surviving edges.
    pub fn live_of(&self, id: NodeId, node: &Node, code: Code, limit: usize) -> Result<Vec<Found>, F::Error> {
        if !self.identifies((id, node)) || node.is_over(code, self.rules) {
            return Ok(Vec::new());
        }
        // Nearly all edges survive: a few more than asked for are nearly always enough.
        let mut read = limit.saturating_add(8);
        loop {
            let neighbours = self.facts.neighbours(id, node, code, read)?;
            let count = neighbours.len();
            let mut live = Vec::new();
            for other in neighbours {
                let Some(found) = self.facts.node(other)? else { continue };
                if self.identifies((other, &found)) && self.joins((id, node), (other, &found))? {
                    live.push((other, found));
                    if live.len() == limit {
                        return Ok(live);
                    }
                }
            }
            if count < read {
                return Ok(live);
            }
            read = read.saturating_mul(16);
        }
    }

    /// All neighbours by surviving edges.
    pub fn live(&self, id: NodeId, node: &Node) -> Result<Vec<Found>, F::Error> {
        let mut all = Vec::new();
        for (code, _) in &node.degrees {
            all.append(&mut self.live_of(id, node, *code, usize::MAX)?);
        }
        Ok(all)
    }

    /// All neighbours by aliases that hold.
    pub fn aliases(&self, id: NodeId, node: &Node) -> Result<Vec<Found>, F::Error> {
        let mut all = Vec::new();
        if self.rules.key(node.code).is_none() {
            return Ok(all);
        }
        for other in self.facts.neighbours(id, node, ALIASES, usize::MAX)? {
            if let Some(found) = self.facts.node(other)?
                && self.is_alias(id, other)?
            {
                all.push((other, found));
            }
        }
        Ok(all)
    }

    /// The component that an identifier is in.
    pub fn component_of(&self, id: NodeId, node: &Node) -> Result<Component, F::Error> {
        // One that is alone has no record to look for.
        let known = if node.next == id { None } else { self.facts.component(node.component)? };
        Ok(known.unwrap_or_else(|| Component::alone(id, node, self.rules)))
    }

    /// The strongest identifier of the customer that this one belongs to; `None` where none of theirs was shown.
    pub fn representative(&self, id: NodeId) -> Result<Option<NodeId>, F::Error> {
        let Some(node) = self.facts.node(id)? else { return Ok(None) };
        let component = self.component_of(id, &node)?;
        match component.mode(self.rules) {
            Mode::Whole => Ok(component.least),
            Mode::Solved => Ok(node.part),
            Mode::Large => self.large_representative(id),
        }
    }

    /// The identifiers of the customer that this one belongs to, also those that were not shown, in no particular order.
    pub fn members(&self, id: NodeId) -> Result<Vec<Found>, F::Error> {
        let Some(node) = self.facts.node(id)? else { return Ok(Vec::new()) };
        match self.component_of(id, &node)?.mode(self.rules) {
            Mode::Whole => self.ring(id),
            Mode::Solved => {
                let mut members = self.ring(id)?;
                members.retain(|(_, member)| member.part == node.part);
                Ok(members)
            }
            Mode::Large => self.large_members(id),
        }
    }

    /// The identifiers of the component that this one is in.
    pub fn ring(&self, id: NodeId) -> Result<Vec<Found>, F::Error> {
        self.walk(id, |node| node.next)
    }

    /// The identifiers of the alias class that this one is in.
    pub fn class(&self, id: NodeId) -> Result<Vec<Found>, F::Error> {
        self.walk(id, |node| node.class_next)
    }

    /// The lesser of two identifiers, of those that were shown.
    pub fn lesser(&self, a: Option<NodeId>, b: Option<NodeId>) -> Result<Option<NodeId>, F::Error> {
        let (Some(first), Some(second)) = (a, b) else { return Ok(a.or(b)) };
        let (Some(one), Some(other)) = (self.facts.node(first)?, self.facts.node(second)?) else { return Ok(a) };
        Ok(if self.rules.order(&one.identifier, &other.identifier).is_le() { a } else { b })
    }

    /// The least of those that were shown.
    pub fn least<'b>(&self, members: impl IntoIterator<Item = &'b Found>) -> Option<NodeId> {
        let shown = members.into_iter().filter(|(_, node)| node.is_shown());
        shown.min_by(|(_, a), (_, b)| self.rules.order(&a.identifier, &b.identifier)).map(|(id, _)| *id)
    }

    fn walk(&self, start: NodeId, next: impl Fn(&Node) -> NodeId) -> Result<Vec<Found>, F::Error> {
        let mut found = Vec::new();
        let mut id = start;
        while let Some(node) = self.facts.node(id)? {
            let after = next(&node);
            found.push((id, node));
            if after == start {
                break;
            }
            id = after;
        }
        Ok(found)
    }
}
