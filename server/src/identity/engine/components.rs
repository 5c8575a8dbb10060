//! Which identifiers hang together (rule R4): joins components, and makes them anew where evidence has gone.

use foldhash::HashSet;

use super::Engine;
use crate::identity::node::{Component, Facts, Mode, NodeId};
use crate::identity::view::Found;

impl<F: Facts> Engine<F> {
    /// Notes that an identifier has become visible.
    pub(super) fn show(&mut self, id: NodeId) -> Result<(), F::Error> {
        self.totals.identifiers += 1;
        let Some(node) = self.work.node(id)? else { return Ok(()) };
        if node.next == id {
            self.totals.profiles += 1;
            return Ok(());
        }
        let mut component = self.view().component_of(id, &node)?;
        component.least = self.view().lesser(component.least, Some(id))?;
        self.work.set_component(node.component, Some(component));
        self.unsettled.insert(node.component);
        Ok(())
    }

    /// Joins the components of two identifiers that an edge or an alias links.
    pub(super) fn join(&mut self, a: NodeId, b: NodeId) -> Result<(), F::Error> {
        let (Some(from), Some(to)) = (self.work.node(a)?, self.work.node(b)?) else { return Ok(()) };
        if from.component == to.component {
            return self.unsettle(from.component);
        }
        let (one, other) = (self.view().component_of(a, &from)?, self.view().component_of(b, &to)?);
        // The smaller gets the number of the larger: each identifier is renumbered a few times at most.
        let ((kept_id, kept, large), (moved_id, moved, small)) = match one.size >= other.size {
            true => ((a, from, one), (b, to, other)),
            false => ((b, to, other), (a, from, one)),
        };
        let classes: Vec<u32> = large.classes.iter().zip(&small.classes).map(|(one, other)| one + other).collect();
        let mut merged = Component {
            size: large.size + small.size,
            classes,
            least: self.view().lesser(large.least, small.least)?,
            profiles: large.profiles + small.profiles,
        };
        let mode = merged.mode(&self.rules);
        self.remember_join(mode, &mut merged, (kept_id, &large), (moved_id, &small))?;
        if mode == Mode::Large && (large.mode(&self.rules) != Mode::Large || self.recount.full.contains(&moved.component)) {
            self.recount.full.insert(kept.component);
        }
        let labels = ((kept.component, kept.next), (moved.component, moved.next));
        // Records that nobody else holds are changed in place.
        drop((kept, moved));
        let ((kept, kept_next), (moved, moved_next)) = labels;
        let ring = if small.size == 1 { vec![moved_id] } else { ids(self.view().ring(moved_id)?) };
        for id in ring {
            self.work.edit(id, |node| node.component = kept)?;
        }
        // Two rings become one by swapping two numbers.
        self.work.edit(kept_id, |node| node.next = moved_next)?;
        self.work.edit(moved_id, |node| node.next = kept_next)?;
        if small.size > 1 {
            self.work.set_component(moved, None);
        }
        self.work.set_component(kept, Some(merged));
        self.unsettled.remove(&moved);
        self.unsettled.insert(kept);
        Ok(())
    }

    /// Hangs a new identifier on one that is known, where that cannot change who else is who; whether it could.
    ///
    /// In a solved component an identifier with a single edge goes where that edge leads: it is on no way between others, and as far from
    /// every key as its neighbour is.
    pub(super) fn hang(&mut self, new: NodeId, known: NodeId) -> Result<bool, F::Error> {
        let (Some(leaf), Some(stem)) = (self.work.node(new)?, self.work.node(known)?) else { return Ok(false) };
        let mut component = self.view().component_of(known, &stem)?;
        if component.mode(&self.rules) != Mode::Solved
            || component.size >= self.rules.large()
            || self.unsettled.contains(&stem.component)
            || self.rules.key(leaf.code).is_some()
            || leaf.next != new
            || !self.view().is_live((new, &leaf), (known, &stem))?
            || stem.part.is_none()
            || self.view().lesser(stem.part, Some(new))? != stem.part
        {
            return Ok(false);
        }
        self.remember_one(new, &leaf)?;
        component.size += 1;
        component.least = self.view().lesser(component.least, Some(new))?;
        self.totals.profiles -= u64::from(leaf.is_shown());
        let (label, next, part) = (stem.component, stem.next, stem.part);
        drop((leaf, stem));
        self.work.edit(new, |node| (node.component, node.next, node.part) = (label, next, part))?;
        self.work.edit(known, |node| node.next = new)?;
        self.work.set_component(label, Some(component));
        Ok(true)
    }

