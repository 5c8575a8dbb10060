//! Takes in what one event says (rules R1, R2 and R3).

use super::Engine;
use crate::identity::node::{Facts, Link, Node, NodeId};
use crate::identity::observation::{Alias, Observation};
use crate::identity::rules::Code;
use crate::identity::seen::Seen;

/// An identifier of the event at hand.
#[derive(Clone, Copy)]
struct End {
    id: NodeId,
    code: Code,
    is_void: bool,
    is_new: bool,
}

/// What the evidence of two identifiers has become.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Evidence {
    /// There is some where there was none.
    New,
    /// It is stronger than before.
    Stronger,
    /// No more than before.
    Known,
}

/// What one observation changes.
#[derive(Default)]
struct Effects {
    evidence: Vec<(End, End, Evidence)>,
    /// Those who have come to have too many neighbours.
    crossed: Vec<NodeId>,
}

impl<F: Facts> Engine<F> {
    /// Takes in what the event at a position of the log says. It shows in answers after the next [`settle`](Engine::settle).
    pub fn observe(&mut self, at: u64, observation: &Observation) -> Result<(), F::Error> {
        let ids: Vec<NodeId> = observation.identifiers.iter().map(NodeId::of).collect();
        self.observe_as(at, observation, &ids)
    }

    /// The same, where the numbers of the observation's identifiers are known.
    pub fn observe_as(&mut self, at: u64, observation: &Observation, ids: &[NodeId]) -> Result<(), F::Error> {
        let judgement = self.decisions.judge(ids);
        self.before_large(ids)?;
        let mut ends = Vec::with_capacity(ids.len());
        for (place, (&id, identifier)) in ids.iter().zip(&observation.identifiers).enumerate() {
            let is_void = judgement.is_void(place);
            let is_new = self.ensure(at, id, identifier)?;
            let (code, was_shown) = self.sight(id, observation, is_void, place == 0 && !judgement.is_set_aside)?;
            if !was_shown && !is_void {
                self.show(id)?;
            }
            ends.push(End { id, code, is_void, is_new });
        }
        let mut effects = Effects::default();
        for (place, &a) in ends.iter().enumerate() {
            for &b in &ends[place + 1..] {
                self.connect(a, b, observation, &mut effects)?;
            }
        }
        if let Some(alias) = observation.alias.as_ref().filter(|_| !judgement.is_set_aside) {
            self.alias(at, alias, observation, &ends, &mut effects)?;
        }
        self.follow_up(&effects)
    }

    /// Adds an identifier where it is not known yet; whether it was not.
    pub(super) fn ensure(&mut self, at: u64, id: NodeId, identifier: &nora_shared::Identifier) -> Result<bool, F::Error> {
        if self.work.node(id)?.is_some() {
            return Ok(false);
        }
        self.work.add_node(id, Node::new(id, identifier, &self.rules, at))?;
        Ok(true)
    }

    /// Notes that an event carried an identifier; its type, and whether it was shown before.
    fn sight(&mut self, id: NodeId, observation: &Observation, is_void: bool, is_anchor: bool) -> Result<(Code, bool), F::Error> {
        let Observation { at, source, .. } = observation;
        let sight = |node: &mut Node| {
            let was_shown = node.is_shown();
            if !is_void {
                Seen::note(&mut node.seen, *at, *source);
                node.is_anchor |= is_anchor;
            }
            (node.code, was_shown)
        };
        // It is known since `ensure`.
        Ok(self.work.edit(id, sight)?.unwrap_or((Code(0), true)))
    }

