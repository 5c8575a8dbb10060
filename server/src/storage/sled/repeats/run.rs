//! Message ids that are sorted, and where they lie.

use std::collections::{HashSet, VecDeque};

use ::sled::IVec;

use super::super::chunked::{Changes, PART_BYTES, Values};
use super::super::keys::{REPEATS, damaged};
use super::filter::{Filter, Probe};
use super::{Id, encoding};
use crate::storage::Result;

/// Bytes of an id.
const ID_BYTES: usize = 12;

/// Ids in one value.
const VALUE_IDS: usize = PART_BYTES / ID_BYTES;

/// From here on, places are those of what is kept in memory.
const HEAD: u32 = 0x8000_0000;

/// What is kept in memory of a run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) number: u32,
    pub(super) period: u16,
    pub(super) count: u64,
    /// The first id of each value.
    starts: Vec<Id>,
    filter: Filter,
}

impl Run {
    /// Reads one that is listed.
    pub(super) fn open(values: &Values, number: u32, period: u16, count: u64) -> Result<Run> {
        let key = key(number, HEAD);
        let mut head = Vec::new();
        for entry in values.range(key.to_vec()..=self::key(number, u32::MAX).to_vec()) {
            let (key, raw) = entry?;
            head.extend_from_slice(&values.whole(&key, &raw)?);
        }
        let starts_bytes = count.div_ceil(VALUE_IDS as u64) as usize * ID_BYTES;
        let (starts, filter) = head.split_at_checked(starts_bytes).ok_or_else(|| damaged(&key, "too short"))?;
        let filter = Filter::from_bytes(filter).ok_or_else(|| damaged(&key, "no filter"))?;
        Ok(Run { number, period, count, starts: ids(starts).collect(), filter })
    }

    pub(super) fn contains(&self, values: &Values, id: Id, probe: &Probe) -> Result<bool> {
        if !self.filter.may_contain(probe) {
            return Ok(false);
        }
        let Some(place) = self.starts.partition_point(|start| *start <= id).checked_sub(1) else { return Ok(false) };
        let key = key(self.number, u32::try_from(place).unwrap_or(HEAD));
        let value = values.read(&key)?.ok_or_else(|| damaged(&key, "missing"))?;
        // As they lie there: numbers sort as their bytes do.
        Ok(value.as_chunks::<ID_BYTES>().0.binary_search(&bytes(id)).is_ok())
    }

    /// Fails where it is not sorted, not whole, or not found by what is kept in memory.
    pub(super) fn verify(&self, values: &Values) -> Result<()> {
        let (mut count, mut last) = (0, None);
        for (place, start) in self.starts.iter().enumerate() {
            let ids = self.read(values, place)?;
            let is_found = |id: &Id| self.filter.may_contain(&Probe::of(*id));
            if ids.first() != Some(start) || last.is_some_and(|last| last >= *start) || !ids.is_sorted() || !ids.iter().all(is_found) {
                return Err(damaged(&key(self.number, u32::try_from(place).unwrap_or(HEAD)), "ids that are not in order"));
            }
            count += ids.len() as u64;
            last = ids.last().copied();
        }
        if count != self.count {
            return Err(damaged(&key(self.number, HEAD), format_args!("{count} ids of {}", self.count)));
        }
        Ok(())
    }

    /// How many values it has.
    pub(super) fn values(&self) -> usize {
        self.starts.len()
    }

    /// The ids in one of its values.
    pub(super) fn read(&self, values: &Values, place: usize) -> Result<Vec<Id>> {
        read(values, self.number, place)
    }

    pub(super) fn filter_bytes(&self) -> usize {
        self.filter.bytes()
    }

    /// Halves its filter. `false` where it cannot.
    pub(super) fn fold_filter(&mut self) -> bool {
        self.filter.fold()
    }
}

