//! Held items: `q` and an id (eight bytes, big-endian), from 0 on; the value is a [`StoredHeld`](super::stored::StoredHeld). No id is given
//! twice: `r` is the [`Totals`], with the id that the next item gets.

use std::collections::HashSet;

use ::sled::IVec;
use serde::{Deserialize, Serialize};

use super::chunked::{Changes, Values};
use super::envelope::{self, decode, pack, unpack};
use super::keys::{HELD, HELD_TOTALS, damaged, number, numbered};
use super::stored::{StoredHeld, StoredHeld1};
use crate::log::{Held, Settled};
use crate::storage::Result;

/// The version of an item. Version 1 had nothing but the payload and its reason; an item that was erased had the reason `erased`.
const VERSION: u8 = 2;

const TOTALS_VERSION: u8 = 1;

/// Items of more bytes are compressed.
const COMPRESS_ABOVE: usize = 512;

/// What the quarantine has.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Totals {
    /// The id that the next item gets.
    pub(super) next: u64,
    /// Items that are there.
    pub(super) items: u64,
    /// Bytes of their keys and values.
    pub(super) bytes: u64,
}

impl Totals {
    /// Counts an item.
    pub(super) fn add(&mut self, value: &[u8]) {
        self.items += 1;
        self.bytes += entry_bytes(value);
    }

    fn take(&mut self, value: &[u8]) {
        self.items = self.items.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(entry_bytes(value));
    }

    fn write(&self, changes: &mut Changes) -> Result<()> {
        changes.put(&[HELD_TOTALS], &self.value()?)
    }

    /// As it is stored.
    pub(super) fn value(&self) -> Result<Vec<u8>> {
        pack(TOTALS_VERSION, self, usize::MAX)
    }
}

fn entry_bytes(value: &[u8]) -> u64 {
    (numbered(HELD, 0).len() + value.len()) as u64
}

/// What there is, as it is written down; counted, where a version that wrote nothing down has added items.
pub(super) fn totals(values: &Values) -> Result<Totals> {
    let noted = noted(values)?;
    let last = values.range(vec![HELD]..vec![HELD + 1]).next_back().transpose()?;
    let next = match &last {
        Some((key, _)) => number(key).map(|id| id + 1).ok_or_else(|| damaged(key, "no id"))?,
        None => 0,
    };
    match noted {
        Some(noted) if noted.next >= next => Ok(noted),
        _ => count(values, next),
    }
}

/// What is written down.
pub(super) fn noted(values: &Values) -> Result<Option<Totals>> {
    let key = [HELD_TOTALS];
    values.get(&key)?.map(|value| decode(&key, &unpack(&key, TOTALS_VERSION, &value)?)).transpose()
}

fn count(values: &Values, next: u64) -> Result<Totals> {
    let mut totals = Totals { next, ..Totals::default() };
    for entry in values.under(&[HELD]) {
        let (key, value) = entry?;
        if one(&key, &value)?.is_some() {
            totals.add(&value);
        }
    }
    Ok(totals)
}

/// Adds items.
pub(super) fn write(totals: &mut Totals, held: &[Held], changes: &mut Changes) -> Result<()> {
    for item in held {
        let value = packed(item)?;
        changes.insert(&numbered(HELD, totals.next), &value)?;
        totals.add(&value);
        totals.next += 1;
    }
    if held.is_empty() { Ok(()) } else { totals.write(changes) }
}

/// Changes and removes items, those that are there: of several changes of one item the first counts.
pub(super) fn settle(values: &Values, totals: &mut Totals, settled: &[Settled], changes: &mut Changes) -> Result<()> {
    let mut seen = HashSet::new();
    for Settled { id, still } in settled.iter().filter(|settled| seen.insert(settled.id)) {
        let key = numbered(HELD, *id);
        let Some((parts, value)) = values.get_with_parts(&key)? else { continue };
        if one(&key, &value)?.is_none() {
            continue;
        }
        totals.take(&value);
        match still {
            Some(still) => {
                let value = packed(still)?;
                changes.put_over(&key, &value, parts)?;
                totals.add(&value);
            }
            None => changes.remove(&key, parts),
        }
    }
    if settled.is_empty() { Ok(()) } else { totals.write(changes) }
}

/// Items with ids below `before`, newest first.
pub(super) fn read(values: &Values, before: u64, limit: usize) -> Result<Vec<(u64, Held)>> {
    list(values, values.range(vec![HELD]..numbered(HELD, before)).rev(), limit)
}

/// Items with ids below `before`, oldest first.
pub(super) fn oldest(values: &Values, before: u64, limit: usize) -> Result<Vec<(u64, Held)>> {
    list(values, values.range(vec![HELD]..numbered(HELD, before)), limit)
}

fn list(values: &Values, entries: impl Iterator<Item = Result<(IVec, IVec)>>, limit: usize) -> Result<Vec<(u64, Held)>> {
    let item = |(key, raw): (IVec, IVec)| {
        let id = number(&key).ok_or_else(|| damaged(&key, "no id"))?;
        Ok(values.whole_if_there(&key, &raw)?.map(|value| one(&key, &value)).transpose()?.flatten().map(|held| (id, held)))
    };
    entries.map(|entry| entry.and_then(item)).filter_map(Result::transpose).take(limit).collect()
}

/// One item.
pub(super) fn item(values: &Values, id: u64) -> Result<Option<Held>> {
    let key = numbered(HELD, id);
    values.get(&key)?.map_or(Ok(None), |value| one(&key, &value))
}

/// The item in a value; nothing where an earlier version erased it.
pub(super) fn one(key: &[u8], value: &[u8]) -> Result<Option<Held>> {
    let held = if envelope::version(value) == Some(1) {
        let plain = unpack(key, 1, value)?;
        let stored: StoredHeld1<'_> = decode(key, &plain)?;
        if stored.is_erased() {
            return Ok(None);
        }
        stored.into_held()
    } else {
        let plain = unpack(key, VERSION, value)?;
        decode::<StoredHeld<'_>>(key, &plain)?.into_held()
    };
    held.map(Some).ok_or_else(|| damaged(key, "unknown reason"))
}

fn packed(held: &Held) -> Result<Vec<u8>> {
    pack(VERSION, &StoredHeld::from(held), COMPRESS_ABOVE)
}
