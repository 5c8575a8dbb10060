//! Copies what cannot be derived into another database, while this one takes events: the log, the quarantine, and the message ids.
//!
//! None of it changes once it is written, so it needs no moment of rest: what came after the beginning is left out. What is derived is
//! derived again by whoever opens the copy.

use std::path::Path;

use ::sled::{Batch, Db};

use super::chunked::Values;
use super::keys::{HELD, LOG, REST, numbered};
use super::log::Log;
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
    let Pinned { events, held, runs, manifest, _guard } = log.pin()?;
    let to = compact::open(dir, CACHE_BYTES).map_err(|error| failed(&error))?;
    let mut copy = Copy { values, to: &to, batch: Batch::default(), waiting: 0, bytes: 0, go_on };
    for (letter, end) in [(LOG, events), (HELD, held)] {
        let end = numbered(letter, end);
        copy.range(vec![REST, letter], [&[REST][..], &end].concat())?;
        copy.range(vec![letter], end)?;
    }
    for (start, end) in runs {
        copy.range(start, end)?;
    }
    for (key, value) in [manifest, layout::entry()] {
        // As `chunked` keeps what has no continuation.
        copy.batch.insert(key, [&[0, 0], &value[..]].concat());
    }
    copy.write()?;
    let bytes = copy.bytes;
    to.flush()?;
    DatabaseFile::open(dir).and_then(|file| file.sync()).map_err(|error| failed(&error))?;
    Ok(Snapshot { events, held, bytes })
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
