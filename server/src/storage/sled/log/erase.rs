//! Writes tombstones over events.

use std::sync::Arc;

use ::sled::IVec;

use super::super::chunked::Changes;
use super::super::keys::{STATE, damaged};
use super::super::quarantine;
use super::reader::first_of;
use super::{Log, block};
use crate::log::{Control, Seq, Settled};
use crate::storage::Result;

/// Blocks that are rewritten at once. Bounds memory.
const BLOCKS: usize = 256;

impl Log {
    /// See [`EventLog::erase`](crate::storage::EventLog::erase). Where this breaks off, some of the events are erased, and what is derived
    /// still names them: it can be done again.
    pub(in super::super) fn erase(&self, events: &[Seq], held: &[u64]) -> Result<()> {
        let mut repeats = self.repeats.lock();
        let values = &self.reader.values;
        values.check()?;
        let mut changes = Changes::new();
        // An opening finds the newest message ids in the log alone: they must lie elsewhere before they go from there.
        repeats.flush(self.len(), &mut changes)?;
        values.write(std::mem::replace(&mut changes, Changes::new()))?;
        values.sync()?;

        let (mut rest, mut blocks) = (events, 0);
        while let Some(next) = rest.first() {
            let (key, _) = self.reader.block_before(*next)?;
            let first = first_of(&key)?;
            let (parts, packed) = values.get_with_parts(&key)?.ok_or_else(|| damaged(&key, "gone"))?;
            let mut records = block::decode(&key, &packed)?.records;
            let end = first + records.len() as Seq;
            let (here, later) = rest.split_at(rest.partition_point(|seq| *seq < end));
            if here.is_empty() {
                return Err(damaged(&key, "a gap in the log"));
            }
            for seq in here {
                let record = &mut records[(seq - first) as usize];
                *record = Arc::new(Control::tombstone(record));
            }
            block::replace(&mut changes, first, &records, parts)?;
            (rest, blocks) = (later, blocks + 1);
            if blocks % BLOCKS == 0 {
                values.write(std::mem::replace(&mut changes, Changes::new()))?;
            }
        }
        let mut totals = self.held();
        let gone: Vec<_> = held.iter().map(|id| Settled { id: *id, still: None }).collect();
        quarantine::settle(values, &mut totals, &gone, &mut changes)?;
        // In the last batch: without it, what is derived is derived again by whoever opens the store next.
        changes.unmark(IVec::from(&[STATE][..]));
        values.write(changes)?;
        values.sync()?;
        *self.held.lock() = totals;
        self.reader.forget();
        Ok(())
    }
}
