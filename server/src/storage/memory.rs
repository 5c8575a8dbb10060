//! The reference model: what the seam promises, in its plainest form. For tests, and gone with the process.

use std::collections::{BTreeMap, BTreeSet};

use nora_shared::Identifier;
use parking_lot::RwLock;

use super::{Appended, Derived, Effect, EventLog, IdentityFacts, Result, Store, TimelineEntry, generation};
use crate::identity::{AliasFact, EdgeFact, NodeFact};
use crate::log::{Held, Record, Seq};
use crate::profile::Fragment;

/// Keeps everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(RwLock<State>);

#[derive(Debug, Default)]
struct State {
    records: Vec<Record>,
    held: Vec<Held>,
    /// The 30 days that each source's message id was added in. Nothing is forgotten.
    added: BTreeMap<(String, String), i64>,
    newest: i64,
    applied: Seq,
    nodes: BTreeMap<Identifier, NodeFact>,
    edges: BTreeMap<(Identifier, Identifier), EdgeFact>,
    aliases: BTreeSet<AliasFact>,
    fragments: BTreeMap<Identifier, Fragment>,
    timeline: BTreeMap<(Identifier, Seq), Vec<TimelineEntry>>,
}

impl EventLog for MemoryStore {
    fn append(&self, records: &[Record], held: &[Held]) -> Result<Vec<Appended>> {
        let mut state = self.0.write();
        let mut now = BTreeSet::new();
        let answers = records.iter().map(|record| state.add(record, &mut now)).collect();
        state.held.extend_from_slice(held);
        Ok(answers)
    }

    fn len(&self) -> Seq {
        self.0.read().records.len() as Seq
    }

    fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Record)>> {
        let state = self.0.read();
        Ok((from..state.records.len() as Seq).take(limit.max(1)).map(|seq| (seq, state.records[seq as usize].clone())).collect())
    }

    fn event(&self, seq: Seq) -> Result<Option<Record>> {
        Ok(usize::try_from(seq).ok().and_then(|at| self.0.read().records.get(at).cloned()))
    }

    fn held(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, Held)>> {
        let state = self.0.read();
        let end = before.unwrap_or(u64::MAX).min(state.held.len() as u64);
        Ok((0..end).rev().take(limit).map(|id| (id, state.held[id as usize].clone())).collect())
    }

    fn held_count(&self) -> u64 {
        self.0.read().held.len() as u64
    }
}

impl State {
    /// Adds the record unless it repeats one. A period of 30 days reaches into the next, so that the window is never shorter than that.
    fn add(&mut self, record: &Record, now: &mut BTreeSet<(String, String)>) -> Appended {
        let key = (record.source.clone(), record.message_id.clone());
        self.newest = self.newest.max(generation(record.received_at));
        let first = now.insert(key.clone());
        if !first || self.added.get(&key).is_some_and(|period| *period >= self.newest - 1) {
            return Appended::Duplicate;
        }
        self.added.insert(key, self.newest);
        self.records.push(record.clone());
        Appended::At(self.records.len() as Seq - 1)
    }
}

impl Derived for MemoryStore {
    fn applied(&self) -> Result<Seq> {
        Ok(self.0.read().applied)
    }

    fn apply(&self, effect: &Effect) -> Result<()> {
        let mut state = self.0.write();
        state.applied = effect.applied;
        state.nodes.extend(effect.nodes.iter().map(|node| (node.identifier.clone(), node.clone())));
        state.edges.extend(effect.edges.iter().map(|edge| ((edge.a.clone(), edge.b.clone()), edge.clone())));
        state.aliases.extend(effect.aliases.iter().cloned());
        state.fragments.extend(effect.fragments.iter().map(|fragment| (fragment.anchor(), fragment.clone())));
        for (anchor, entries) in &effect.timeline {
            if let Some(first) = entries.first() {
                state.timeline.insert((anchor.clone(), first.seq), entries.clone());
            }
        }
        Ok(())
    }

    fn identity_facts(&self) -> Result<IdentityFacts> {
        let state = self.0.read();
        Ok(IdentityFacts {
            nodes: state.nodes.values().cloned().collect(),
            edges: state.edges.values().cloned().collect(),
            aliases: state.aliases.iter().cloned().collect(),
        })
    }

    fn fragment(&self, anchor: &Identifier) -> Result<Option<Fragment>> {
        Ok(self.0.read().fragments.get(anchor).cloned())
    }

    fn timeline(&self, anchor: &Identifier) -> Result<Vec<TimelineEntry>> {
        let state = self.0.read();
        let chunks = state.timeline.range((anchor.clone(), 0)..=(anchor.clone(), Seq::MAX));
        Ok(chunks.flat_map(|(_, entries)| entries).copied().collect())
    }
}

impl Store for MemoryStore {
    fn is_writable(&self) -> bool {
        true
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
