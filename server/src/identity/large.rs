//! Large conflicted components (rule R6): each identifier decides alone, from its own surviving edges.
//!
//! An identifier's *root* is what its profile hangs on: a class of the strongest key type, a key that follows none, or itself. Two
//! identifiers are one customer when they have one root. Finding it reads a few neighbours, however large the component is.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::node::{Facts, Node, NodeId};
use super::rules::Code;
use super::view::{Found, View};

/// The classes of a key type that an identifier touches.
enum Touched {
    None,
    /// One, by this value of it.
    One(NodeId, Arc<Node>),
    Several,
}

impl<F: Facts> View<'_, F> {
    /// What the profile of an identifier hangs on.
    pub fn root(&self, id: NodeId) -> Result<NodeId, F::Error> {
        let Some(node) = self.facts.node(id)? else { return Ok(id) };
        let own = self.rules.key(node.code);
        // A class stands together and, where it is more than one value, follows nobody.
        if own == Some(0) || node.class_next != id {
            return Ok(node.class);
        }
        for code in self.rules.keys().take(own.unwrap_or(usize::MAX)) {
            match self.touched(id, &node, code)? {
                Touched::None => {}
                Touched::Several => return Ok(id),
                Touched::One(other, _) if own.is_none() => return self.root(other),
                Touched::One(other, found) => return self.attracted(id, &node, (other, &found)),
            }
        }
        Ok(id)
    }

    /// The root of a key that touches one stronger key: it follows where that one touches no other of its type, and no alias is involved.
    fn attracted(&self, id: NodeId, node: &Node, (other, found): (NodeId, &Node)) -> Result<NodeId, F::Error> {
        if found.class_next != other || self.live_of(other, found, node.code, 2)?.len() != 1 {
            return Ok(id);
        }
        let root = self.root(other)?;
        if root == other {
            return Ok(root);
        }
        // Where the customer that the other follows may have a key of this type by another way, this one stands alone.
        let own = self.rules.key(node.code).unwrap_or(0);
        for (key, found) in self.keys_of(root, own)? {
            if key != other && !self.live_of(key, &found, node.code, 1)?.is_empty() {
                return Ok(id);
            }
        }
        Ok(root)
    }

    /// The classes of a key type that an identifier touches.
    fn touched(&self, id: NodeId, node: &Node, code: Code) -> Result<Touched, F::Error> {
        let mut found = self.live_of(id, node, code, 2)?;
        if let [(_, one), (_, other)] = &found[..]
            && one.class == other.class
        {
            found = self.live_of(id, node, code, usize::MAX)?;
        }
        let Some((other, first)) = found.first().cloned() else { return Ok(Touched::None) };
        let is_one = found.iter().all(|(_, node)| node.class == first.class);
        Ok(if is_one { Touched::One(other, first) } else { Touched::Several })
    }

    /// The strongest identifier of the customer, read from its keys alone where it has any.
    pub(super) fn large_representative(&self, id: NodeId) -> Result<Option<NodeId>, F::Error> {
        let root = self.root(id)?;
        let keys = self.keys_of(root, usize::MAX)?;
        match self.least(&keys) {
            Some(least) => Ok(Some(least)),
            None => Ok(self.least(&self.large_members(id)?)),
        }
    }

    /// The identifiers of the customer.
    pub(super) fn large_members(&self, id: NodeId) -> Result<Vec<Found>, F::Error> {
        let root = self.root(id)?;
        let mut members = self.keys_of(root, usize::MAX)?;
        let mut known: BTreeSet<NodeId> = members.iter().map(|(id, _)| *id).collect();
        // A key is followed by its neighbours only: members are not followed any further.
        for place in 0..members.len() {
            let (key, node) = members[place].clone();
            for (other, found) in self.live(key, &node)? {
                if !known.contains(&other) && self.root(other)? == root {
                    known.insert(other);
                    members.push((other, found));
                }
            }
        }
        Ok(members)
    }

    /// The keys of the customer with this root, of the first `types` key types, or the root itself where it is no key.
    fn keys_of(&self, root: NodeId, types: usize) -> Result<Vec<Found>, F::Error> {
        let mut keys = self.class(root)?;
        let mut place = 0;
        while let Some((id, node)) = keys.get(place).cloned() {
            place += 1;
            let own = self.rules.key(node.code).unwrap_or(usize::MAX);
            for code in self.rules.keys().take(types).skip(own.saturating_add(1)) {
                // One that is not the only one of its type is not attracted.
                if let [(other, found)] = &self.live_of(id, &node, code, 2)?[..]
                    && keys.iter().all(|(key, _)| key != other)
                    && self.root(*other)? == root
                {
                    keys.push((*other, found.clone()));
                }
            }
        }
        Ok(keys)
    }
}
