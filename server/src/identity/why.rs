//! Why two identifiers are one person, or what keeps them apart.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use super::evidence::{EdgeState, Evidence};
use super::node::{Facts, Mode, Node, NodeId};
use super::view::View;
use super::words::{name, name_kind, plural, sentence};

/// Identifiers that a search for a path looks at, at most.
const EXAMINED: usize = 5_000;

/// Neighbours of one type that it follows, at most.
const FOLLOWED: usize = 1_000;

/// The answer.
#[derive(Debug)]
pub struct Why {
    /// Whether they are one person.
    pub is_together: bool,
    /// What leads from one to the other; empty where they are apart.
    pub path: Vec<Evidence>,
    /// What keeps them apart; empty where they are one.
    pub barriers: Vec<Barrier>,
    /// The same for a person.
    pub explanation: String,
}

/// Something that keeps two identifiers apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barrier {
    /// What it is.
    pub rule: BarrierRule,
    /// Where: the identifiers concerned.
    pub at: Vec<NodeId>,
    /// The same for a person.
    pub explanation: String,
}

/// What keeps identifiers apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarrierRule {
    /// Too many neighbours (rule R2).
    Limit,
    /// Conflicting keys, or a tie between them (rule R5).
    Conflict,
    /// The same in a large component (rule R6).
    LargeConflict,
    /// A person says so.
    Sever,
    /// A person says that an identifier identifies nobody.
    Block,
    /// Nothing links them.
    Unconnected,
}

