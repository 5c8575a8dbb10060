//! Cuts a component with conflicting keys into people (rule R5).

use std::collections::VecDeque;

use super::union_find::UnionFind;

/// Two nodes that were seen together, and how strong the evidence is: 0 is the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tie {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) level: u8,
}

/// No class or cell.
const NONE: u32 = u32::MAX;
/// Equally near to two classes.
const TIED: u32 = u32::MAX - 1;

/// The clusters of a component. Its nodes are numbers below `keys.len()`; `keys` has the place of their type among the `key_types` key
/// types, `aliases` the pairs that are one person. The same clusters come out whatever the order of nodes and links.
pub(super) fn solve(key_types: usize, keys: &[Option<usize>], aliases: &[(u32, u32)], links: &mut [Tie]) -> Vec<Vec<u32>> {
    let mut united = UnionFind::new(keys.len());
    for (a, b) in aliases {
        united.union(*a, *b);
    }
    let classes: Vec<u32> = (0..keys.len() as u32).map(|node| united.find(node)).collect();
    // The strongest evidence is placed first: what it unites, weaker evidence cannot part.
    links.sort_unstable_by_key(|link| link.level);
    for links in links.chunk_by(|a, b| a.level == b.level) {
        let mut level = Level::new(links, &united);
        let mut groups = level.connected(0..keys.len() as u32);
        for key in 0..key_types {
            // By contracted node: the class of this key type that it holds. It holds one at most, or it would not have been united.
            let mut held = vec![NONE; keys.len()];
            for node in (0..keys.len()).filter(|node| keys[*node] == Some(key)) {
                held[united.find(node as u32) as usize] = classes[node];
            }
            groups = groups.into_iter().flat_map(|group| level.split(group, &held)).collect();
        }
        for group in groups {
            for node in &group {
                united.union(group[0], *node);
            }
        }
    }
    clusters(&united, keys.len())
}

fn clusters(united: &UnionFind, count: usize) -> Vec<Vec<u32>> {
    let mut clusters = vec![Vec::new(); count];
    for node in 0..count as u32 {
        clusters[united.find(node) as usize].push(node);
    }
    clusters.retain(|cluster| !cluster.is_empty());
    clusters
}

/// The links of one level between contracted nodes: each set of united nodes is the one that stands for it.
struct Level {
    neighbours: Vec<Vec<u32>>,
    /// The class that a node goes to.
    owner: Vec<u32>,
    /// The hops from there.
    distance: Vec<u32>,
    /// The cell that a node is in. Nodes in different cells are no longer connected.
    cell: Vec<u32>,
    cells: u32,
}

impl Level {
    fn new(links: &[Tie], united: &UnionFind) -> Level {
        let count = united.len();
        let mut neighbours = vec![Vec::new(); count];
        for link in links {
            let (a, b) = (united.find(link.a), united.find(link.b));
            if a != b {
                neighbours[a as usize].push(b);
                neighbours[b as usize].push(a);
            }
        }
        Level { neighbours, owner: vec![NONE; count], distance: vec![NONE; count], cell: vec![0; count], cells: 1 }
    }

    /// Cuts a group where it holds several classes of a key type: each node goes to the nearest, and those with two nearest to neither.
    fn split(&mut self, group: Vec<u32>, held: &[u32]) -> Vec<Vec<u32>> {
        let holders: Vec<u32> = group.iter().copied().filter(|node| held[*node as usize] != NONE).collect();
        // Aliases were united first, so that each class is held by one contracted node.
        if holders.len() < 2 {
            return vec![group];
        }
        for node in &group {
            self.owner[*node as usize] = NONE;
            self.distance[*node as usize] = NONE;
        }
        for holder in &holders {
            self.owner[*holder as usize] = held[*holder as usize];
            self.distance[*holder as usize] = 0;
        }
        let mut queue = VecDeque::from(holders);
        while let Some(node) = queue.pop_front() {
            let node = node as usize;
            let (owner, hops) = (self.owner[node], self.distance[node] + 1);
            for &next in self.neighbours[node].iter().filter(|next| self.cell[**next as usize] == self.cell[node]) {
                let next = next as usize;
                if self.distance[next] == NONE {
                    self.distance[next] = hops;
                    self.owner[next] = owner;
                    queue.push_back(next as u32);
                } else if self.distance[next] == hops && self.owner[next] != owner {
                    // All nodes one hop nearer come before this one leaves the queue, so that it passes on the tie.
                    self.owner[next] = TIED;
                }
            }
        }
        self.connected(group)
    }

    /// The connected parts of nodes of one cell that go to the same class; each becomes a cell.
    fn connected(&mut self, nodes: impl IntoIterator<Item = u32>) -> Vec<Vec<u32>> {
        let mut parts = Vec::new();
        let first = self.cells;
        for node in nodes {
            if self.cell[node as usize] >= first {
                continue;
            }
            let (old, new) = (self.cell[node as usize], self.cells);
            self.cells += 1;
            self.cell[node as usize] = new;
            let mut part = vec![node];
            let mut place = 0;
            while let Some(&node) = part.get(place) {
                place += 1;
                for &next in &self.neighbours[node as usize] {
                    if self.cell[next as usize] == old && self.owner[next as usize] == self.owner[node as usize] {
                        self.cell[next as usize] = new;
                        part.push(next);
                    }
                }
            }
            parts.push(part);
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::{Tie, solve};

    fn clusters(keys: &[Option<usize>], aliases: &[(u32, u32)], links: &[(u32, u32, u8)]) -> Vec<Vec<u32>> {
        let mut links: Vec<_> = links.iter().map(|(a, b, level)| Tie { a: *a, b: *b, level: *level }).collect();
        let mut clusters = solve(3, keys, aliases, &mut links);
        clusters.sort();
        clusters
    }

    #[test]
    fn a_tie_reaches_as_far_as_what_hangs_on_it() {
        let links = [(0, 2, 6), (1, 2, 6), (2, 3, 6), (3, 4, 6), (0, 5, 6)];
        assert_eq!(clusters(&[Some(0), Some(0), None, None, None, None], &[], &links), [vec![0, 5], vec![1], vec![2, 3, 4]]);
    }

    #[test]
    fn stronger_evidence_is_placed_first() {
        assert_eq!(clusters(&[Some(0), Some(0), None], &[], &[(0, 2, 3), (1, 2, 2)]), [vec![0], vec![1, 2]]);
    }

    #[test]
    fn what_the_first_key_type_leaves_is_cut_by_the_second() {
        let keys = [Some(0), Some(1), Some(1), None];
        assert_eq!(clusters(&keys, &[], &[(0, 1, 0), (0, 3, 2), (2, 3, 2)]), [vec![0, 1], vec![2], vec![3]]);
        assert_eq!(clusters(&keys, &[(1, 2)], &[(0, 1, 0), (0, 3, 2), (2, 3, 2)]), [[0, 1, 2, 3]]);
    }
}