    fn connect(&mut self, a: End, b: End, observation: &Observation, effects: &mut Effects) -> Result<(), F::Error> {
        let level = self.rules.level(a.code, b.code, observation.verified);
        let is_void = a.is_void || b.is_void;
        let (evidence, is_new) =
            self.work.connect((a.id, a.code), (b.id, b.code), Link::Together, a.is_new || b.is_new, |edge, is_new| {
                if is_void {
                    return (Evidence::Known, is_new);
                }
                let evidence = match edge.seen {
                    None => Evidence::New,
                    Some(_) if level < edge.level => Evidence::Stronger,
                    Some(_) => Evidence::Known,
                };
                Seen::note(&mut edge.seen, observation.at, observation.source);
                if evidence == Evidence::New || *observation.message_id < *edge.example {
                    edge.example = observation.message_id.as_str().into();
                }
                edge.level = if evidence == Evidence::New { level } else { level.min(edge.level) };
                (evidence, is_new)
            })?;
        match evidence {
            Evidence::New => {
                for (one, other) in [(a, b), (b, a)] {
                    if self.count(one.id, other.id, other.code, 1)? {
                        effects.crossed.push(one.id);
                    }
                }
            }
            // The type is listed, so that all neighbours are found.
            Evidence::Known if is_new => {
                self.work.edit(a.id, |node| *node.degree_mut(b.code) += 0)?;
                self.work.edit(b.id, |node| *node.degree_mut(a.code) += 0)?;
                return Ok(());
            }
            Evidence::Known => return Ok(()),
            Evidence::Stronger => {}
        }
        effects.evidence.push((a, b, evidence));
        Ok(())
    }

    /// Counts a neighbour, or no longer; whether that crosses a limit in either direction.
    pub(super) fn count(&mut self, id: NodeId, other: NodeId, code: Code, change: i8) -> Result<bool, F::Error> {
        let counts = !self.decisions.is_blocked(id) && !self.decisions.is_blocked(other);
        let rules = std::sync::Arc::clone(&self.rules);
        let count = |node: &mut Node| {
            let was_over = node.is_over(code, &rules);
            let degree = node.degree_mut(code);
            if counts {
                *degree = degree.saturating_add_signed(i32::from(change));
            }
            node.is_over(code, &rules) != was_over
        };
        Ok(self.work.edit(id, count)?.unwrap_or(false))
    }

    fn alias(&mut self, at: u64, alias: &Alias, observation: &Observation, ends: &[End], effects: &mut Effects) -> Result<(), F::Error> {
        let Alias { user, previous_user, previous_anonymous } = alias;
        let end = |engine: &mut Self, identifier| {
            let id = NodeId::of(identifier);
            let is_new = engine.ensure(at, id, identifier)?;
            Ok(End { id, code: engine.rules.code(identifier.kind()), is_void: false, is_new })
        };
        let (a, b) = (end(self, user)?, end(self, previous_user)?);
        let anonymous = end(self, previous_anonymous)?;
        let is_new_evidence = a.id != b.id && {
            let is_new = self.work.connect((a.id, a.code), (b.id, b.code), Link::Alias, false, |edge, _| {
                let is_new = edge.seen.is_none();
                Seen::note(&mut edge.seen, observation.at, observation.source);
                if is_new || *observation.message_id < *edge.example {
                    edge.example = observation.message_id.as_str().into();
                }
                edge.level = 0;
                is_new
            })?;
            is_new && self.view().is_alias(a.id, b.id)?
        };
        if is_new_evidence {
            self.unite(a.id, b.id)?;
        }
        // An alias from the anonymous id that the event carries as well is one sighting of the pair, not two.
        let carries = |id: NodeId| ends.iter().any(|end| end.id == id);
        if !(carries(a.id) && carries(anonymous.id)) {
            self.connect(a, anonymous, observation, effects)?;
        }
        Ok(())
    }

    fn follow_up(&mut self, effects: &Effects) -> Result<(), F::Error> {
        for id in &effects.crossed {
            self.rebuild(&[*id])?;
        }
        if let [(a, b, Evidence::New)] = effects.evidence[..]
            && effects.crossed.is_empty()
            && a.is_new != b.is_new
        {
            let (new, known) = if a.is_new { (a, b) } else { (b, a) };
            if self.hang(new.id, known.id)? {
                return Ok(());
            }
        }
        for (a, b, _) in &effects.evidence {
            let (Some(from), Some(to)) = (self.work.node(a.id)?, self.work.node(b.id)?) else { continue };
            if !self.view().is_live((a.id, &from), (b.id, &to))? {
                continue;
            }
            let (one, other) = (from.component, to.component);
            drop((from, to));
            if one != other {
                self.join(a.id, b.id)?;
            } else {
                self.unsettle(one)?;
            }
        }
        Ok(())
    }
}
