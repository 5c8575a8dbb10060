//! The reference model: what the seam promises, in its plainest form. For tests, and gone with the process.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use nora_shared::Identifier;
use parking_lot::RwLock;

use super::{
    Appended, Derived, Effect, EventLog, HeldSize, IdentityState, ProfileChange, Result, Snapshot, Store, StoreError, TimelineEntry,
    generation, search_parts,
};
use crate::identity::memory::MemoryFacts;
use crate::identity::node::Component;
use crate::identity::rules::{Code, Rules};
use crate::identity::{Edge, Facts, Link, Node, NodeId};
use crate::log::{Control, Held, Record, Seq, Settled};
use crate::profile::Fragment;

/// Keeps everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(RwLock<State>);

#[derive(Debug, Default)]
struct State {
    records: Vec<Arc<Record>>,
    held: BTreeMap<u64, Held>,
    next_held: u64,
    /// The 30 days that each source's message id was added in. Nothing is forgotten.
    added: BTreeMap<(String, String), i64>,
    newest: i64,
    derived: DerivedState,
}

#[derive(Debug, Default)]
struct DerivedState {
    applied: Seq,
    state: Option<IdentityState>,
    facts: MemoryFacts,
    newest: BTreeSet<(Seq, NodeId)>,
    parts: BTreeSet<(String, NodeId)>,
    decisions: Vec<Seq>,
    changes: Vec<ProfileChange>,
    fragments: BTreeMap<NodeId, Fragment>,
    timeline: BTreeMap<(NodeId, Seq), Vec<TimelineEntry>>,
}

impl EventLog for MemoryStore {
    fn commit(&self, records: &[Arc<Record>], held: &[Held], settled: &[Settled]) -> Result<Vec<Appended>> {
        let mut state = self.0.write();
        let mut now = BTreeSet::new();
        let newest = records.iter().map(|record| generation(record.received_at)).max();
        state.newest = state.newest.max(newest.unwrap_or(i64::MIN));
        let answers = records.iter().map(|record| state.add(record, &mut now)).collect();
        let mut seen = BTreeSet::new();
        for Settled { id, still } in settled.iter().filter(|settled| seen.insert(settled.id)) {
            if state.held.remove(id).is_some()
                && let Some(still) = still
            {
                state.held.insert(*id, still.clone());
            }
        }
        for item in held {
            let id = state.next_held;
            state.held.insert(id, item.clone());
            state.next_held += 1;
        }
        Ok(answers)
    }

    fn len(&self) -> Seq {
        self.0.read().records.len() as Seq
    }

    fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Arc<Record>)>> {
        let state = self.0.read();
        Ok((from..state.records.len() as Seq).take(limit.max(1)).map(|seq| (seq, state.records[seq as usize].clone())).collect())
    }

    fn event(&self, seq: Seq) -> Result<Option<Arc<Record>>> {
        Ok(usize::try_from(seq).ok().and_then(|at| self.0.read().records.get(at).cloned()))
    }

    fn held(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, Held)>> {
        let state = self.0.read();
        let below = state.held.range(..before.unwrap_or(u64::MAX)).rev();
        Ok(below.map(|(id, held)| (*id, held.clone())).take(limit).collect())
    }

    fn oldest_held(&self, limit: usize) -> Result<Vec<(u64, Held)>> {
        Ok(self.0.read().held.iter().map(|(id, held)| (*id, held.clone())).take(limit).collect())
    }

    fn held_item(&self, id: u64) -> Result<Option<Held>> {
        Ok(self.0.read().held.get(&id).cloned())
    }

    fn held_count(&self) -> u64 {
        self.0.read().next_held
    }

    fn held_size(&self) -> HeldSize {
        let state = self.0.read();
        let bytes = state.held.values().flat_map(Held::texts).map(str::len).sum::<usize>();
        HeldSize { items: state.held.len() as u64, bytes: bytes as u64 }
    }

    fn erase(&self, events: &[Seq], held: &[u64]) -> Result<()> {
        let mut state = self.0.write();
        for seq in events {
            let record = state.records.get_mut(*seq as usize).ok_or_else(|| StoreError(format!("there is no event {seq}")))?;
            *record = Arc::new(Control::tombstone(record));
        }
        for id in held {
            state.held.remove(id);
        }
        state.derived.state = None;
        Ok(())
    }
}

impl State {
    /// Adds the record unless it repeats one. A period of 30 days reaches into the next, so that the window is never shorter than that.
    fn add(&mut self, record: &Arc<Record>, now: &mut BTreeSet<(String, String)>) -> Appended {
        let key = (record.source.clone(), record.message_id.clone());
        let first = now.insert(key.clone());
        if !first || self.added.get(&key).is_some_and(|period| *period >= self.newest - 1) {
            return Appended::Duplicate;
        }
        self.added.insert(key, self.newest);
        self.records.push(Arc::clone(record));
        Appended::At(self.records.len() as Seq - 1)
    }
}

