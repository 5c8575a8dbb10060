//! Values of any size over a store that keeps only small ones safe.
//!
//! sled puts what is large for its segments into files under `blobs/`, which it never syncs: after a power cut they are empty and the
//! database does not open. The rule that held when power was cut is `16 × largest value < segment / 4`, so segments have 2 MiB and values
//! at most 28 KiB.
//!
//! A stored value is the number of its continuations (two bytes, big-endian), then its bytes, the first [`PART_BYTES`] of them; the
//! others follow under `x`, its key and a number from 0 on (two bytes, big-endian), without a header. All are written in one batch. A
//! continuation that is missing, or a value without a header, is damage.

use std::collections::HashMap;
use std::ops::{Deref, RangeBounds};
use std::sync::atomic::{AtomicBool, Ordering};

use ::sled::{Batch, Db, IVec};
use parking_lot::RwLock;

use super::keys::{REST, damaged};
use super::sync::DatabaseFile;
use crate::storage::{Result, StoreError};

/// sled's segment size.
pub(super) const SEGMENT_BYTES: usize = 2 << 20;

/// The most that one sled value holds, in bytes.
const VALUE_BYTES: usize = 28 << 10;

const HEADER_BYTES: usize = 2;

/// Keys that are removed at once. Bounds how much of a database that is cleared waits to be written.
const CLEARED: usize = 10_000;

/// What one sled value holds of a value here, in bytes: a value of at most this size needs no continuation.
pub(super) const PART_BYTES: usize = VALUE_BYTES - HEADER_BYTES;

const _: () = assert!(16 * VALUE_BYTES < SEGMENT_BYTES / 4);

/// The tree, with values of any size.
pub(super) struct Values {
    db: Db,
    pub(super) file: DatabaseFile,
    /// Keeps a reader from seeing the parts of two versions of a value.
    gate: RwLock<()>,
    /// Set when a write or a sync has failed. What is in memory may then not be on the disk, and a later sync would not tell: nothing
    /// more is written until the store is opened again.
    failed: AtomicBool,
}

/// A value as it was read. Cheap to clone.
#[derive(Clone)]
pub(super) struct Value {
    /// With the header.
    raw: IVec,
    /// How many parts it has beyond its first.
    pub(super) parts: u16,
}

impl Deref for Value {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.raw.get(HEADER_BYTES..).unwrap_or_default()
    }
}

/// What is to be written at once.
#[derive(Default)]
pub(super) struct Changes {
    /// Keys, each once, with what is to be there.
    writes: Vec<(IVec, Option<IVec>)>,
    replaced: HashMap<Vec<u8>, Vec<u8>>,
}

impl Changes {
    pub(super) fn new() -> Changes {
        Changes::default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.replaced.is_empty()
    }

    /// Adds changes of other keys.
    pub(super) fn append(&mut self, mut others: Changes) {
        self.writes.append(&mut others.writes);
        self.replaced.extend(others.replaced);
    }

    /// Puts a value where there may be one.
    pub(super) fn replace(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.replaced.insert(key, value);
    }

    /// Puts a value where there is none.
    pub(super) fn insert(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.write_parts(key, value).map(|_| ())
    }

