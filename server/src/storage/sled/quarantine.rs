//! Held items: `q` and an id (eight bytes, big-endian), from 0 on; the value is a [`StoredHeld`].

use super::chunked::{Changes, Values};
use super::envelope::{decode, pack, unpack};
use super::keys::{HELD, damaged, number, numbered};
use super::stored::StoredHeld;
use crate::log::Held;
use crate::storage::Result;

const VERSION: u8 = 1;

/// Items of more bytes are compressed.
const COMPRESS_ABOVE: usize = 512;

/// The id that the next item gets.
pub(super) fn next_id(values: &Values) -> Result<u64> {
    match values.range(vec![HELD]..vec![HELD + 1]).next_back().transpose()? {
        Some((key, _)) => number(&key).map(|id| id + 1).ok_or_else(|| damaged(&key, "no id")),
        None => Ok(0),
    }
}

/// Adds items, the first under `first`.
pub(super) fn write(changes: &mut Changes, first: u64, held: &[Held]) -> Result<()> {
    for (id, item) in (first..).zip(held) {
        changes.insert(&numbered(HELD, id), &pack(VERSION, &StoredHeld::from(item), COMPRESS_ABOVE)?)?;
    }
    Ok(())
}

/// Items with ids below `before`, newest first.
pub(super) fn read(values: &Values, before: u64, limit: usize) -> Result<Vec<(u64, Held)>> {
    let range = values.range(vec![HELD]..numbered(HELD, before)).rev();
    range
        .take(limit)
        .map(|entry| {
            let (key, raw) = entry?;
            let id = number(&key).ok_or_else(|| damaged(&key, "no id"))?;
            let value = values.whole(&key, &raw)?;
            let plain = unpack(&key, VERSION, &value)?;
            let held = decode::<StoredHeld>(&key, &plain)?.into_held().ok_or_else(|| damaged(&key, "unknown reason"))?;
            Ok((id, held))
        })
        .collect()
}
