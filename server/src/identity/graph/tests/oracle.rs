//! Rules R1, R3 and R5 over all observations at once, in the plainest way: sets of identifiers, one search per class.

use std::collections::{BTreeMap, BTreeSet};

use nora_shared::Identifier;
use nora_shared::identifier::KEY_TYPES;

use super::fixture::Clusters;
use crate::identity::observation::Observation;

type Block = BTreeSet<Identifier>;
type Edges = BTreeMap<(Identifier, Identifier), u8>;

pub(super) fn clusters(observations: &[Observation]) -> Clusters {
    let carried: Block = observations.iter().flat_map(|observation| observation.identifiers.iter().cloned()).collect();
    let mut all = carried.clone();
    let mut edges = Edges::new();
    let mut aliases = Edges::new();
    for observation in observations {
        let mut add = |a: &Identifier, b: &Identifier| {
            let level = 2 * a.rank().max(b.rank()) + u8::from(!observation.verified);
            let known = edges.entry((a.clone(), b.clone())).or_insert(level);
            *known = level.min(*known);
        };
        for (place, a) in observation.identifiers.iter().enumerate() {
            observation.identifiers[place + 1..].iter().for_each(|b| add(a, b));
        }
        if let Some(alias) = &observation.alias {
            add(&alias.user, &alias.previous_anonymous);
            aliases.insert((alias.user.clone(), alias.previous_user.clone()), 0);
            all.extend([alias.user.clone(), alias.previous_user.clone(), alias.previous_anonymous.clone()]);
        }
    }
    let unite = |blocks: Vec<Block>| blocks.into_iter().flatten().collect::<Block>();
    let alone: Vec<Block> = all.into_iter().map(|identifier| Block::from([identifier])).collect();
    let mut united: Vec<Block> = connected(&alone, &aliases, 0).into_iter().map(unite).collect();
    for level in 0..8 {
        let mut groups = connected(&united, &edges, level);
        for key in KEY_TYPES {
            groups = groups.into_iter().flat_map(|group| split(group, key, &edges, level)).collect();
        }
        united = groups.into_iter().map(unite).collect();
    }
    united.into_iter().map(|block| &block & &carried).filter(|block| !block.is_empty()).collect()
}

fn split(group: Vec<Block>, key: &str, edges: &Edges, level: u8) -> Vec<Vec<Block>> {
    let classes: Vec<&Block> = group.iter().filter(|block| block.iter().any(|identifier| identifier.kind() == key)).collect();
    if classes.len() <= 1 {
        return vec![group];
    }
    let distances: Vec<_> = classes.iter().map(|class| distances(class, &group, edges, level)).collect();
    let mut cells = BTreeMap::<Option<usize>, Vec<Block>>::new();
    for block in &group {
        let nearest = distances.iter().filter_map(|hops| hops.get(block)).min();
        let at: Vec<usize> = (0..classes.len()).filter(|class| nearest.is_some() && distances[*class].get(block) == nearest).collect();
        cells.entry(if let [one] = at[..] { Some(one) } else { None }).or_default().push(block.clone());
    }
    cells.into_values().flat_map(|cell| connected(&cell, edges, level)).collect()
}

fn connected(blocks: &[Block], edges: &Edges, level: u8) -> Vec<Vec<Block>> {
    let mut left: BTreeSet<Block> = blocks.iter().cloned().collect();
    let mut groups = Vec::new();
    while let Some(block) = left.first().cloned() {
        let group: Vec<Block> = distances(&block, blocks, edges, level).into_keys().collect();
        group.iter().for_each(|block| _ = left.remove(block));
        groups.push(group);
    }
    groups
}

fn distances(from: &Block, blocks: &[Block], edges: &Edges, level: u8) -> BTreeMap<Block, usize> {
    let touch = |x: &Block, y: &Block| {
        edges.iter().any(|((a, b), at)| *at == level && (x.contains(a) && y.contains(b) || x.contains(b) && y.contains(a)))
    };
    let mut found = BTreeMap::from([(from.clone(), 0)]);
    for hops in 1.. {
        let last: Vec<Block> = found.iter().filter(|(_, at)| **at == hops - 1).map(|(block, _)| block.clone()).collect();
        if last.is_empty() {
            break;
        }
        for block in blocks {
            if !found.contains_key(block) && last.iter().any(|near| touch(near, block)) {
                found.insert(block.clone(), hops);
            }
        }
    }
    found
}