    /// Puts a value of at most [`PART_BYTES`], where there may be one. Cheaper than [`replace`](Changes::replace), which has to look.
    pub(super) fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        if value.len() > PART_BYTES {
            return Err(damaged(key, format_args!("{} bytes are too many", value.len())));
        }
        self.write_parts(key, value).map(|_| ())
    }

    /// Puts a value in the place of one with so many parts beyond its first; see [`Values::get_with_parts`].
    pub(super) fn put_over(&mut self, key: &[u8], value: &[u8], before: u16) -> Result<()> {
        for index in self.write_parts(key, value)?..before {
            self.unmark(rest_key(key, index).into());
        }
        Ok(())
    }

    /// Removes a value with so many parts beyond its first; see [`Values::get_with_parts`].
    pub(super) fn remove(&mut self, key: &[u8], parts: u16) {
        self.unmark(key.into());
        for index in 0..parts {
            self.unmark(rest_key(key, index).into());
        }
    }

    /// Puts a key that has no value.
    pub(super) fn mark(&mut self, key: &[u8]) {
        self.writes.push((key.into(), Some(IVec::default())));
    }

    /// Removes a key, with a value of at most [`PART_BYTES`].
    pub(super) fn unmark(&mut self, key: IVec) {
        self.writes.push((key, None));
    }

    fn write_parts(&mut self, key: &[u8], value: &[u8]) -> Result<u16> {
        write_parts(&mut |key, part| self.writes.push((key, Some(part))), key, value)
    }
}

impl Values {
    pub(super) fn new(db: Db, file: DatabaseFile) -> Values {
        Values { db, file, gate: RwLock::new(()), failed: AtomicBool::new(false) }
    }

    /// Writes all changes or none. Not durable until [`Values::sync`].
    pub(super) fn write(&self, changes: Changes) -> Result<()> {
        let Changes { writes, replaced } = changes;
        self.check()?;
        let mut batch = Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        // Before the gate closes for readers: what is read here is replaced by this writer alone.
        for (key, value) in replaced {
            let before = match self.db.get(&key)? {
                Some(raw) => split(&key, &raw)?.0,
                None => 0,
            };
            for index in write_parts(&mut |key, part| batch.insert(key, part), &key, &value)?..before {
                batch.remove(rest_key(&key, index));
            }
        }
        let _gate = self.gate.write();
        self.db.apply_batch(batch).map_err(|error| self.fail(error))
    }

    /// Whether no write has failed yet.
    pub(super) fn is_writable(&self) -> bool {
        self.check().is_ok()
    }

    /// Makes everything that was written durable.
    pub(super) fn sync(&self) -> Result<()> {
        self.check()?;
        self.db.flush().map_err(|error| self.fail(error))?;
        self.file.sync().map_err(|error| self.fail(error))
    }

