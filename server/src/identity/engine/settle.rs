//! Cuts components with conflicting keys (rule R5), and keeps count of what they make.

use foldhash::{HashMap, HashSet};

use super::Engine;
use crate::identity::node::{Component, Facts, Mode, NodeId};
use crate::identity::solve::{Tie, solve};
use crate::identity::view::Found;

/// What is to be counted anew in large components. Counting all of one each time would cost more the larger it is.
#[derive(Debug, Default)]
pub(super) struct Recount {
    /// Components to be counted whole.
    pub(super) full: HashSet<NodeId>,
    /// Identifiers whose part in the count may have changed, with what it was.
    before: HashMap<NodeId, u32>,
}

impl<F: Facts> Engine<F> {
    /// Brings profiles up to date. Called once per batch of observations: a conflict that many of them touch is solved once.
    pub fn settle(&mut self) -> Result<(), F::Error> {
        let mut counted = HashSet::default();
        for label in std::mem::take(&mut self.unsettled) {
            let Some(component) = self.work.component(label)? else { continue };
            match component.mode(&self.rules) {
                Mode::Whole => {
                    let profiles = u32::from(component.least.is_some());
                    self.set_profiles(label, component, profiles);
                }
                Mode::Solved => self.solve(label, component)?,
                Mode::Large if self.recount.full.remove(&label) => {
                    let mut profiles = 0;
                    for (id, _) in self.view().ring(label)? {
                        profiles += self.is_root(id)?;
                    }
                    self.set_profiles(label, component, profiles);
                    counted.insert(label);
                }
                Mode::Large => {}
            }
        }
        for (id, before) in std::mem::take(&mut self.recount.before) {
            let Some(node) = self.work.node(id)?.filter(|node| !counted.contains(&node.component)) else { continue };
            let Some(component) = self.work.component(node.component)? else { continue };
            if component.mode(&self.rules) == Mode::Large {
                let profiles = component.profiles + self.is_root(id)? - before;
                self.set_profiles(node.component, component, profiles);
            }
        }
        self.recount.full.clear();
        Ok(())
    }

    /// Notes, before they change, which of these identifiers in large components, and of those around them, are profiles.
    pub(super) fn before_large(&mut self, ids: &[NodeId]) -> Result<(), F::Error> {
        for id in ids {
            let Some(node) = self.work.node(*id)? else { continue };
            if self.view().component_of(*id, &node)?.mode(&self.rules) != Mode::Large {
                continue;
            }
            // A key follows the only other one that it touches, and looks at what that one touches.
            let mut around = vec![(*id, node)];
            let mut start = 0;
            for _ in 0..2 {
                for place in std::mem::replace(&mut start, around.len())..around.len() {
                    let (id, node) = around[place].clone();
                    for code in self.rules.keys() {
                        // Of three or more none is the only one, and one more changes nothing for them.
                        around.extend(self.view().live_of(id, &node, code, 3)?);
                    }
                }
            }
            for (id, node) in around {
                self.remember_one(id, &node)?;
                for id in [id, node.class] {
                    if !self.recount.before.contains_key(&id) {
                        let is_root = self.is_root(id)?;
                        self.recount.before.insert(id, is_root);
                    }
                }
            }
        }
        Ok(())
    }

    /// Notes that identifiers which were counted elsewhere come to a large component.
    pub(super) fn come_to_large(&mut self, members: &[Found]) {
        for (id, _) in members {
            self.recount.before.entry(*id).or_insert(0);
        }
    }

    /// 1 for an identifier of a large component that others hang on and whose profile shows.
    fn is_root(&self, id: NodeId) -> Result<u32, F::Error> {
        let view = self.view();
        Ok(u32::from(view.root(id)? == id && view.class(id)?.iter().any(|(_, node)| node.is_shown())))
    }

    fn set_profiles(&mut self, label: NodeId, mut component: Component, profiles: u32) {
        self.totals.profiles = self.totals.profiles + u64::from(profiles) - u64::from(component.profiles);
        if component.profiles != profiles {
            component.profiles = profiles;
            self.work.set_component(label, Some(component));
        }
    }

    fn solve(&mut self, label: NodeId, component: Component) -> Result<(), F::Error> {
        let members = self.view().ring(label)?;
        for (id, node) in &members {
            if let Some(part) = node.part.filter(|_| node.since < self.taken) {
                self.before.entry(*id).or_insert(part);
            }
        }
        let places: HashMap<NodeId, u32> = members.iter().enumerate().map(|(place, (id, _))| (*id, place as u32)).collect();
        let keys: Vec<_> = members.iter().map(|(_, node)| self.rules.key(node.code)).collect();
        let aliases: Vec<_> = members.iter().enumerate().map(|(place, (_, node))| (place as u32, places[&node.class])).collect();
        let mut ties = Vec::new();
        for (place, (id, node)) in members.iter().enumerate() {
            for (other, _) in self.view().live(*id, node)? {
                // Both ends know the edge; one of them brings it in.
                if *id < other
                    && let (Some(b), Some(level)) = (places.get(&other), self.work.evidence(*id, other)?)
                {
                    ties.push(Tie { a: place as u32, b: *b, level });
                }
            }
        }
        let mut profiles = 0;
        for part in solve(self.rules.key_count(), &keys, &aliases, &mut ties) {
            let least = self.view().least(part.iter().map(|place| &members[*place as usize]));
            profiles += u32::from(least.is_some());
            for place in part {
                let (id, node) = &members[place as usize];
                if node.part != least {
                    self.work.edit(*id, |node| node.part = least)?;
                }
            }
        }
        self.set_profiles(label, component, profiles);
        Ok(())
    }
}
