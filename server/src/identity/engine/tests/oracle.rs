//! All rules over all observations at once, in the plainest way: sets of identifiers, one search per class.

use std::collections::{BTreeMap, BTreeSet};

use nora_shared::Identifier;

use super::fixture::{Clusters, World};
use crate::identity::decisions::DecisionKind;
use crate::identity::rules::Rules;

type Block = BTreeSet<Identifier>;
type Pair = (Identifier, Identifier);
type Edges = BTreeMap<Pair, u8>;

pub(super) fn clusters(world: &World) -> Clusters {
    let rules = &world.rules;
    let (shown, all, edges, declared) = evidence(world);
    let blocked = |identifier: &Identifier| world.decided(DecisionKind::Block, identifier, identifier) == Some(true);
    let mut edges = edges;
    edges.retain(|(a, b), _| !blocked(a) && !blocked(b));
    let edges = surviving(&edges, rules);
    let decided = world.decisions.iter().filter(|decision| decision.kind == DecisionKind::Alias && decision.is_active);
    let decided = decided.filter_map(|decision| Some(pair(&decision.a.identifier(), &decision.b.as_ref()?.identifier())));
    let mut all = all;
    all.extend(decided.clone().flat_map(|(a, b)| [a, b]));
    let aliases: Edges = declared
        .into_iter()
        .filter(|(a, b)| world.decided(DecisionKind::Alias, a, b) != Some(false))
        .chain(decided)
        .filter(|(a, b)| a.kind() == b.kind() && !blocked(a) && !blocked(b))
        .filter(|(a, b)| world.decided(DecisionKind::Sever, a, b) != Some(true))
        .map(|pair| (pair, 0))
        .collect();
    let alone: Vec<Block> = all.into_iter().map(|identifier| Block::from([identifier])).collect();
    let classes: Vec<Block> = connected(&alone, &aliases, 0).into_iter().map(|blocks| unite(&blocks)).collect();
    let whole: Edges = edges.keys().map(|pair| (pair.clone(), 0)).collect();
    let mut clusters = Vec::new();
    for component in connected(&classes, &whole, 0) {
        let is_conflicted = keys(rules).any(|key| holders(&component, &key).len() > 1);
        let size = component.iter().map(Block::len).sum::<usize>();
        if !is_conflicted {
            clusters.push(unite(&component));
        } else if size > rules.large() as usize {
            clusters.extend(alone_each(&component, &edges, rules));
        } else {
            clusters.extend(cut(component, &edges, rules));
        }
    }
    clusters.into_iter().map(|block| &block & &shown).filter(|block| !block.is_empty()).collect()
}

/// Who was shown, who was named at all, what was seen together, and the aliases that were declared.
fn evidence(world: &World) -> (Block, Block, Edges, BTreeSet<Pair>) {
    let (mut shown, mut all, mut edges, mut declared) = (Block::new(), Block::new(), Edges::new(), BTreeSet::new());
    for observation in world.observations.values() {
        let severed = world.decisions.iter().filter(|decision| decision.kind == DecisionKind::Sever && decision.is_active);
        let mut counted: Block = observation.identifiers.iter().cloned().collect();
        all.extend(counted.clone());
        let mut is_set_aside = false;
        for decision in severed {
            let Some(b) = &decision.b else { continue };
            let mut ends = [decision.a.identifier(), b.identifier()];
            ends.sort_by(|a, b| world.rules.order(a, b));
            if ends.iter().all(|end| observation.identifiers.contains(end)) {
                counted.remove(&ends[1]);
                is_set_aside |= decision.set_aside;
            }
        }
        if is_set_aside {
            continue;
        }
        let rank = |identifier: &Identifier| world.rules.rank(world.rules.code(identifier.kind()));
        let mut add = |a: &Identifier, b: &Identifier| {
            let level = 2 * rank(a).max(rank(b)) + u8::from(!observation.verified);
            let known = edges.entry(pair(a, b)).or_insert(level);
            *known = level.min(*known);
        };
        for a in &counted {
            counted.iter().filter(|b| a < *b).for_each(|b| add(a, b));
        }
        if let Some(alias) = &observation.alias {
            add(&alias.user, &alias.previous_anonymous);
            if alias.user != alias.previous_user {
                declared.insert(pair(&alias.user, &alias.previous_user));
            }
            all.extend([alias.user.clone(), alias.previous_user.clone(), alias.previous_anonymous.clone()]);
        }
        shown.extend(counted);
    }
    (shown, all, edges, declared)
}

