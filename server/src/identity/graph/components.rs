//! Which nodes hang together (rule R4), and how those with conflicting keys are split (rule R5).

use std::collections::{HashMap, HashSet};

use nora_shared::identifier::KEY_TYPES;

use super::store::Store;
use super::union_find::UnionFind;
use crate::identity::resolve::{Link, resolve};

/// No node.
const NONE: u32 = u32::MAX;

/// Connected components. One without conflict is one cluster and costs a few numbers a node; only the few conflicted ones, about one in
/// a hundred, keep lists of their parts.
#[derive(Debug, Default)]
pub(super) struct Components {
    sets: UnionFind,
    /// The next member of the component, in a ring: two rings are joined by swapping two numbers, however large they are.
    next: Vec<u32>,
    /// By the root of a component: how many alias classes it has of each key type.
    classes: Vec<[u32; KEY_TYPES.len()]>,
    /// By the root of a component: its least shown node, or [`NONE`].
    least: Vec<u32>,
    aliases: UnionFind,
    /// Roots (at their time) of conflicted components without parts.
    dirty: HashSet<u32>,
    /// The parts of settled conflicted components, by root.
    splits: HashMap<u32, Vec<Part>>,
    /// The place of a node among the parts of its component.
    part_of: HashMap<u32, u32>,
    customers: usize,
}

/// A cluster of a conflicted component.
#[derive(Debug)]
struct Part {
    members: Box<[u32]>,
    representative: u32,
}

/// The place among [`KEY_TYPES`] of the type of a node.
pub(super) fn key_type(store: &Store, node: u32) -> Option<usize> {
    let kind = store.identifier(node).kind();
    KEY_TYPES.iter().position(|key| *key == kind)
}

impl Components {
    /// Adds the node with the next id, alone and not shown.
    pub(super) fn add(&mut self, node: u32, store: &Store) {
        self.sets.push();
        self.aliases.push();
        self.next.push(node);
        let mut classes = [0; KEY_TYPES.len()];
        if let Some(key) = key_type(store, node) {
            classes[key] = 1;
        }
        self.classes.push(classes);
        self.least.push(NONE);
    }

    /// Notes that a node has become visible.
    pub(super) fn show(&mut self, node: u32, store: &Store) {
        let root = self.sets.find(node);
        self.withdraw(root);
        self.least[root as usize] = lesser(store, self.least[root as usize], node);
        self.enter(root);
    }

    /// Notes an edge that is new or has become stronger.
    pub(super) fn join(&mut self, a: u32, b: u32, store: &Store) {
        let (a, b) = (self.sets.find(a), self.sets.find(b));
        self.withdraw(a);
        if a == b {
            return self.enter(a);
        }
        self.withdraw(b);
        self.sets.union(a, b);
        self.next.swap(a as usize, b as usize);
        let root = self.sets.find(a);
        let other = if root == a { b } else { a };
        for key in 0..KEY_TYPES.len() {
            self.classes[root as usize][key] += self.classes[other as usize][key];
        }
        self.least[root as usize] = lesser(store, self.least[root as usize], self.least[other as usize]);
        self.enter(root);
    }

    /// Notes that two nodes of one key type are one person.
    pub(super) fn alias(&mut self, a: u32, b: u32, key: usize, store: &Store) {
        self.join(a, b, store);
        if self.aliases.union(a, b) {
            let root = self.sets.find(a);
            self.withdraw(root);
            self.classes[root as usize][key] -= 1;
            self.enter(root);
        }
    }

    /// Solves every conflicted component that has changed.
    pub(super) fn settle(&mut self, store: &Store) {
        for node in std::mem::take(&mut self.dirty) {
            let root = self.sets.find(node);
            if self.is_conflicted(root) && !self.splits.contains_key(&root) {
                let parts = self.solve(root, store);
                for (place, part) in parts.iter().enumerate() {
                    self.part_of.extend(part.members.iter().map(|member| (*member, place as u32)));
                }
                self.splits.insert(root, parts);
                self.customers += self.count(root);
            }
        }
    }

