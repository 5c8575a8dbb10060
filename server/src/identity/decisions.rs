//! What people have decided about identifiers: facts beside the observations, each of which can be undone.

use std::collections::{BTreeMap, HashSet};

use nora_shared::Identifier;
use serde::{Deserialize, Serialize};

use super::node::NodeId;
use crate::time::Millis;

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Two identifiers are not of one person: an observation that carries both says nothing about the weaker.
    Sever,
    /// An identifier identifies nobody: all its edges are ignored.
    Block,
    /// Two values of a key type are one person; undone, they are not, whatever events declare.
    Alias,
}

/// One decision, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was decided.
    pub kind: DecisionKind,
    /// The stronger identifier, or the only one.
    pub a: Identity,
    /// The weaker identifier, except for a block.
    pub b: Option<Identity>,
    /// Whether it holds; `false` once it was undone.
    pub is_active: bool,
    /// For a sever: whether events that carry both are left out of every profile while it holds.
    #[serde(default)]
    pub set_aside: bool,
    /// Why, in words.
    #[serde(default)]
    pub note: String,
    /// Who decided.
    #[serde(default)]
    pub by: String,
    /// When.
    pub at: Millis,
}

/// An identifier as decisions keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The normalised value.
    pub value: String,
}

impl Identity {
    /// The identifier itself.
    pub fn identifier(&self) -> Identifier {
        Identifier::from_normalized(&*self.kind, &*self.value)
    }
}

impl From<&Identifier> for Identity {
    fn from(identifier: &Identifier) -> Identity {
        Identity { kind: identifier.kind().to_owned(), value: identifier.value().to_owned() }
    }
}

/// What a decision is about: a later one about the same replaces it.
type Subject = (DecisionKind, NodeId, NodeId);

/// All decisions: the last about each subject. People make them, so they are few, and kept in memory.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Decisions {
    by_subject: BTreeMap<Subject, Decision>,
    severed: HashSet<NodeId>,
}

impl Decisions {
    /// Takes in a decision; the last one about a subject holds.
    pub fn decide(&mut self, decision: Decision) {
        let subject = subject(&decision);
        self.by_subject.insert(subject, decision);
        self.severed = self
            .by_subject
            .iter()
            .filter(|((kind, ..), decision)| *kind == DecisionKind::Sever && decision.is_active)
            .flat_map(|((_, a, b), _)| [*a, *b])
            .collect();
    }

    /// Every decision.
    pub fn iter(&self) -> impl Iterator<Item = &Decision> {
        self.by_subject.values()
    }

    /// What was decided about two identifiers, or about one.
    pub fn get(&self, kind: DecisionKind, a: NodeId, b: Option<NodeId>) -> Option<&Decision> {
        self.by_subject.get(&ordered(kind, a, b.unwrap_or(a)))
    }

    /// Whether people say that an identifier identifies nobody.
    pub fn is_blocked(&self, id: NodeId) -> bool {
        !self.by_subject.is_empty() && self.is_active(DecisionKind::Block, id, id)
    }

    /// Whether people say that two identifiers are not of one person.
    pub fn is_severed(&self, a: NodeId, b: NodeId) -> bool {
        !self.severed.is_empty() && self.is_active(DecisionKind::Sever, a, b)
    }

    /// What people say of an alias: that it holds, that it does not, or nothing.
    pub fn alias(&self, a: NodeId, b: NodeId) -> Option<bool> {
        self.by_subject.get(&ordered(DecisionKind::Alias, a, b)).map(|decision| decision.is_active)
    }

    /// Whether no event is left out of profiles.
    pub fn sets_nothing_aside(&self) -> bool {
        !self.by_subject.values().any(|decision| decision.set_aside && decision.is_active)
    }

    /// What observations with these identifiers, the strongest first, are worth.
    pub fn judge(&self, ids: &[NodeId]) -> Judgement {
        let mut judgement = Judgement::default();
        if self.severed.is_empty() || ids.iter().filter(|id| self.severed.contains(id)).count() < 2 {
            return judgement;
        }
        for (place, &a) in ids.iter().enumerate() {
            for (weaker, &b) in ids.iter().enumerate().skip(place + 1) {
                if let Some(decision) = self.get(DecisionKind::Sever, a, Some(b)).filter(|decision| decision.is_active) {
                    judgement.void |= 1 << weaker;
                    judgement.is_set_aside |= decision.set_aside;
                }
            }
        }
        judgement
    }

    fn is_active(&self, kind: DecisionKind, a: NodeId, b: NodeId) -> bool {
        self.by_subject.get(&ordered(kind, a, b)).is_some_and(|decision| decision.is_active)
    }
}

/// What an observation is worth.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// The places of identifiers about which it says nothing, as bits.
    void: u32,
    /// Whether it says nothing at all, and its event is left out of every profile.
    pub is_set_aside: bool,
}

impl Judgement {
    /// Whether it says nothing about the identifier at this place.
    pub fn is_void(self, place: usize) -> bool {
        self.is_set_aside || self.void & (1 << place) != 0
    }
}

fn subject(decision: &Decision) -> Subject {
    let a = NodeId::of(&decision.a.identifier());
    ordered(decision.kind, a, decision.b.as_ref().map_or(a, |b| NodeId::of(&b.identifier())))
}

fn ordered(kind: DecisionKind, a: NodeId, b: NodeId) -> Subject {
    (kind, a.min(b), a.max(b))
}
