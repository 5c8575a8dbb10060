//! Rewrites the database without what is no longer used: sled never makes its file smaller.
//!
//! Everything is copied into a directory beside it, which then takes its place. Wherever this breaks off, one of the two is whole, and the
//! next opening finds it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use ::sled::Batch;

use super::sync::DatabaseFile;
use super::{OpenError, chunked, open_error};

/// Bytes that are copied at once.
const COPIED_BYTES: usize = 4 << 20;

/// The sizes of the database's file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Before.
    pub before: u64,
    /// After.
    pub after: u64,
}

pub(super) fn compact(dir: &Path, cache_bytes: u64) -> Result<Compacted, OpenError> {
    let _lock = lock(dir)?;
    recover_locked(dir)?;
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    if new.exists() {
        fs::remove_dir_all(&new)?;
    }
    let before = fs::metadata(dir.join("db")).map_or(0, |metadata| metadata.len());
    let from = open(dir, cache_bytes)?;
    let to = open(&new, cache_bytes)?;
    let (mut batch, mut bytes) = (Batch::default(), 0);
    for entry in from.iter() {
        let (key, value) = entry.map_err(|error| open_error(dir, error))?;
        bytes += key.len() + value.len();
        batch.insert(key, value);
        if bytes >= COPIED_BYTES {
            to.apply_batch(std::mem::take(&mut batch)).map_err(|error| open_error(&new, error))?;
            bytes = 0;
        }
    }
    to.apply_batch(batch).map_err(|error| open_error(&new, error))?;
    to.flush().map_err(|error| open_error(&new, error))?;
    DatabaseFile::open(&new)?.sync()?;
    drop((from, to));
    fs::rename(dir, &old)?;
    fs::rename(&new, dir)?;
    sync_parent(dir)?;
    fs::remove_dir_all(&old)?;
    Ok(Compacted { before, after: fs::metadata(dir.join("db"))?.len() })
}

/// Puts back the database that a compaction had moved when it broke off, and removes what it had begun.
pub(super) fn recover(dir: &Path) -> Result<(), OpenError> {
    if beside(dir, "new").exists() || beside(dir, "old").exists() {
        let _lock = lock(dir)?;
        recover_locked(dir)?;
    }
    Ok(())
}

/// Keeps others from taking a compaction under way for one that broke off.
fn lock(dir: &Path) -> Result<File, OpenError> {
    let file = File::create(beside(dir, "lock"))?;
    file.try_lock().map_err(|_| OpenError::Locked(dir.to_owned()))?;
    Ok(file)
}

fn recover_locked(dir: &Path) -> io::Result<()> {
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    if old.exists() {
        if dir.exists() {
            // The new one has taken its place.
            fs::remove_dir_all(&old)?;
        } else {
            fs::rename(&old, dir)?;
            sync_parent(dir)?;
        }
    }
    if new.exists() {
        fs::remove_dir_all(&new)?;
    }
    Ok(())
}

pub(super) fn open(dir: &Path, cache_bytes: u64) -> Result<::sled::Db, OpenError> {
    let config = ::sled::Config::new().path(dir).segment_size(chunked::SEGMENT_BYTES).cache_capacity(cache_bytes / 2);
    config.open().map_err(|error| open_error(dir, error))
}

fn beside(dir: &Path, ending: &str) -> PathBuf {
    dir.with_extension(ending)
}

fn sync_parent(dir: &Path) -> io::Result<()> {
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}
