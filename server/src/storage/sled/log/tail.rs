//! The newest events, as they were appended: whoever follows the log reads them without decoding a block.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::log::{Record, Seq};

/// Events that were appended last.
pub(super) struct Tail {
    kept: Mutex<Kept>,
    most_bytes: usize,
}

#[derive(Default)]
struct Kept {
    /// The position of the first.
    first: Seq,
    records: VecDeque<Arc<Record>>,
    bytes: usize,
}

impl Tail {
    /// Keeps about so many bytes of events.
    pub(super) fn new(most_bytes: usize) -> Tail {
        Tail { kept: Mutex::default(), most_bytes }
    }

    /// Adds events that are durable, the first at `first`.
    pub(super) fn push(&self, first: Seq, records: Vec<Arc<Record>>) {
        let mut kept = self.kept.lock();
        if kept.records.is_empty() {
            kept.first = first;
        }
        for record in records {
            kept.bytes += bytes(&record);
            kept.records.push_back(record);
        }
        while kept.bytes > self.most_bytes
            && let Some(oldest) = kept.records.pop_front()
        {
            kept.bytes -= bytes(&oldest);
            kept.first += 1;
        }
    }

    /// Forgets all of them.
    pub(super) fn forget(&self) {
        *self.kept.lock() = Kept::default();
    }

    /// Up to `limit` events from a position on; `None` where that one is not here any more.
    pub(super) fn read(&self, from: Seq, limit: usize) -> Option<Vec<(Seq, Arc<Record>)>> {
        let kept = self.kept.lock();
        let skipped = usize::try_from(from.checked_sub(kept.first)?).ok()?;
        let read: Vec<_> = (from..).zip(kept.records.iter().skip(skipped).take(limit.max(1)).cloned()).collect();
        (!read.is_empty()).then_some(read)
    }
}

fn bytes(record: &Record) -> usize {
    record.json.len() + record.message_id.len() + record.source.len() + 2 * size_of::<Record>()
}
