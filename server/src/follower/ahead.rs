//! Reads ahead, on a thread of its own, when the follower is behind: after a restart, an import, or for as long as more arrives than it applies.
//! Where the events that come after each other are of few customers, it would read them all for little.
//!
//! Half of what applying an event of a returning customer takes is reading what is kept of them. What is read here is looked for by the rules
//! of this moment; where it turns out to be another customer's, it was read for nothing.

use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Sender, bounded};
use nora_shared::event::Event;

use super::{BATCH_EVENTS, Follower};
use crate::context::Context;
use crate::identity::{NodeId, Rules, carried};
use crate::log::{Record, Seq};
use crate::storage::{Result, Store};

/// Events that wait, from which on it is worth a thread.
pub(super) const FAR: Seq = 2 * BATCH_EVENTS as Seq;

type Batch = Vec<(Seq, Arc<Record>)>;

impl Follower {
    /// Applies everything before `end`, or up to what people decided; nothing, and `false`, where there is no thread to be had.
    pub(super) fn go_on_with_ahead(&mut self, end: Seq) -> Result<bool> {
        let (store, rules, from) = (Arc::clone(&self.store), Arc::clone(self.engine.rules()), self.position);
        let (sender, batches) = bounded(1);
        thread::scope(|scope| {
            let thread = thread::Builder::new().name("ahead".into());
            if thread.spawn_scoped(scope, move || read(&*store, &rules, from, end, &sender)).is_err() {
                return Ok(false);
            }
            for batch in batches {
                let batch = batch?;
                let next = batch.last().map_or(self.position, |(seq, _)| seq + 1);
                self.step(batch)?;
                if self.position != next {
                    // Somebody decided something in between, and nothing that was read ahead need be of use any more.
                    break;
                }
            }
            Ok(true)
        })
    }
}

/// Reads batches, with what is kept of those whose events they are, until nobody takes them.
fn read(store: &dyn Store, rules: &Rules, mut from: Seq, end: Seq, batches: &Sender<Result<Batch>>) {
    while from < end {
        let limit = usize::try_from(end - from).unwrap_or(usize::MAX).min(BATCH_EVENTS);
        let batch = store.read(from, limit).and_then(|batch| store.read_ahead(&identifiers(&batch, rules)).map(|()| batch));
        let is_last = batch.as_ref().map_or(true, Vec::is_empty);
        from = batch.as_ref().ok().and_then(|batch| batch.last()).map_or(end, |(seq, _)| seq + 1);
        if batches.send(batch).is_err() || is_last {
            return;
        }
    }
}

fn identifiers(batch: &Batch, rules: &Rules) -> Vec<NodeId> {
    let of = |record: &Record| {
        let event = Event::known(&record.json);
        carried::identifiers(&event, &Context::of(&event), rules)
    };
    let mut ids: Vec<_> = batch.iter().flat_map(|(_, record)| of(record)).map(|identifier| NodeId::of(&identifier)).collect();
    // In the order of the keys: neighbours share pages.
    ids.sort_unstable();
    ids.dedup();
    ids
}
