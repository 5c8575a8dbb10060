//! Disjoint sets of interned ids.

/// Disjoint sets, united by size: without compressing paths a look-up is logarithmic, and needs no `&mut`.
#[derive(Debug, Default)]
pub(crate) struct UnionFind {
    parents: Vec<u32>,
    sizes: Vec<u32>,
}

impl UnionFind {
    /// The ids below `count`, each alone.
    pub(crate) fn new(count: usize) -> UnionFind {
        UnionFind { parents: (0..count as u32).collect(), sizes: vec![1; count] }
    }

    /// How many ids there are.
    pub(crate) fn len(&self) -> usize {
        self.parents.len()
    }

    /// The id that stands for the set of this one. Which of the set it is depends on the order of unions.
    pub(crate) fn find(&self, mut id: u32) -> u32 {
        while self.parents[id as usize] != id {
            id = self.parents[id as usize];
        }
        id
    }

    /// Unites two sets; whether they were apart.
    pub(crate) fn union(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return false;
        }
        let (small, large) = if self.sizes[a as usize] < self.sizes[b as usize] { (a, b) } else { (b, a) };
        self.parents[small as usize] = large;
        self.sizes[large as usize] += self.sizes[small as usize];
        true
    }
}