/// Rule R2.
fn surviving(edges: &Edges, rules: &Rules) -> Edges {
    let mut counts: BTreeMap<(&Identifier, &str), u32> = BTreeMap::new();
    for (a, b) in edges.keys() {
        *counts.entry((a, b.kind())).or_default() += 1;
        *counts.entry((b, a.kind())).or_default() += 1;
    }
    let rank = |kind: &str| rules.rank(rules.code(kind));
    let over = |a: &Identifier, kind: &str| {
        let limit = rules.config().limits.iter().find(|limit| limit.from == a.kind() && limit.to == kind);
        limit.is_some_and(|limit| counts.get(&(a, kind)).is_some_and(|count| *count > limit.limit))
    };
    let dead = |a: &Identifier| {
        let kinds = counts.keys().filter(|(identifier, _)| *identifier == a).map(|(_, kind)| *kind);
        kinds.into_iter().any(|kind| over(a, kind) && rank(kind) <= rank(a.kind()))
    };
    let survives = |a: &Identifier, b: &Identifier| !dead(a) && !dead(b) && !over(a, b.kind()) && !over(b, a.kind());
    edges.iter().filter(|((a, b), _)| survives(a, b)).map(|(pair, level)| (pair.clone(), *level)).collect()
}

/// Rule R5.
fn cut(component: Vec<Block>, edges: &Edges, rules: &Rules) -> Vec<Block> {
    let mut united = component;
    for level in 0..20 {
        let mut groups = connected(&united, edges, level);
        for key in keys(rules) {
            groups = groups.into_iter().flat_map(|group| split(group, &key, edges, level)).collect();
        }
        united = groups.iter().map(|blocks| unite(blocks)).collect();
    }
    united
}

fn split(group: Vec<Block>, key: &str, edges: &Edges, level: u8) -> Vec<Vec<Block>> {
    let classes: Vec<&Block> = holders(&group, key);
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

/// Rule R6: who each class says it belongs to, and then who says the same.
fn alone_each(component: &[Block], edges: &Edges, rules: &Rules) -> Vec<Block> {
    let touch = |x: &Block, y: &Block| edges.keys().any(|(a, b)| x.contains(a) && y.contains(b) || x.contains(b) && y.contains(a));
    let touched =
        |x: &Block, key: &str| -> Vec<Block> { holders(component, key).into_iter().filter(|y| *y != x && touch(x, y)).cloned().collect() };
    let keys: Vec<String> = keys(rules).collect();
    let key_of = |x: &Block| keys.iter().position(|key| x.iter().any(|identifier| identifier.kind() == key));
    let mut answers: BTreeMap<Block, Block> = BTreeMap::new();
    // Keys first, the strongest type before the next: what they say is needed for all that follow them.
    let mut order: Vec<&Block> = component.iter().collect();
    order.sort_by_key(|block| key_of(block).unwrap_or(usize::MAX));
    for x in order.iter().filter(|x| key_of(x).is_some()) {
        let own = key_of(x).unwrap_or(0);
        let mut answer = (*x).clone();
        for key in &keys[..own] {
            let near = touched(x, key);
            let [one] = &near[..] else {
                if near.is_empty() {
                    continue;
                }
                break;
            };
            let is_mutual = touched(one, &keys[own]).len() == 1 && x.len() == 1 && one.len() == 1;
            let root = answers[one].clone();
            // A profile has one value of a type: who belongs to it already must touch no other.
            let others =
                answers.iter().filter(|(member, at)| **at == root && *member != one && key_of(member).is_some_and(|key| key < own));
            let is_free = root == *one || others.map(|(member, _)| member).all(|member| touched(member, &keys[own]).is_empty());
            if is_mutual && is_free {
                answer = root;
            }
            break;
        }
        answers.insert((*x).clone(), answer);
    }
    for x in order.iter().filter(|x| key_of(x).is_none()) {
        let near = keys.iter().map(|key| touched(x, key)).find(|near| !near.is_empty());
        let answer = match near.as_deref() {
            Some([one]) => answers[one].clone(),
            _ => (*x).clone(),
        };
        answers.insert((*x).clone(), answer);
    }
    let mut clusters = BTreeMap::<Block, Block>::new();
    for (member, root) in answers {
        clusters.entry(root).or_default().extend(member);
    }
    clusters.into_values().collect()
}

fn keys(rules: &Rules) -> impl Iterator<Item = String> {
    rules.config().key_types.clone().into_iter()
}

fn holders<'a>(blocks: &'a [Block], key: &str) -> Vec<&'a Block> {
    blocks.iter().filter(|block| block.iter().any(|identifier| identifier.kind() == key)).collect()
}

fn pair(a: &Identifier, b: &Identifier) -> Pair {
    if a <= b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) }
}

fn unite(blocks: &[Block]) -> Block {
    blocks.iter().flatten().cloned().collect()
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