    /// The value under a key.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.get_with_parts(key)?.map(|(_, value)| value))
    }

    /// The value under a key, and how many parts it has beyond its first.
    pub(super) fn get_with_parts(&self, key: &[u8]) -> Result<Option<(u16, Vec<u8>)>> {
        Ok(self.read(key)?.map(|value| (value.parts, value.to_vec())))
    }

    /// The value under a key, not copied where it has one part.
    pub(super) fn read(&self, key: &[u8]) -> Result<Option<Value>> {
        let Some(raw) = self.db.get(key)? else { return Ok(None) };
        if split(key, &raw)?.0 == 0 {
            return Ok(Some(Value { raw, parts: 0 }));
        }
        // Read again, while nobody can replace it.
        let _gate = self.gate.read();
        let Some(raw) = self.db.get(key)? else { return Ok(None) };
        let (parts, _) = split(key, &raw)?;
        let mut value = Vec::with_capacity(raw.len() + usize::from(parts) * VALUE_BYTES);
        value.extend_from_slice(&raw);
        for index in 0..parts {
            let rest = self.db.get(rest_key(key, index))?.ok_or_else(|| damaged(key, format_args!("part {index} is missing")))?;
            value.extend_from_slice(&rest);
        }
        Ok(Some(Value { raw: value.into(), parts }))
    }

    /// Removes everything that starts so, a part at a time.
    pub(super) fn clear(&self, prefix: &[u8]) -> Result<()> {
        loop {
            let mut batch = Batch::default();
            let mut count = 0;
            for key in self.db.scan_prefix(prefix).keys().take(CLEARED) {
                batch.remove(key?);
                count += 1;
            }
            if count == 0 {
                return Ok(());
            }
            self.check()?;
            self.db.apply_batch(batch).map_err(|error| self.fail(error))?;
        }
    }

    /// The keys in a range, from either end, each with what [`Values::whole`] makes its value from.
    pub(super) fn range<'a>(&'a self, range: impl RangeBounds<Vec<u8>>) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec)>> + 'a {
        self.db.range(range).map(|entry| Ok(entry?))
    }

    /// The keys that start so, and their values.
    pub(super) fn under<'a>(&'a self, prefix: &[u8]) -> impl Iterator<Item = Result<(IVec, Vec<u8>)>> + 'a {
        self.db.scan_prefix(prefix).map(|entry| {
            let (key, raw) = entry?;
            let value = self.whole(&key, &raw)?;
            Ok((key, value))
        })
    }

    /// The value that this is the first part of.
    pub(super) fn whole(&self, key: &[u8], raw: &[u8]) -> Result<Vec<u8>> {
        match split(key, raw)? {
            (0, value) => Ok(value.to_vec()),
            // Read again: it may have been replaced since.
            _ => self.get(key)?.ok_or_else(|| damaged(key, "gone")),
        }
    }

    /// The same of a value that may have been removed since.
    pub(super) fn whole_if_there(&self, key: &[u8], raw: &[u8]) -> Result<Option<Vec<u8>>> {
        match split(key, raw)? {
            (0, value) => Ok(Some(value.to_vec())),
            _ => self.get(key),
        }
    }

    /// The tree itself, to look at and to damage.
    #[cfg(test)]
    pub(super) fn db(&self) -> &Db {
        &self.db
    }

    /// Fails where an earlier write has.
    pub(super) fn check(&self) -> Result<()> {
        if self.failed.load(Ordering::Acquire) {
            return Err(StoreError("an earlier write failed; the store must be opened again".to_owned()));
        }
        Ok(())
    }

    fn fail(&self, error: impl std::fmt::Display) -> StoreError {
        self.failed.store(true, Ordering::Release);
        StoreError(format!("writing: {error}"))
    }
}

/// Puts the parts of a value; returns how many continuations there are.
pub(super) fn write_parts(put: &mut impl FnMut(IVec, IVec), key: &[u8], value: &[u8]) -> Result<u16> {
    let (start, rest) = value.split_at(value.len().min(PART_BYTES));
    let Ok(parts) = u16::try_from(rest.len().div_ceil(VALUE_BYTES)) else {
        return Err(StoreError(format!("a value of {} bytes is too large", value.len())));
    };
    put(key.into(), [&parts.to_be_bytes()[..], start].concat().into());
    for (index, part) in (0..parts).zip(rest.chunks(VALUE_BYTES)) {
        put(rest_key(key, index).into(), part.into());
    }
    Ok(parts)
}

fn rest_key(key: &[u8], index: u16) -> Vec<u8> {
    [&[REST][..], key, &index.to_be_bytes()].concat()
}

/// The number of continuations, and the bytes that are here.
fn split<'a>(key: &[u8], raw: &'a [u8]) -> Result<(u16, &'a [u8])> {
    let (header, start) = raw.split_first_chunk::<HEADER_BYTES>().ok_or_else(|| damaged(key, "no header"))?;
    Ok((u16::from_be_bytes(*header), start))
}

#[cfg(test)]
mod tests {
    use super::{Changes, DatabaseFile, Values};

    #[test]
    fn after_a_failure_nothing_more_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let db = ::sled::open(dir.path()).unwrap();
        let values = Values::new(db, DatabaseFile::open(dir.path()).unwrap());
        let write = |value: &str| {
            let mut changes = Changes::new();
            changes.replace(b"f".to_vec(), value.into());
            values.write(changes).and_then(|()| values.sync())
        };
        write("before").unwrap();
        assert_eq!(values.fail("no space").to_string(), "storage: writing: no space");
        assert!(write("after").is_err());
        assert!(values.sync().is_err());
        assert_eq!(values.get(b"f").unwrap().as_deref(), Some(&b"before"[..]));
    }
}
