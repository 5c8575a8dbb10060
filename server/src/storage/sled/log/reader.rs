//! Reads the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::sled::IVec;
use quick_cache::sync::Cache;

use super::super::chunked::Values;
use super::super::keys::{LOG, damaged, number, numbered};
use super::block::{self, Block, BlockBytes};
use super::tail::Tail;
use crate::log::{Record, Seq};
use crate::storage::Result;

/// The log as far as it is durable.
pub(super) struct Reader {
    pub(super) values: Arc<Values>,
    /// Blocks by the position of their first event.
    cache: Cache<Seq, Arc<Block>, BlockBytes>,
    tail: Tail,
    /// Readers see nothing beyond.
    len: AtomicU64,
}

impl Reader {
    /// Finds the end of the log.
    pub(super) fn open(values: Arc<Values>, cache_bytes: u64) -> Result<Reader> {
        let len = match values.range(vec![LOG]..vec![LOG + 1]).next_back().transpose()? {
            Some((key, raw)) => first_of(&key)? + block::decode(&key, &values.whole(&key, &raw)?)?.records.len() as Seq,
            None => 0,
        };
        let cache = Cache::with_weighter((cache_bytes / 2 / block::TYPICAL_BYTES) as usize, cache_bytes / 2, BlockBytes);
        let tail = Tail::new(usize::try_from(cache_bytes / 2).unwrap_or(usize::MAX));
        Ok(Reader { values, cache, tail, len: AtomicU64::new(len) })
    }

    /// Adds events that have become durable, the first at the position that is the end.
    pub(super) fn push(&self, first: Seq, records: Vec<Arc<Record>>) {
        let end = first + records.len() as Seq;
        self.tail.push(first, records);
        self.len.store(end, Ordering::Release);
    }

    pub(super) fn len(&self) -> Seq {
        self.len.load(Ordering::Acquire)
    }

    /// About `limit` events from a position on. From blocks, whole ones, so that reading on does not decode one twice.
    pub(super) fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Arc<Record>)>> {
        let len = self.len();
        if from >= len {
            return Ok(Vec::new());
        }
        if let Some(events) = self.tail.read(from, limit.min(usize::try_from(len - from).unwrap_or(usize::MAX))) {
            return Ok(events);
        }
        let mut events = Vec::new();
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

    pub(super) fn event(&self, seq: Seq) -> Result<Option<Arc<Record>>> {
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

    /// Forgets what is in memory of the events, because they have changed.
    pub(super) fn forget(&self) {
        self.cache.clear();
        self.tail.forget();
    }

    /// The block that has the event at `seq`.
    pub(super) fn block_before(&self, seq: Seq) -> Result<(IVec, IVec)> {
        let mut range = self.values.range(vec![LOG]..=numbered(LOG, seq));
        range.next_back().unwrap_or_else(|| Err(damaged(&numbered(LOG, seq), "missing")))
    }
}

pub(super) fn first_of(key: &[u8]) -> Result<Seq> {
    number(key).ok_or_else(|| damaged(key, "no position"))
}
