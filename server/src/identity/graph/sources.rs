//! Sets of source ids, each kept once.

use std::collections::{BTreeSet, HashMap};

/// Interned sets of source ids. Millions of nodes and edges share a handful of sets, so each holds a number instead of a tree.
#[derive(Debug, Default)]
pub(super) struct SourceSets {
    sets: Vec<BTreeSet<String>>,
    ids: HashMap<BTreeSet<String>, u32>,
    singles: HashMap<String, u32>,
    unions: HashMap<(u32, u32), u32>,
}

impl SourceSets {
    /// The set with this id.
    pub(super) fn get(&self, id: u32) -> &BTreeSet<String> {
        &self.sets[id as usize]
    }

    /// The id of a set.
    pub(super) fn intern(&mut self, set: BTreeSet<String>) -> u32 {
        if let Some(&id) = self.ids.get(&set) {
            return id;
        }
        let id = self.sets.len() as u32;
        self.sets.push(set.clone());
        self.ids.insert(set, id);
        id
    }

    /// The id of the set of one source.
    pub(super) fn single(&mut self, source: &str) -> u32 {
        if let Some(&id) = self.singles.get(source) {
            return id;
        }
        let id = self.intern(BTreeSet::from([source.to_owned()]));
        self.singles.insert(source.to_owned(), id);
        id
    }

    /// The id of the union of two sets.
    pub(super) fn union(&mut self, a: u32, b: u32) -> u32 {
        if a == b {
            return a;
        }
        if let Some(&id) = self.unions.get(&(a, b)) {
            return id;
        }
        let id = self.intern(self.get(a) | self.get(b));
        self.unions.insert((a, b), id);
        id
    }
}