impl Facts for MemoryStore {
    type Error = StoreError;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        Ok(self.0.read().derived.facts.nodes.get(&id).cloned())
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>> {
        Ok(self.0.read().derived.facts.edges.get(&(a.min(b), a.max(b), link)).cloned())
    }

    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>> {
        Ok(self.0.read().derived.facts.far_of(node, code, limit))
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>> {
        Ok(self.0.read().derived.facts.components.get(&id).cloned())
    }
}

impl Derived for MemoryStore {
    fn applied(&self) -> Result<Seq> {
        Ok(self.0.read().derived.applied)
    }

    fn apply(&self, effect: &Effect) -> Result<()> {
        let mut state = self.0.write();
        let derived = &mut state.derived;
        derived.applied = effect.applied;
        if let Some(state) = &effect.state {
            derived.state = Some(state.clone());
        }
        let rules = Rules::new(derived.state.clone().unwrap_or_default().rules).unwrap_or_default();
        for (id, node) in effect.identity.nodes.iter().filter(|(_, node)| node.since >= effect.from) {
            derived.newest.insert((node.since, *id));
            derived.parts.extend(search_parts(node, &rules).into_iter().map(|part| (part, *id)));
        }
        derived.facts.write(&effect.identity);
        derived.decisions.extend(&effect.decisions);
        derived.changes.extend(effect.changes.iter().cloned());
        derived.fragments.extend(effect.fragments.iter().cloned());
        for (anchor, entries) in &effect.timeline {
            if let Some(first) = entries.first() {
                derived.timeline.insert((*anchor, first.seq), entries.clone());
            }
        }
        Ok(())
    }

    fn restart(&self, state: &IdentityState) -> Result<()> {
        self.0.write().derived = DerivedState { state: Some(state.clone()), ..DerivedState::default() };
        Ok(())
    }

    fn identity_state(&self) -> Result<Option<IdentityState>> {
        Ok(self.0.read().derived.state.clone())
    }

    fn decisions(&self) -> Result<Vec<Seq>> {
        Ok(self.0.read().derived.decisions.clone())
    }

    fn nodes(&self, after: Option<NodeId>, limit: usize) -> Result<Vec<(NodeId, Arc<Node>)>> {
        let state = self.0.read();
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let nodes = state.derived.facts.nodes.range((start, Bound::Unbounded));
        Ok(nodes.take(limit).map(|(id, node)| (*id, Arc::clone(node))).collect())
    }

    fn newest(&self, before: Option<(Seq, NodeId)>, limit: usize) -> Result<Vec<(Seq, NodeId)>> {
        let state = self.0.read();
        let end = before.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(state.derived.newest.range((Bound::Unbounded, end)).rev().take(limit).copied().collect())
    }

    fn search(&self, text: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<(Vec<u8>, NodeId)>> {
        let state = self.0.read();
        let place = |(part, id): &(String, NodeId)| [part.as_bytes(), &[0], &id.0.to_be_bytes()].concat();
        let found = state.derived.parts.iter().filter(|(part, _)| part.starts_with(text)).map(|entry| (place(entry), entry.1));
        Ok(found.filter(|(place, _)| after.is_none_or(|after| &place[..] > after)).take(limit).collect())
    }

    fn changes(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, ProfileChange)>> {
        let state = self.0.read();
        let changes = state.derived.changes.iter().enumerate().map(|(place, change)| (place as u64, change.clone()));
        Ok(changes.rev().filter(|(place, _)| before.is_none_or(|before| *place < before)).take(limit).collect())
    }

    fn derived_bytes(&self) -> Result<u64> {
        Ok(0)
    }

    fn fragment(&self, anchor: &Identifier) -> Result<Option<Fragment>> {
        Ok(self.0.read().derived.fragments.get(&NodeId::of(anchor)).cloned())
    }

    fn timeline(&self, anchor: &Identifier) -> Result<Vec<TimelineEntry>> {
        let state = self.0.read();
        let anchor = NodeId::of(anchor);
        let chunks = state.derived.timeline.range((anchor, 0)..=(anchor, Seq::MAX));
        Ok(chunks.flat_map(|(_, entries)| entries).copied().collect())
    }
}

impl Store for MemoryStore {
    fn is_writable(&self) -> bool {
        true
    }

    fn snapshot(&self, _: &Path, _: &dyn Fn() -> bool) -> Result<Snapshot> {
        Err(StoreError("there is nothing on a disk to copy".to_owned()))
    }

    fn close(&self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;
    use crate::storage::conformance;

    #[test]
    fn keeps_the_promises_of_the_seam() {
        conformance::run(&mut || Box::new(MemoryStore::default()));
    }
}
