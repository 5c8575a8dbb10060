//! Held items: `q` and an id (eight bytes, big-endian), from 0 on; the value is a [`StoredHeld`].

use ::sled::IVec;

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
    let item = |(key, raw): (IVec, IVec)| {
        let id = number(&key).ok_or_else(|| damaged(&key, "no id"))?;
        Ok(one(&key, &values.whole(&key, &raw)?)?.map(|held| (id, held)))
    };
    range.map(|entry| entry.and_then(item)).filter_map(Result::transpose).take(limit).collect()
}

/// The item in a value; nothing where it was erased.
pub(super) fn one(key: &[u8], value: &[u8]) -> Result<Option<Held>> {
    let plain = unpack(key, VERSION, value)?;
    let stored: StoredHeld<'_> = decode(key, &plain)?;
    if stored.is_erased() {
        return Ok(None);
    }
    stored.into_held().map(Some).ok_or_else(|| damaged(key, "unknown reason"))
}

/// Leaves nothing of items but their ids and when they came.
pub(super) fn erase(values: &Values, ids: &[u64], changes: &mut Changes) -> Result<()> {
    for id in ids {
        let key = numbered(HELD, *id);
        let Some((parts, value)) = values.get_with_parts(&key)? else { continue };
        if let Some(held) = one(&key, &value)? {
            changes.put_over(&key, &pack(VERSION, &StoredHeld::erased(held.received_at), usize::MAX)?, parts)?;
        }
    }
    Ok(())
}
