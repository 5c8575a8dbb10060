//! Takes in what people decide, and facts that were derived again without what no longer counts.

use std::collections::BTreeSet;

use nora_shared::Identifier;

use super::Engine;
use crate::identity::decisions::{Decision, DecisionKind};
use crate::identity::node::{ALIASES, Edge, Facts, Link, NodeId};
use crate::identity::rederive::Rederived;
use crate::identity::seen::Seen;

/// All that is to be known of one identifier, derived again from the observations that still count.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// Which one.
    pub id: NodeId,
    /// When events carried it.
    pub seen: Option<Seen>,
    /// Whether events are recorded under it.
    pub is_anchor: bool,
}

impl<F: Facts> Engine<F> {
    /// Takes in a decision, made at a position of the log. After one that severs, or undoes that, the facts of what both identifiers were seen
    /// with are to be derived again, and [corrected](Engine::correct).
    pub fn decide(&mut self, at: u64, decision: Decision) -> Result<(), F::Error> {
        let a = decision.a.identifier();
        let b = decision.b.as_ref().map(|b| b.identifier());
        let ids = self.known(at, [Some(&a), b.as_ref()])?;
        match (decision.kind, &ids[..]) {
            (DecisionKind::Block, [id]) => self.block(*id, decision),
            (DecisionKind::Alias, [a, b]) => {
                // The link is listed, so that it is found; what it is worth is for the decision to say.
                let ends = [*a, *b].map(|id| (id, ALIASES));
                self.work.connect(ends[0], ends[1], Link::Alias, false, |edge, _| edge.level = 0)?;
                self.declare(*a, *b, decision)
            }
            (DecisionKind::Sever, [a, b]) => self.declare(*a, *b, decision),
            _ => Ok(()),
        }
    }

    /// Replaces what is known of identifiers, and of what links them, by what was derived again.
    pub fn correct(&mut self, Rederived { nodes, edges }: &Rederived) -> Result<(), F::Error> {
        let mut touched = BTreeSet::new();
        let mut aliased = BTreeSet::new();
        for Corrected { id, seen, .. } in nodes {
            if self.work.node(*id)?.is_some_and(|node| node.is_shown() != seen.is_some()) {
                touched.insert(*id);
            }
        }
        for (a, b, link, edge) in edges {
            let before = self.work.edge(*a, *b, *link)?.filter(|edge| edge.seen.is_some()).map(|edge| edge.level);
            if before != edge.as_ref().map(|edge| edge.level) {
                touched.extend([*a, *b]);
                if *link == Link::Alias {
                    aliased.extend([*a, *b]);
                }
            }
        }
        let torn = self.tear(&touched.into_iter().collect::<Vec<_>>())?;
        for (a, b, link, edge) in edges {
            self.replace(*a, *b, *link, edge.clone())?;
        }
        for Corrected { id, seen, is_anchor } in nodes {
            let Some(was_shown) = self.work.node(*id)?.map(|node| node.is_shown()) else { continue };
            self.totals.identifiers = self.totals.identifiers + u64::from(seen.is_some()) - u64::from(was_shown);
            self.work.edit(*id, |node| {
                node.seen.clone_from(seen);
                node.is_anchor = *is_anchor;
            })?;
        }
        self.reclass(&aliased.into_iter().collect::<Vec<_>>())?;
        self.mend(torn).map(drop)
    }

    fn replace(&mut self, a: NodeId, b: NodeId, link: Link, edge: Option<Edge>) -> Result<(), F::Error> {
        let (Some(from), Some(to)) = (self.work.node(a)?, self.work.node(b)?) else { return Ok(()) };
        let (a_code, b_code) = (from.code, to.code);
        drop((from, to));
        let has_evidence = edge.is_some();
        let (had_evidence, is_new) = self.work.connect((a, a_code), (b, b_code), link, false, |known, is_new| {
            let had_evidence = known.seen.is_some();
            *known = edge.unwrap_or(Edge { level: u8::MAX, seen: None, example: "".into() });
            (had_evidence, is_new)
        })?;
        let change = i8::from(has_evidence) - i8::from(had_evidence);
        if link == Link::Together && (change != 0 || is_new) {
            self.count(a, b, b_code, change)?;
            self.count(b, a, a_code, change)?;
        }
        Ok(())
    }

