//! What became of profiles: merged, split, or known by a stronger identifier.

use std::collections::{BTreeMap, BTreeSet};

use super::Engine;
use crate::identity::node::{Component, Facts, Mode, Node, NodeId};
use crate::identity::view::Found;

/// How profiles changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Several are one.
    Merge,
    /// One is several.
    Split,
    /// It has another id, since its strongest identifier is another.
    Rekey,
}

/// A change of profiles, by the numbers of their representatives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// How they changed.
    pub kind: ChangeKind,
    /// Those that there were; for a split the one.
    pub from: Vec<NodeId>,
    /// Those that there are now; at most 100 of them.
    pub to: Vec<NodeId>,
}

/// Profiles that a change lists, at most.
pub(super) const LISTED: usize = 100;

impl<F: Facts> Engine<F> {
    /// What became of the profiles that there were when this was last called, as of the last [`settle`](Engine::settle). `position` is where
    /// the log goes on.
    pub fn take_changes(&mut self, position: u64) -> Result<Vec<Change>, F::Error> {
        self.taken = position;
        let mut now: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
        let mut came: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
        for (id, before) in std::mem::take(&mut self.before) {
            // One that nobody can see any more has become nothing.
            if let Some(after) = self.view().representative(id)? {
                now.entry(before).or_default().insert(after);
                came.entry(after).or_default().insert(before);
            }
        }
        let list = |set: &BTreeSet<NodeId>| set.iter().copied().take(LISTED).collect::<Vec<_>>();
        let splits =
            now.iter().filter(|(_, to)| to.len() > 1).map(|(from, to)| Change { kind: ChangeKind::Split, from: vec![*from], to: list(to) });
        let merges = came.iter().filter(|(_, from)| from.len() > 1).map(|(to, from)| Change {
            kind: ChangeKind::Merge,
            from: list(from),
            to: vec![*to],
        });
        let rekeys = now.iter().filter_map(|(from, to)| {
            let to = *to.first().filter(|only| to.len() == 1 && *only != from)?;
            (came.get(&to)?.len() == 1).then(|| Change { kind: ChangeKind::Rekey, from: vec![*from], to: vec![to] })
        });
        Ok(splits.chain(merges).chain(rekeys).collect())
    }

    /// Notes who represents the customers of two components that are about to be joined.
    pub(super) fn remember_join(
        &mut self,
        mode: Mode,
        merged: &mut Component,
        (kept_id, large): (NodeId, &Component),
        (moved_id, small): (NodeId, &Component),
    ) -> Result<(), F::Error> {
        match mode {
            Mode::Whole => {
                for least in [large.least, small.least].into_iter().flatten() {
                    if let Some(node) = self.work.node(least)? {
                        self.remember(least, &node, least);
                    }
                }
            }
            Mode::Solved => {
                for (id, component) in [(kept_id, large), (moved_id, small)] {
                    let ring = self.view().ring(id)?;
                    self.remember_members(component, &ring)?;
                }
            }
            Mode::Large => {
                let ring = self.view().ring(moved_id)?;
                if small.mode(&self.rules) != Mode::Large {
                    self.remember_members(small, &ring)?;
                    self.come_to_large(&ring);
                    merged.profiles -= small.profiles;
                    self.totals.profiles -= u64::from(small.profiles);
                }
                if let Some(least) = large.least.filter(|_| large.mode(&self.rules) == Mode::Whole)
                    && let Some(node) = self.work.node(least)?
                {
                    self.remember(least, &node, least);
                }
            }
        }
        Ok(())
    }

    /// Notes who represents the identifiers of a component.
    pub(super) fn remember_members(&mut self, component: &Component, ring: &[Found]) -> Result<(), F::Error> {
        let mode = component.mode(&self.rules);
        for (id, node) in ring {
            let before = match mode {
                Mode::Whole => component.least,
                Mode::Solved => node.part,
                Mode::Large => self.view().representative(*id)?,
            };
            if let Some(before) = before {
                self.remember(*id, node, before);
            }
        }
        Ok(())
    }

    /// Notes who represents an identifier.
    pub(super) fn remember_one(&mut self, id: NodeId, node: &Node) -> Result<(), F::Error> {
        if node.since < self.taken
            && !self.before.contains_key(&id)
            && let Some(before) = self.view().representative(id)?
        {
            self.remember(id, node, before);
        }
        Ok(())
    }

    fn remember(&mut self, id: NodeId, node: &Node, before: NodeId) {
        // What came since the changes were last taken was nobody's then.
        if node.since < self.taken {
            self.before.entry(id).or_insert(before);
        }
    }
}
