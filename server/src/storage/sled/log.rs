//! The log: blocks of events, one sled value each.
//!
//! `l` and the position of the first event (eight bytes, big-endian); the value is a list of up to 256 [`StoredRecord`]s, always
//! compressed, so always with a checksum. Blocks follow each other without a gap; a gap is damage.
//!
//! [`StoredRecord`]: super::stored::StoredRecord

pub(super) mod block;
mod erase;
mod reader;
mod tail;

use std::sync::Arc;

use parking_lot::Mutex;

use super::chunked::{Changes, Values};
use super::quarantine::{self, Totals};
use super::repeats::{Pinned, Repeats};
use crate::log::{Held, Record, Seq, Settled};
use crate::storage::{Appended, Result};
use reader::Reader;

/// Events that an opening reads at once.
const OPENED: usize = 4_096;

/// The log, and what must be decided together with it: repeats and the quarantine.
pub(super) struct Log {
    reader: Reader,
    /// Held while an append decides, writes and syncs: a repeat is answered only when what it repeats is durable.
    repeats: Arc<Mutex<Repeats>>,
    held: Mutex<Totals>,
}

impl Log {
    /// Finds the end of the log. `cache_bytes` bounds what is kept of it in memory, `filter_bytes` what is kept of message ids.
    pub(super) fn open(values: &Arc<Values>, cache_bytes: u64, filter_bytes: u64) -> Result<Log> {
        let held = Mutex::new(quarantine::totals(values)?);
        let reader = Reader::open(Arc::clone(values), cache_bytes)?;
        let filter_bytes = usize::try_from(filter_bytes).unwrap_or(usize::MAX);
        let repeats = Repeats::open(values, filter_bytes, |from| reader.read(from, OPENED))?;
        Ok(Log { reader, repeats, held })
    }

    pub(super) fn commit(&self, records: &[Arc<Record>], held: &[Held], settled: &[Settled]) -> Result<Vec<Appended>> {
        let mut repeats = self.repeats.lock();
        let values = &self.reader.values;
        // After a failure, ids are noted of events that are not there.
        values.check()?;
        let mut changes = Changes::new();
        let first = self.len();
        let is_new = repeats.admit(records, first, &mut changes)?;

        let mut next = first;
        let mut answers = Vec::with_capacity(records.len());
        let mut fresh = Vec::with_capacity(records.len());
        for (record, is_new) in records.iter().zip(is_new) {
            answers.push(if is_new { Appended::At(next) } else { Appended::Duplicate });
            if is_new {
                fresh.push(Arc::clone(record));
                next += 1;
            }
        }
        block::write(&mut changes, first, &fresh)?;
        let mut totals = self.held();
        quarantine::settle(values, &mut totals, settled, &mut changes)?;
        quarantine::write(&mut totals, held, &mut changes)?;
        if !changes.is_empty() {
            values.write(changes)?;
            values.sync()?;
        }
        *self.held.lock() = totals;
        self.reader.push(first, fresh);
        drop(repeats);
        Repeats::merge_if_due(&self.repeats);
        Ok(answers)
    }

    /// What there is now, which stays while the guard is held.
    pub(super) fn pin(&self) -> Result<Pinned> {
        let repeats = self.repeats.lock();
        repeats.pin(self.len())
    }

    pub(super) fn len(&self) -> Seq {
        self.reader.len()
    }

    /// What the quarantine has.
    pub(super) fn held(&self) -> Totals {
        *self.held.lock()
    }

    /// Events from a position on; see [`Reader::read`].
    pub(super) fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Arc<Record>)>> {
        self.reader.read(from, limit)
    }

    pub(super) fn event(&self, seq: Seq) -> Result<Option<Arc<Record>>> {
        self.reader.event(seq)
    }
}
