//! Verifies every record of every kind, without changing any.
//!
//! It reads the database as it lies there, so that it can say what is damaged also where a store would not open. Two sums over the same
//! facts, one from the log and one from the timelines, tell whether each event is in the timeline of its anchor, in constant memory.

mod derived;
mod log;
mod repeats;

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::chunked::Values;
use super::kept::Reads;
use super::keys::{
    CHANGE, DECISION, HELD, HELD_TOTALS, LAYOUT, LOG, ORDER, POSITION, RECORDS, REPEATS, REST, SEARCH, STATE, TIMELINE, damaged,
};
use super::sync::DatabaseFile;
use super::{OpenError, compact, layout, quarantine};
use crate::log::Seq;
use crate::storage::{Result, StoreError};

/// Damages that are described, at most. All are counted.
const DESCRIBED: usize = 100;

/// What mends a damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mend {
    /// It is in the log, or beside it: nothing can make it again.
    Restore,
    /// It follows from the log.
    Derive,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// What, and where. It names no customer.
    pub what: String,
    /// What to do.
    pub mend: Mend,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mend = match self.mend {
            Mend::Restore => "restore a backup",
            Mend::Derive => "nora rebuild --repair derives it again",
        };
        write!(f, "{}: {mend}", self.what)
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Checked {
    /// How many there are of each kind of record.
    pub counts: Vec<(&'static str, u64)>,
    /// How many damages there are.
    pub damage_count: u64,
    /// Some of them.
    pub damages: Vec<Damage>,
}

/// Verifies the database in `dir`; nobody else may have it open.
pub(super) fn check(dir: &Path, cache_bytes: u64) -> std::result::Result<Checked, OpenError> {
    compact::recover(dir)?;
    if !dir.join("db").is_file() {
        return Err(OpenError::Io(std::io::Error::new(std::io::ErrorKind::NotFound, "there is no database here")));
    }
    let db = compact::open(dir, cache_bytes)?;
    let values = Arc::new(Values::new(db, DatabaseFile::open(dir)?));
    layout::require(&values).map_err(|error| OpenError::Damaged(error.0))?;
    let mut check = Check { values: &values, reads: Arc::new(Reads::new(Arc::clone(&values))), found: Checked::default() };
    let log = check.log();
    check.held();
    check.message_ids(log.len);
    check.derived(&log);
    check.rests();
    check.others(dir)?;
    Ok(check.found)
}

struct Check<'a> {
    values: &'a Values,
    reads: Arc<Reads>,
    found: Checked,
}

/// What the log says.
struct LogSummary {
    len: Seq,
    is_whole: bool,
}

impl Check<'_> {
    fn count(&mut self, kind: &'static str, count: u64) {
        self.found.counts.push((kind, count));
    }

    fn damage(&mut self, mend: Mend, what: impl Into<String>) {
        self.found.damage_count += 1;
        if self.found.damages.len() < DESCRIBED {
            self.found.damages.push(Damage { what: what.into(), mend });
        }
    }

    /// Notes an error; the value where there is none.
    fn noted<T>(&mut self, mend: Mend, about: &str, result: Result<T>) -> Option<T> {
        result.map_err(|StoreError(error)| self.damage(mend, format!("{about}: {error}"))).ok()
    }

    /// Looks at every key with this letter, and its first part. Where the database cannot read on, that is a damage and the end.
    fn walk(&mut self, letter: u8, mend: Mend, about: &str, mut visit: impl FnMut(&mut Self, &[u8], &[u8])) {
        let values = self.values;
        for entry in values.range(vec![letter]..vec![letter + 1]) {
            let Some((key, raw)) = self.noted(mend, about, entry) else { return };
            visit(self, &key, &raw);
        }
    }

    fn held(&mut self) {
        let mut count = 0;
        self.walk(HELD, Mend::Restore, "held items", |check, key, raw| {
            let read = check.values.whole(key, raw).and_then(|value| quarantine::one(key, &value));
            count += u64::from(check.noted(Mend::Restore, "a held item", read).flatten().is_some());
        });
        self.count("held items", count);
        let values = self.values;
        if let Some(Some(noted)) = self.noted(Mend::Restore, "held items", quarantine::noted(values))
            && noted.items != count
        {
            self.damage(Mend::Restore, format!("there are {count} held items, and there should be {}", noted.items));
        }
    }

    /// What belongs to a value must have one that wants it.
    fn rests(&mut self) {
        self.walk(REST, Mend::Restore, "large values", |check, key, _| {
            let Some((owner, index)) = key.get(1..).and_then(|key| key.split_last_chunk::<2>()) else {
                return check.damage(Mend::Derive, "a part of a large value with a short key");
            };
            let mend = if matches!(owner.first(), Some(&(LOG | HELD))) { Mend::Restore } else { Mend::Derive };
            let parts = check.values.get_with_parts(owner);
            if let Some(found) = check.noted(mend, "a large value", parts)
                && found.is_none_or(|(parts, _)| u16::from_be_bytes(*index) >= parts)
            {
                let StoreError(what) = damaged(key, "it belongs to no value");
                check.damage(mend, what);
            }
        });
    }

    /// Nothing else may be there.
    fn others(&mut self, dir: &Path) -> std::io::Result<()> {
        let known = [LOG, REPEATS, HELD, HELD_TOTALS, RECORDS, TIMELINE, ORDER, SEARCH, DECISION, CHANGE, STATE, LAYOUT, POSITION, REST];
        let mut next = vec![0];
        while let Some((key, _)) = self.values.range(next.clone()..).next().and_then(|entry| self.noted(Mend::Restore, "keys", entry)) {
            let letter = key.first().copied().unwrap_or_default();
            if !known.contains(&letter) {
                let StoreError(what) = damaged(&key, "nothing of this kind is known");
                self.damage(Mend::Restore, what);
            }
            let Some(after) = letter.checked_add(1) else { break };
            next = vec![after];
        }
        let blobs = fs::read_dir(dir.join("blobs")).map_or(0, Iterator::count);
        if blobs > 0 {
            self.damage(Mend::Restore, format!("{blobs} files in blobs: they would not survive a power cut; nora compact rewrites them"));
        }
        Ok(())
    }
}