/// The ids in one value of a run.
pub(super) fn read(values: &Values, run: u32, place: usize) -> Result<Vec<Id>> {
    let key = key(run, u32::try_from(place).unwrap_or(HEAD));
    Ok(ids(&values.get(&key)?.ok_or_else(|| damaged(&key, "missing"))?).collect())
}

/// Writes a run, id by id, in ascending order.
pub(super) struct Writer {
    run: Run,
    value: Vec<u8>,
}

impl Writer {
    pub(super) fn new(number: u32, period: u16, count: u64) -> Writer {
        let run = Run { number, period, count, starts: Vec::new(), filter: Filter::for_ids(count) };
        Writer { run, value: Vec::with_capacity(PART_BYTES) }
    }

    pub(super) fn push(&mut self, id: Id, changes: &mut Changes) -> Result<()> {
        if self.value.is_empty() {
            self.run.starts.push(id);
        }
        self.run.filter.insert(id);
        self.value.extend_from_slice(&bytes(id));
        if self.value.len() == VALUE_IDS * ID_BYTES { self.end_value(changes) } else { Ok(()) }
    }

    /// The run; it is to be listed with or after these changes.
    pub(super) fn finish(mut self, changes: &mut Changes) -> Result<Run> {
        if !self.value.is_empty() {
            self.end_value(changes)?;
        }
        let starts = self.run.starts.iter().flat_map(|start| bytes(*start));
        let head: Vec<u8> = starts.chain(self.run.filter.to_bytes()).collect();
        for (part, bytes) in (HEAD..).zip(head.chunks(PART_BYTES)) {
            changes.put(&key(self.run.number, part), bytes)?;
        }
        Ok(self.run)
    }

    fn end_value(&mut self, changes: &mut Changes) -> Result<()> {
        let place = u32::try_from(self.run.starts.len() - 1).map_err(encoding)?;
        changes.put(&key(self.run.number, place), &self.value)?;
        self.value.clear();
        Ok(())
    }
}

/// Runs of which there is something, and which are not listed.
pub(super) fn unlisted(values: &Values, listed: &[(u32, u16, u64)]) -> Result<VecDeque<u32>> {
    let listed: HashSet<u32> = listed.iter().map(|(number, ..)| *number).collect();
    let (mut found, mut next) = (VecDeque::new(), 0);
    while let Some(entry) = values.range(key_prefix(next).to_vec()..key_prefix(u32::MAX).to_vec()).next() {
        let (key, _) = entry?;
        let number = key.get(1..5).and_then(|bytes| bytes.first_chunk()).map(|bytes| u32::from_be_bytes(*bytes));
        let number = number.ok_or_else(|| damaged(&key, "no run"))?;
        if !listed.contains(&number) {
            found.push_back(number);
        }
        next = number + 1;
    }
    Ok(found)
}

/// Up to `limit` keys of a run.
pub(super) fn keys(values: &Values, run: u32, limit: usize) -> Result<Vec<IVec>> {
    let range = values.range(key_prefix(run).to_vec()..=key(run, u32::MAX).to_vec());
    range.take(limit).map(|entry| entry.map(|(key, _)| key)).collect()
}

pub(super) fn key_prefix(run: u32) -> [u8; 5] {
    let mut key = [REPEATS; 5];
    key[1..].copy_from_slice(&run.to_be_bytes());
    key
}

fn key(run: u32, place: u32) -> [u8; 9] {
    let mut key = [0; 9];
    key[..5].copy_from_slice(&key_prefix(run));
    key[5..].copy_from_slice(&place.to_be_bytes());
    key
}

fn bytes(id: Id) -> [u8; ID_BYTES] {
    let mut bytes = [0; ID_BYTES];
    bytes.copy_from_slice(&id.to_be_bytes()[16 - ID_BYTES..]);
    bytes
}

fn ids(bytes: &[u8]) -> impl Iterator<Item = Id> {
    let (ids, _) = bytes.as_chunks::<ID_BYTES>();
    ids.iter().map(|id| id.iter().fold(0, |number, byte| number << 8 | Id::from(*byte)))
}