impl<F: Facts> View<'_, F> {
    /// Why two identifiers are one person, or what keeps them apart.
    pub fn why(&self, a: NodeId, b: NodeId) -> Result<Why, F::Error> {
        let (Some(from), Some(to)) = (self.facts.node(a)?, self.facts.node(b)?) else {
            return Ok(apart(Vec::new(), "At least one of the two has never been seen.".to_owned()));
        };
        let (one, other) = (name(&from.identifier), name(&to.identifier));
        let (first, second) = (self.representative(a)?, self.representative(b)?);
        if first.is_some() && first == second {
            let path = self.path(a, b, true)?.unwrap_or_default();
            let explanation = match path.len() {
                0 if a == b => format!("{one} is one and the same identifier."),
                0 => format!("{one} and {other} are one person; the way from one to the other is too long to show."),
                1 => format!("{one} and {other} are one person: they were seen together."),
                steps => format!("{one} and {other} are one person: {steps} pieces of evidence lead from one to the other."),
            };
            return Ok(Why { is_together: true, path, barriers: Vec::new(), explanation: sentence(&explanation) });
        }
        let mut barriers = Vec::new();
        for (id, label) in [(a, &one), (b, &other)] {
            if self.decisions.is_blocked(id) {
                barriers.push(Barrier {
                    rule: BarrierRule::Block,
                    at: vec![id],
                    explanation: format!("Somebody decided that {label} identifies nobody."),
                });
            }
        }
        if self.decisions.is_severed(a, b) {
            barriers.push(Barrier {
                rule: BarrierRule::Sever,
                at: vec![a, b],
                explanation: format!("Somebody decided that {one} and {other} are two people."),
            });
        }
        if let Some(path) = self.path(a, b, false)? {
            for evidence in &path {
                if let Some(barrier) = self.barrier(evidence)?
                    && !barriers.contains(&barrier)
                {
                    barriers.push(barrier);
                }
            }
        }
        let explanation = sentence(&format!("{one} and {other} are two people, as far as is known."));
        if barriers.is_empty() {
            return Ok(apart(vec![a, b], format!("{explanation} Nothing that was seen links them.")));
        }
        Ok(Why { is_together: false, path: Vec::new(), barriers, explanation })
    }

    /// The shortest way from one identifier to another, by the strongest evidence; `inside` one customer, or over whatever parts them.
    fn path(&self, a: NodeId, b: NodeId, inside: bool) -> Result<Option<Vec<Evidence>>, F::Error> {
        let mut costs = BTreeMap::from([(a, 0_u32)]);
        let mut came_by: BTreeMap<NodeId, Evidence> = BTreeMap::new();
        let mut waiting = BinaryHeap::from([Reverse((0_u32, a))]);
        let mut examined = 0;
        while let Some(Reverse((cost, id))) = waiting.pop() {
            if id == b {
                return Ok(Some(walk_back(a, b, &mut came_by)));
            }
            if costs.get(&id).is_some_and(|known| *known < cost) {
                continue;
            }
            examined += 1;
            if examined > EXAMINED {
                break;
            }
            let Some(node) = self.facts.node(id)? else { continue };
            for evidence in self.around(id, &node, FOLLOWED)? {
                let step = match evidence.state {
                    EdgeState::Joins => 10 + u32::from(evidence.edge.level),
                    _ if inside => continue,
                    EdgeState::Cut => 1_000,
                    _ => 3_000,
                };
                let (other, cost) = (evidence.b.0, cost + step);
                if costs.get(&other).is_none_or(|known| cost < *known) {
                    costs.insert(other, cost);
                    came_by.insert(other, evidence);
                    waiting.push(Reverse((cost, other)));
                }
            }
        }
        Ok(None)
    }

    /// What keeps the ends of an edge apart; `None` where they are one person.
    pub fn barrier(&self, evidence: &Evidence) -> Result<Option<Barrier>, F::Error> {
        let ((a, from), (b, to)) = (&evidence.a, &evidence.b);
        let (one, other) = (name(&from.identifier), name(&to.identifier));
        let (rule, at, explanation) = match &evidence.state {
            EdgeState::Joins => return Ok(None),
            EdgeState::OverLimit(over) => {
                let who = if over.id == *a { from } else { to };
                let kind = self.kind_of(over.id, over.code)?;
                let explanation = format!(
                    "{} was seen with {} {}: more than {} say that it is shared, so it is not used to recognise anybody by them.",
                    name(&who.identifier),
                    over.neighbours,
                    plural(&kind),
                    over.limit
                );
                (BarrierRule::Limit, vec![over.id], explanation)
            }
            EdgeState::Severed if self.decisions.is_severed(*a, *b) => {
                (BarrierRule::Sever, vec![*a, *b], format!("Somebody decided that {one} and {other} are two people."))
            }
            EdgeState::Severed => {
                let explanation = format!("{one} and {other} were only seen together on events that somebody declared to be mistaken.");
                (BarrierRule::Sever, self.severed_with([*a, *b]).unwrap_or_else(|| vec![*a, *b]), explanation)
            }
            EdgeState::Blocked(id) => {
                let who = if id == a { one } else { other };
                (BarrierRule::Block, vec![*id], format!("Somebody decided that {who} identifies nobody."))
            }
            EdgeState::Cut => {
                let is_large = self.component_of(*a, from)?.mode(self.rules) == Mode::Large;
                let rule = if is_large { BarrierRule::LargeConflict } else { BarrierRule::Conflict };
                (rule, vec![*a, *b], self.conflict((*a, from), (*b, to))?)
            }
        };
        Ok(Some(Barrier { rule, at, explanation: sentence(&explanation) }))
    }

    /// The decision that makes void what was seen of one of these: its two ends.
    fn severed_with(&self, ends: [NodeId; 2]) -> Option<Vec<NodeId>> {
        let severed = self.decisions.iter().filter(|decision| decision.is_active && decision.kind == super::DecisionKind::Sever);
        severed
            .filter_map(|decision| Some([NodeId::of(&decision.a.identifier()), NodeId::of(&decision.b.as_ref()?.identifier())]))
            .find(|pair| pair.iter().any(|id| ends.contains(id)))
            .map(Vec::from)
    }

    /// In words, why an edge that survives does not join its ends.
    fn conflict(&self, (a, from): (NodeId, &Arc<Node>), (b, to): (NodeId, &Arc<Node>)) -> Result<String, F::Error> {
        let (one, other) = (name(&from.identifier), name(&to.identifier));
        let (mine, theirs) = (self.members(a)?, self.members(b)?);
        for key in self.rules.keys() {
            let of = |members: &[super::view::Found]| members.iter().find(|(_, node)| node.code == key).map(|(_, node)| Arc::clone(node));
            if let (Some(first), Some(second)) = (of(&mine), of(&theirs)) {
                return Ok(format!(
                    "{one} and {other} were seen together, but one belongs to {} and the other to {}, and a person has one {}.",
                    name(&first.identifier),
                    name(&second.identifier),
                    name_kind(first.identifier.kind())
                ));
            }
        }
        let has_key = |members: &[super::view::Found]| members.iter().any(|(_, node)| self.rules.key(node.code).is_some());
        let loose = if has_key(&mine) { other } else { one };
        Ok(format!("{loose} is as near to one customer as to another, so it belongs to neither of them."))
    }

    /// The name of the type of an identifier's neighbours.
    fn kind_of(&self, id: NodeId, code: super::rules::Code) -> Result<String, F::Error> {
        let Some(node) = self.facts.node(id)? else { return Ok("identifier".to_owned()) };
        let neighbour = self.facts.neighbours(id, &node, code, 1)?.into_iter().next();
        let node = neighbour.map(|other| self.facts.node(other)).transpose()?.flatten();
        Ok(node.map_or_else(|| "identifier".to_owned(), |node| node.identifier.kind().to_owned()))
    }
}

fn apart(at: Vec<NodeId>, explanation: String) -> Why {
    let barrier = Barrier { rule: BarrierRule::Unconnected, at, explanation: "Nothing that was seen links them.".to_owned() };
    Why { is_together: false, path: Vec::new(), barriers: vec![barrier], explanation }
}

fn walk_back(a: NodeId, b: NodeId, came_by: &mut BTreeMap<NodeId, Evidence>) -> Vec<Evidence> {
    let mut path = Vec::new();
    let mut at = b;
    while at != a {
        // Each was reached from one that is nearer to the start.
        let Some(evidence) = came_by.remove(&at) else { break };
        at = evidence.a.0;
        path.push(evidence);
    }
    path.reverse();
    path
}
