//! What is known of one identifier, and of two that belong together.
//!
//! These are the records of the identity graph: `storage` keeps them, [`engine`](super::engine) changes them, queries read them.

use std::sync::Arc;

use nora_shared::Identifier;
use sha2::{Digest, Sha256};

use super::rules::{Code, Rules};
use super::seen::Seen;

/// An identifier's number: the first half of SHA-256 over type, 0x00, value. Nobody can make two identifiers that share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u128);

impl NodeId {
    /// The number of an identifier.
    pub fn of(identifier: &Identifier) -> NodeId {
        let digest = Sha256::new().chain_update(identifier.kind()).chain_update([0]).chain_update(identifier.value()).finalize();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        NodeId(u128::from_be_bytes(half))
    }

    /// The id of the profile that this identifier represents: `p_` and the first 24 hex digits.
    pub fn profile_id(self) -> String {
        format!("p_{:024x}", self.0 >> 32)
    }

    /// The numbers of identifiers with this profile id: the least and the greatest.
    pub fn of_profile(profile_id: &str) -> Option<(NodeId, NodeId)> {
        let digits = profile_id.strip_prefix("p_")?;
        let is_hex = digits.len() == 24 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let start = is_hex.then(|| u128::from_str_radix(digits, 16).ok()).flatten()? << 32;
        Some((NodeId(start), NodeId(start | u128::from(u32::MAX))))
    }
}

/// One identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Which one.
    pub identifier: Identifier,
    /// The number of its type.
    pub code: Code,
    /// When events carried it; `None` where only an alias named it, so that it is not shown.
    pub seen: Option<Seen>,
    /// Whether events are recorded under it: it was the strongest identifier of one.
    pub is_anchor: bool,
    /// The position in the log of the first event that carried or named it.
    pub since: u64,
    /// The component that it is in: the number of one of its members.
    pub component: NodeId,
    /// The next member of the component, in a ring: two rings are joined by swapping two numbers, however large they are.
    pub next: NodeId,
    /// In a component that was solved (rule R5): the representative of its part.
    pub part: Option<NodeId>,
    /// The alias class that it is in: the number of one of its members.
    pub class: NodeId,
    /// The next member of the alias class, in a ring.
    pub class_next: NodeId,
    /// How many neighbours it has, by type. Those whose evidence is void or who are blocked are not counted, but their type is listed.
    pub degrees: Vec<(Code, u32)>,
    /// The first [`NEAR`] of its neighbours, with their types, or [`ALIASES`]; whatever the evidence is worth.
    pub near: Vec<(Code, NodeId)>,
    /// Whether it has more neighbours than those.
    pub has_more: bool,
}

/// Neighbours that are kept with an identifier. Nearly all have fewer.
pub const NEAR: usize = 16;

impl Node {
    /// An identifier that nothing is known of yet, alone.
    pub fn new(id: NodeId, identifier: &Identifier, rules: &Rules, since: u64) -> Node {
        Node {
            identifier: identifier.clone(),
            code: rules.code(identifier.kind()),
            seen: None,
            is_anchor: false,
            since,
            component: id,
            next: id,
            part: None,
            class: id,
            class_next: id,
            degrees: Vec::new(),
            near: Vec::new(),
            has_more: false,
        }
    }

    /// Whether an event carried it.
    pub fn is_shown(&self) -> bool {
        self.seen.is_some()
    }

    /// How many neighbours of a type it has.
    pub fn degree(&self, code: Code) -> u32 {
        self.degrees.iter().find(|(kind, _)| *kind == code).map_or(0, |(_, count)| *count)
    }

    /// The count of neighbours of a type, to be changed.
    pub(super) fn degree_mut(&mut self, code: Code) -> &mut u32 {
        let place = self.degrees.iter().position(|(kind, _)| *kind == code).unwrap_or_else(|| {
            self.degrees.push((code, 0));
            self.degrees.len() - 1
        });
        &mut self.degrees[place].1
    }

    /// Whether it has more neighbours of a type than identify somebody (rule R2).
    pub fn is_over(&self, to: Code, rules: &Rules) -> bool {
        rules.limit(self.code, to).is_some_and(|limit| self.degree(to) > limit)
    }

    /// Whether it identifies nobody (rule R2): it is over the limit towards a type of stronger or equal rank.
    pub fn is_dead(&self, rules: &Rules) -> bool {
        let rank = rules.rank(self.code);
        self.degrees.iter().any(|(to, count)| rules.limit(self.code, *to).is_some_and(|limit| *count > limit) && rules.rank(*to) <= rank)
    }
}