    /// Makes two values of a key type one alias class. Anything else is no alias.
    pub(super) fn unite(&mut self, a: NodeId, b: NodeId) -> Result<(), F::Error> {
        let (Some(from), Some(to)) = (self.work.node(a)?, self.work.node(b)?) else { return Ok(()) };
        let Some(key) = self.rules.key(from.code).filter(|key| self.rules.key(to.code) == Some(*key)) else { return Ok(()) };
        self.join(a, b)?;
        if from.class == to.class {
            return Ok(());
        }
        let (one, other) = (ids(self.view().class(a)?), ids(self.view().class(b)?));
        let ((kept, class), moved) = if one.len() >= other.len() { ((a, from.class), other) } else { ((b, to.class), one) };
        let moved_id = if kept == a { b } else { a };
        for id in &moved {
            self.work.edit(*id, |node| node.class = class)?;
        }
        let (kept_next, moved_next) = if kept == a { (from.class_next, to.class_next) } else { (to.class_next, from.class_next) };
        self.work.edit(kept, |node| node.class_next = moved_next)?;
        self.work.edit(moved_id, |node| node.class_next = kept_next)?;
        if let Some(node) = self.work.node(a)?
            && let Some(mut component) = self.work.component(node.component)?
        {
            component.classes[key] -= 1;
            self.work.set_component(node.component, Some(component));
            self.recount.full.insert(node.component);
            self.unsettled.insert(node.component);
        }
        Ok(())
    }

    /// Notes that the evidence inside a component has changed.
    pub(super) fn unsettle(&mut self, component: NodeId) -> Result<(), F::Error> {
        if let Some(known) = self.work.component(component)?
            && known.mode(&self.rules) != Mode::Whole
        {
            self.unsettled.insert(component);
        }
        Ok(())
    }

    /// Makes the components of these identifiers anew, from the evidence that there is now.
    pub(super) fn rebuild(&mut self, seeds: &[NodeId]) -> Result<(), F::Error> {
        let torn = self.tear(seeds)?;
        self.mend(torn).map(drop)
    }

    /// Takes the components of these identifiers apart, before what they follow from changes. They must be [mended](Engine::mend).
    pub(super) fn tear(&mut self, seeds: &[NodeId]) -> Result<Torn, F::Error> {
        let mut torn = Torn::default();
        for seed in seeds {
            self.take_apart(*seed, &mut torn)?;
        }
        Ok(torn)
    }

    /// Makes components of what was taken apart, and of all that hangs on it now.
    pub(super) fn mend(&mut self, mut torn: Torn) -> Result<Vec<NodeId>, F::Error> {
        let mut done: HashSet<NodeId> = HashSet::default();
        let mut place = 0;
        while let Some(&start) = torn.members.get(place) {
            place += 1;
            if !done.insert(start) {
                continue;
            }
            let mut group = vec![start];
            let mut at = 0;
            while let Some(&id) = group.get(at) {
                at += 1;
                let Some(node) = self.work.node(id)? else { continue };
                let mut next = self.view().live(id, &node)?;
                next.append(&mut self.view().aliases(id, &node)?);
                for (other, _) in next {
                    if done.insert(other) {
                        self.take_apart(other, &mut torn)?;
                        group.push(other);
                    }
                }
            }
            self.form(&group)?;
        }
        Ok(torn.members)
    }

    fn take_apart(&mut self, id: NodeId, torn: &mut Torn) -> Result<(), F::Error> {
        let Some(node) = self.work.node(id)? else { return Ok(()) };
        if !torn.components.insert(node.component) {
            return Ok(());
        }
        let component = self.view().component_of(id, &node)?;
        let ring = self.view().ring(id)?;
        self.remember_members(&component, &ring)?;
        self.totals.profiles -= u64::from(component.profiles);
        self.unsettled.remove(&node.component);
        self.recount.full.remove(&node.component);
        if component.size > 1 {
            self.work.set_component(node.component, None);
        }
        torn.members.extend(ids(ring));
        Ok(())
    }

    /// Makes these identifiers a component.
    fn form(&mut self, group: &[NodeId]) -> Result<(), F::Error> {
        let Some(&label) = group.first() else { return Ok(()) };
        let mut classes = vec![HashSet::default(); self.rules.key_count()];
        let mut least = None;
        for (place, id) in group.iter().enumerate() {
            let next = group[(place + 1) % group.len()];
            let Some(node) = self.work.node(*id)? else { continue };
            if node.is_shown() {
                least = self.view().lesser(least, Some(*id))?;
            }
            if let Some(key) = self.rules.key(node.code) {
                classes[key].insert(node.class);
            }
            if (node.component, node.next, node.part) != (label, next, None) {
                drop(node);
                self.work.edit(*id, |node| (node.component, node.next, node.part) = (label, next, None))?;
            }
        }
        let component = Component {
            size: group.len() as u32,
            classes: classes.iter().map(|classes| classes.len() as u32).collect(),
            least,
            profiles: u32::from(least.is_some()),
        };
        self.totals.profiles += u64::from(component.profiles);
        if component.mode(&self.rules) != Mode::Whole {
            self.unsettled.insert(label);
            self.recount.full.insert(label);
        }
        // One that is alone has no record, and had none: what was taken apart is gone.
        if component.size > 1 {
            self.work.set_component(label, Some(component));
        }
        Ok(())
    }
}

/// Components that were taken apart: their numbers, and who was in them.
#[derive(Debug, Default)]
pub(super) struct Torn {
    components: HashSet<NodeId>,
    members: Vec<NodeId>,
}

fn ids(found: Vec<Found>) -> Vec<NodeId> {
    found.into_iter().map(|(id, _)| id).collect()
}
