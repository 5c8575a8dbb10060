//! Copies what cannot be derived into another database, while this one takes events: the log, the quarantine, and the message ids.
//!
//! The log does not change once it is written, so it needs no moment of rest: what came after the beginning is left out. Held items do
//! change and go, so they are copied first: one that is replayed meanwhile is in the log that is copied then. What is derived is derived again
//! by whoever opens the copy.

use std::path::Path;

use ::sled::{Batch, Db};

use super::chunked::{self, Values};
use super::keys::{HELD, HELD_TOTALS, LOG, REST, numbered};
use super::log::Log;
use super::quarantine::{self, Totals};
use super::repeats::Pinned;
use super::sync::DatabaseFile;
use super::{compact, layout};
use crate::storage::{Result, Snapshot, StoreError};

/// Bytes that are copied at once.
const COPIED_BYTES: usize = 4 << 20;

/// Memory of the other database, in bytes.
const CACHE_BYTES: u64 = 64 << 20;

pub(super) fn snapshot(values: &Values, log: &Log, dir: &Path, go_on: &dyn Fn() -> bool) -> Result<Snapshot> {
    let failed = |error: &dyn std::fmt::Display| StoreError(format!("copying: {error}"));
    let to = compact::open(dir, CACHE_BYTES).map_err(|error| failed(&error))?;
    let mut copy = Copy { values, to: &to, batch: Batch::default(), waiting: 0, bytes: 0, go_on };
    let held = copy.held(log.held().next)?;
    let Pinned { events, runs, manifest, _guard } = log.pin()?;
    let end = numbered(LOG, events);
    copy.range(vec![REST, LOG], [&[REST][..], &end].concat())?;
    copy.range(vec![LOG], end)?;
    for (start, end) in runs {
        copy.range(start, end)?;
    }
    for (key, value) in [manifest, layout::entry(), (vec![HELD_TOTALS], held.value()?)] {
        // As `chunked` keeps what has no continuation.
        copy.batch.insert(key, [&[0, 0], &value[..]].concat());
    }
    copy.write()?;
    let bytes = copy.bytes;
    to.flush()?;
    DatabaseFile::open(dir).and_then(|file| file.sync()).map_err(|error| failed(&error))?;
    Ok(Snapshot { events, held: held.items, bytes })
}

struct Copy<'a> {
    values: &'a Values,
    to: &'a Db,
    batch: Batch,
    waiting: usize,
    bytes: u64,
    go_on: &'a dyn Fn() -> bool,
}

impl Copy<'_> {
    /// Copies held items with ids below `next`, each whole: they may change meanwhile.
    fn held(&mut self, next: u64) -> Result<Totals> {
        let mut totals = Totals { next, ..Totals::default() };
        for entry in self.values.range(vec![HELD]..numbered(HELD, next)) {
            let (key, raw) = entry?;
            let Some(value) = self.values.whole_if_there(&key, &raw)? else { continue };
            if quarantine::one(&key, &value)?.is_some() {
                totals.add(&value);
            }
            self.waiting += key.len() + value.len();
            chunked::write_parts(&mut |key, part| self.batch.insert(key, part), &key, &value)?;
            if self.waiting >= COPIED_BYTES {
                self.write()?;
            }
        }
        Ok(totals)
    }

    fn range(&mut self, start: Vec<u8>, end: Vec<u8>) -> Result<()> {
        for entry in self.values.range(start..end) {
            let (key, value) = entry?;
            self.waiting += key.len() + value.len();
            self.batch.insert(key, value);
            if self.waiting >= COPIED_BYTES {
                self.write()?;
            }
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        if !(self.go_on)() {
            return Err(StoreError("copying: the disk is nearly full".to_owned()));
        }
        self.bytes += self.waiting as u64;
        self.waiting = 0;
        self.to.apply_batch(std::mem::take(&mut self.batch))?;
        Ok(())
    }
}