/// How two identifiers belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// They were seen together (rule R1).
    Together,
    /// They were declared to be one person (rule R3).
    Alias,
}

/// Two identifiers that were seen together, or declared to be one person. Its facts are commutative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// How strong the evidence is: `2 × (rank of the weaker)`, `+1` if unverified; the lowest of all observations. 0 for an alias.
    pub level: u8,
    /// When and where it was seen; `None` where people have declared all of it void, or only people have declared the alias.
    pub seen: Option<Seen>,
    /// The message id of one event that shows it: the least of all.
    pub example: Box<str>,
}

/// The connected component of identifiers that surviving edges and aliases make (rule R4). One that is alone has no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// How many identifiers it has.
    pub size: u32,
    /// How many alias classes it has of each key type.
    pub classes: Vec<u32>,
    /// The strongest identifier that was shown.
    pub least: Option<NodeId>,
    /// How many profiles it makes.
    pub profiles: u32,
}

/// How a component becomes profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is one (rule R4).
    Whole,
    /// It has conflicting keys and is cut (rule R5).
    Solved,
    /// It has conflicting keys and too many identifiers: each decides alone (rule R6).
    Large,
}

impl Component {
    /// The component of an identifier that is alone.
    pub fn alone(id: NodeId, node: &Node, rules: &Rules) -> Component {
        let mut classes = vec![0; rules.key_count()];
        if let Some(key) = rules.key(node.code) {
            classes[key] = 1;
        }
        Component { size: 1, classes, least: node.is_shown().then_some(id), profiles: u32::from(node.is_shown()) }
    }

    /// How it becomes profiles.
    pub fn mode(&self, rules: &Rules) -> Mode {
        match self.classes.iter().any(|count| *count > 1) {
            false => Mode::Whole,
            true if self.size > rules.large() => Mode::Large,
            true => Mode::Solved,
        }
    }
}

/// Where the records are: a store, or a store with changes on top.
pub trait Facts {
    /// Why a record could not be read.
    type Error;

    /// An identifier, if it is known.
    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>, Self::Error>;

    /// What links two identifiers; the order of the two does not matter.
    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>, Self::Error>;

    /// The level of the evidence that two identifiers were seen together; `None` where there is none, or all of it is void.
    fn evidence(&self, a: NodeId, b: NodeId) -> Result<Option<u8>, Self::Error> {
        Ok(self.edge(a, b, Link::Together)?.filter(|edge| edge.seen.is_some()).map(|edge| edge.level))
    }

    /// Up to `limit` of the neighbours of a type that are not kept [near](Node::near) an identifier.
    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>, Self::Error>;

    /// Up to `limit` of the neighbours of a type, in no particular order; with [`ALIASES`] those that are linked by an alias.
    fn neighbours(&self, id: NodeId, node: &Node, code: Code, limit: usize) -> Result<Vec<NodeId>, Self::Error> {
        let near = node.near.iter().filter(|(kind, _)| *kind == code).map(|(_, other)| *other);
        let mut neighbours: Vec<NodeId> = near.take(limit).collect();
        if node.has_more && neighbours.len() < limit {
            neighbours.append(&mut self.far(id, code, limit - neighbours.len())?);
        }
        Ok(neighbours)
    }

    /// A component; `None` for one of a single identifier.
    fn component(&self, id: NodeId) -> Result<Option<Component>, Self::Error>;
}

/// In place of a type: neighbours by alias.
pub const ALIASES: Code = Code(u16::MAX);

#[cfg(test)]
mod tests {
    use super::NodeId;
    use nora_shared::Identifier;

    #[test]
    fn a_profile_id_is_a_hash_of_the_representative() {
        // printf 'user_id\0u1' | sha256sum
        let id = NodeId::of(&Identifier::from_normalized("user_id", "u1"));
        assert_eq!(id.profile_id(), "p_416cdd31fa50d8bb8bba98a4");
        let (first, last) = NodeId::of_profile(&id.profile_id()).unwrap();
        assert!(first <= id && id <= last && first.profile_id() == last.profile_id());
        for wrong in ["", "p_", "p_00", "p_416CDD31fa50d8bb8bba98a4", "p_éééééééééééé"] {
            assert_eq!(NodeId::of_profile(wrong), None, "{wrong}");
        }
    }
}