    /// The least shown node of the cluster of a node. A node of a conflict that is not settled yet stands alone.
    pub(super) fn representative(&self, node: u32, store: &Store) -> Option<u32> {
        let root = self.sets.find(node);
        let representative = if !self.is_conflicted(root) {
            self.least[root as usize]
        } else if let Some(part) = self.part(root, node) {
            part.representative
        } else {
            lesser(store, NONE, node)
        };
        (representative != NONE).then_some(representative)
    }

    /// The nodes of the cluster of a node, in no particular order.
    pub(super) fn members(&self, node: u32) -> Vec<u32> {
        let root = self.sets.find(node);
        if !self.is_conflicted(root) {
            self.ring(root).collect()
        } else if let Some(part) = self.part(root, node) {
            part.members.to_vec()
        } else {
            vec![node]
        }
    }

    /// The number of clusters with a shown node; conflicts count once they are settled.
    pub(super) fn customers(&self) -> usize {
        self.customers
    }

    fn part(&self, root: u32, node: u32) -> Option<&Part> {
        Some(&self.splits.get(&root)?[*self.part_of.get(&node)? as usize])
    }

    fn ring(&self, start: u32) -> impl Iterator<Item = u32> {
        let after = move |node: &u32| Some(self.next[*node as usize]).filter(|next| *next != start);
        std::iter::successors(Some(start), after)
    }

    fn is_conflicted(&self, root: u32) -> bool {
        self.classes[root as usize].iter().any(|count| *count > 1)
    }

    /// How many customers a component contributes.
    fn count(&self, root: u32) -> usize {
        if self.is_conflicted(root) {
            self.splits.get(&root).map_or(0, |parts| parts.iter().filter(|part| part.representative != NONE).count())
        } else {
            usize::from(self.least[root as usize] != NONE)
        }
    }

    /// Takes a component out before it changes.
    fn withdraw(&mut self, root: u32) {
        self.customers -= self.count(root);
        for part in self.splits.remove(&root).unwrap_or_default() {
            for member in &part.members {
                self.part_of.remove(member);
            }
        }
    }

    /// Puts a component back after it has changed.
    fn enter(&mut self, root: u32) {
        if self.is_conflicted(root) {
            self.dirty.insert(root);
        } else {
            self.customers += self.count(root);
        }
    }

    fn solve(&self, root: u32, store: &Store) -> Vec<Part> {
        let members: Vec<u32> = self.ring(root).collect();
        let local: HashMap<u32, u32> = members.iter().enumerate().map(|(place, member)| (*member, place as u32)).collect();
        let keys: Vec<_> = members.iter().map(|member| key_type(store, *member)).collect();
        let aliases: Vec<_> = members.iter().map(|member| (local[member], local[&self.aliases.find(*member)])).collect();
        let mut links = Vec::new();
        for member in &members {
            // Both ends know the edge; the stronger one brings it in.
            let edges = store.nodes[*member as usize].edges.iter().map(|edge| &store.edges[*edge as usize]);
            links.extend(edges.filter(|edge| edge.a == *member).map(|edge| Link {
                a: local[&edge.a],
                b: local[&edge.b],
                level: edge.level,
            }));
        }
        let part = |places: Vec<u32>| {
            let members: Box<[u32]> = places.into_iter().map(|place| members[place as usize]).collect();
            let representative = members.iter().fold(NONE, |least, member| lesser(store, least, *member));
            Part { members, representative }
        };
        resolve(&keys, &aliases, &mut links).into_iter().map(part).collect()
    }
}

/// The lesser of two nodes, of those that are shown.
fn lesser(store: &Store, a: u32, b: u32) -> u32 {
    let is_shown = |node: u32| node != NONE && store.nodes[node as usize].is_shown();
    match (is_shown(a), is_shown(b)) {
        (true, true) => std::cmp::min_by_key(a, b, |node| store.identifier(*node)),
        (true, false) => a,
        (false, true) => b,
        (false, false) => NONE,
    }
}
