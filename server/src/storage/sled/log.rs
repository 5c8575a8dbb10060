//! The log: blocks of events, one sled value each.
//!
//! `l` and the position of the first event (eight bytes, big-endian); the value is a list of up to 256 [`StoredRecord`]s, always
//! compressed, so always with a checksum. Blocks follow each other without a gap; a gap is damage.

mod block;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::sled::IVec;
use block::{Block, BlockBytes};
use parking_lot::Mutex;
use quick_cache::sync::Cache;

use super::chunked::{Changes, Values};
use super::keys::{LOG, damaged, number, numbered};
use super::quarantine;
use super::repeats::Repeats;
use crate::log::{Held, Record, Seq};
use crate::storage::{Appended, Result};

/// The log, and what must be decided together with it: repeats and ids of held items.
pub(super) struct Log {
    values: Arc<Values>,
    /// Blocks by the position of their first event.
    cache: Cache<Seq, Arc<Block>, BlockBytes>,
    /// Held while an append decides, writes and syncs: a repeat is answered only when what it repeats is durable.
    writer: Mutex<Repeats>,
    /// What is durable; readers see nothing beyond.
    len: AtomicU64,
    held: AtomicU64,
}

impl Log {
    /// Finds the end of the log.
    pub(super) fn open(values: Arc<Values>, cache_bytes: u64) -> Result<Log> {
        let len = match values.range(vec![LOG]..vec![LOG + 1]).next_back().transpose()? {
            Some((key, raw)) => first_of(&key)? + block::decode(&key, &values.whole(&key, &raw)?)?.records.len() as Seq,
            None => 0,
        };
        let held = quarantine::next_id(&values)?;
        let writer = Mutex::new(Repeats::open(&values)?);
        let cache = Cache::with_weighter((cache_bytes / block::TYPICAL_BYTES) as usize, cache_bytes, BlockBytes);
        Ok(Log { values, cache, writer, len: AtomicU64::new(len), held: AtomicU64::new(held) })
    }

    pub(super) fn append(&self, records: &[Record], held: &[Held]) -> Result<Vec<Appended>> {
        let mut writer = self.writer.lock();
        let mut repeats = *writer;
        let mut changes = Changes::new();
        let new = repeats.admit(&self.values, records, &mut changes)?;

        let mut next = self.len();
        let mut fresh = Vec::with_capacity(records.len());
        let mut answers = Vec::with_capacity(records.len());
        for (record, new) in records.iter().zip(new) {
            answers.push(if new { Appended::At(next) } else { Appended::Duplicate });
            if new {
                fresh.push(record);
                next += 1;
            }
        }
        block::write(&mut changes, self.len(), &fresh)?;
        quarantine::write(&mut changes, self.held_count(), held)?;

        if !changes.is_empty() {
            self.values.write(changes)?;
            self.values.sync()?;
        }
        *writer = repeats;
        self.held.fetch_add(held.len() as u64, Ordering::Release);
        self.len.store(next, Ordering::Release);
        Ok(answers)
    }

    pub(super) fn len(&self) -> Seq {
        self.len.load(Ordering::Acquire)
    }

    pub(super) fn held_count(&self) -> u64 {
        self.held.load(Ordering::Acquire)
    }

    /// Whole blocks until there are `limit` events, so that reading on does not decode a block twice.
    pub(super) fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Record)>> {
        let len = self.len();
        let mut events = Vec::new();
        if from >= len {
            return Ok(events);
        }
        let mut next = from;
        let (start, _) = self.block_before(from)?;
        for entry in self.values.range(start.to_vec()..numbered(LOG, len)) {
            let (key, raw) = entry?;
            let first = first_of(&key)?;
            // Not kept: whoever reads the log from end to end would push out what is asked for often.
            let block = match self.cache.get(&first) {
                Some(block) => block,
                None => Arc::new(block::decode(&key, &self.values.whole(&key, &raw)?)?),
            };
            if first > next || first + block.records.len() as Seq <= next {
                return Err(damaged(&key, "a gap in the log"));
            }
            let rest = &block.records[(next - first) as usize..];
            events.extend((next..).zip(rest.iter().cloned()));
            next += rest.len() as Seq;
            if events.len() >= limit {
                break;
            }
        }
        Ok(events)
    }

    pub(super) fn event(&self, seq: Seq) -> Result<Option<Record>> {
        if seq >= self.len() {
            return Ok(None);
        }
        let (key, raw) = self.block_before(seq)?;
        let first = first_of(&key)?;
        let block = match self.cache.get(&first) {
            Some(block) => block,
            None => {
                let block = Arc::new(block::decode(&key, &self.values.whole(&key, &raw)?)?);
                self.cache.insert(first, Arc::clone(&block));
                block
            }
        };
        let record = block.records.get((seq - first) as usize).cloned();
        record.map(Some).ok_or_else(|| damaged(&key, "a gap in the log"))
    }

    /// The block that has the event at `seq`.
    fn block_before(&self, seq: Seq) -> Result<(IVec, IVec)> {
        let mut range = self.values.range(vec![LOG]..=numbered(LOG, seq));
        range.next_back().unwrap_or_else(|| Err(damaged(&numbered(LOG, seq), "missing")))
    }
}

fn first_of(key: &[u8]) -> Result<Seq> {
    number(key).ok_or_else(|| damaged(key, "no position"))
}