    /// Everything that an identifier is linked with, whatever the evidence is worth.
    pub fn linked(&self, id: NodeId) -> Result<Vec<(NodeId, Link)>, F::Error> {
        let Some(node) = self.work.node(id)? else { return Ok(Vec::new()) };
        let mut linked = Vec::new();
        for (code, _) in &node.degrees {
            linked.extend(self.work.neighbours(id, &node, *code, usize::MAX)?.into_iter().map(|other| (other, Link::Together)));
        }
        linked.extend(self.work.neighbours(id, &node, ALIASES, usize::MAX)?.into_iter().map(|other| (other, Link::Alias)));
        Ok(linked)
    }

    fn known<'a>(&mut self, at: u64, identifiers: impl IntoIterator<Item = Option<&'a Identifier>>) -> Result<Vec<NodeId>, F::Error> {
        let mut ids = Vec::new();
        for identifier in identifiers.into_iter().flatten() {
            let id = NodeId::of(identifier);
            self.ensure(at, id, identifier)?;
            ids.push(id);
        }
        Ok(ids)
    }

    /// Counts an identifier with its neighbours no longer, or again.
    fn block(&mut self, id: NodeId, decision: Decision) -> Result<(), F::Error> {
        let was_blocked = self.decisions.is_blocked(id);
        if was_blocked == decision.is_active {
            self.decisions.decide(decision);
            return Ok(());
        }
        let Some(node) = self.work.node(id)? else { return Ok(()) };
        let mut neighbours = Vec::new();
        for (code, _) in &node.degrees {
            for other in self.work.neighbours(id, &node, *code, usize::MAX)? {
                if self.work.evidence(id, other)?.is_some() {
                    neighbours.push((other, *code));
                }
            }
        }
        // Whom it has cut off from others by being one too many is in another component.
        let seeds: Vec<NodeId> = neighbours.iter().map(|(other, _)| *other).chain([id]).collect();
        let torn = self.tear(&seeds)?;
        let change = |engine: &mut Self, step: i8| -> Result<(), F::Error> {
            for (other, code) in &neighbours {
                engine.count(id, *other, *code, step)?;
                engine.count(*other, id, node.code, step)?;
            }
            Ok(())
        };
        // They are counted only while neither is blocked.
        if decision.is_active {
            change(self, -1)?;
            self.decisions.decide(decision);
        } else {
            self.decisions.decide(decision);
            change(self, 1)?;
        }
        self.reclass(&[id])?;
        self.mend(torn).map(drop)
    }

    /// Makes what is linked by an alias one person, or no longer.
    fn declare(&mut self, a: NodeId, b: NodeId, decision: Decision) -> Result<(), F::Error> {
        let torn = self.tear(&[a, b])?;
        self.decisions.decide(decision);
        self.reclass(&[a, b])?;
        self.mend(torn).map(drop)
    }

    /// Makes the alias classes of these identifiers anew.
    fn reclass(&mut self, seeds: &[NodeId]) -> Result<(), F::Error> {
        let mut waiting: Vec<NodeId> = Vec::new();
        for seed in seeds {
            waiting.extend(self.view().class(*seed)?.into_iter().map(|(id, _)| id));
            if let Some(node) = self.work.node(*seed)? {
                for (other, _) in self.view().aliases(*seed, &node)? {
                    waiting.extend(self.view().class(other)?.into_iter().map(|(id, _)| id));
                }
            }
        }
        let mut done = BTreeSet::new();
        for start in waiting {
            if !done.insert(start) {
                continue;
            }
            let mut class = vec![start];
            let mut place = 0;
            while let Some(&id) = class.get(place) {
                place += 1;
                let Some(node) = self.work.node(id)? else { continue };
                for (other, found) in self.view().aliases(id, &node)? {
                    if self.rules.key(found.code) == self.rules.key(node.code) && done.insert(other) {
                        class.push(other);
                    }
                }
            }
            for (place, id) in class.iter().enumerate() {
                let next = class[(place + 1) % class.len()];
                self.work.edit(*id, |node| (node.class, node.class_next) = (start, next))?;
            }
        }
        Ok(())
    }
}
