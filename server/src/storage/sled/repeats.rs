//! Which message ids the log has seen in the last 30 days.
//!
//! One sled entry an id would cost more than the event. So the newest ids are in memory only, where an opening finds them again in the log
//! itself; every [`RECENT`] of them become a [`Run`]: sorted, in a few large values, with a [`Filter`] in memory that nearly always says
//! without a look at the disk that an id is not there. Runs of a size are [merged](merge) into one when there are many.
//!
//! A run has a number of 30-day periods since 1970. An id is looked for in the period it was received in and in the one before, so it is
//! remembered for 30 to 60 days. Periods do not run backwards: when the clock was set back, ids still go into the newest one.
//!
//! | key | value |
//! |---|---|
//! | `m` run, place | ids of a run, sorted, 12 bytes each |
//! | `m` run, 0x80000000 + part | what is kept in memory of the run: where its values begin, and its filter |
//! | `m` 0xffffffff | [`Manifest`]: the runs there are. Whatever belongs to another run is removed a little at a time |

mod filter;
mod merge;
mod run;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use foldhash::HashSet;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::chunked::{Changes, Values};
use super::envelope::{decode, pack, unpack};
use super::keys::message;
use crate::log::{Record, Seq};
use crate::storage::{Result, StoreError, generation};
use crate::time::Millis;
use filter::Probe;
use run::Run;

const VERSION: u8 = 2;

/// Ids that are kept in memory before they become a run. Bounds what an opening reads of the log.
const RECENT: usize = if cfg!(test) { 100 } else { 1 << 16 };

/// Keys of old runs that one append removes. Bounds how long an append can take.
const SWEPT: usize = 16;

/// The first 12 bytes of SHA-256(source, NUL, message id), as a number: among a thousand million ids the odds that any two share one are
/// 1 in 10¹¹.
pub(super) type Id = u128;

/// The ids, and where they stand.
pub(super) struct Repeats {
    values: Arc<Values>,
    newest: u16,
    /// Of the events from `covered` on.
    recent: HashSet<Id>,
    covered: Seq,
    runs: Vec<Run>,
    next_run: u32,
    garbage: VecDeque<u32>,
    merging: Arc<AtomicBool>,
    stopped: Arc<AtomicBool>,
    filter_bytes: usize,
    /// While somebody else holds it, nothing is removed.
    pinned: Arc<()>,
}

/// What there was at a moment, for a copy.
pub(super) struct Pinned {
    /// Events in the log.
    pub(super) events: Seq,
    /// Where the runs lie: from, and to but not at.
    pub(super) runs: Vec<(Vec<u8>, Vec<u8>)>,
    /// The key and the value of the list of them.
    pub(super) manifest: (Vec<u8>, Vec<u8>),
    /// Keeps them from being removed.
    pub(super) _guard: Arc<()>,
}

/// Number, period, how many ids.
pub(super) type Listed = (u32, u16, u64);

/// The runs there are.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    /// The ids of events before this position are in runs, or too old.
    covered: Seq,
    newest: u16,
    next_run: u32,
    runs: Vec<Listed>,
}

impl Repeats {
    /// Reads what there is. `events` gives the events from a position on, in order; `filter_bytes` bounds what filters take in memory.
    pub(super) fn open(
        values: &Arc<Values>,
        filter_bytes: usize,
        mut events: impl FnMut(Seq) -> Result<Vec<(Seq, Arc<Record>)>>,
    ) -> Result<Arc<Mutex<Repeats>>> {
        let Manifest { covered, newest, next_run, runs } = Manifest::read(values)?;
        let garbage = run::unlisted(values, &runs)?;
        // A merge that broke off had a number that was not listed yet.
        let next_run = garbage.iter().map(|run| run + 1).max().unwrap_or(0).max(next_run);
        let mut repeats = Repeats {
            values: Arc::clone(values),
            newest,
            recent: HashSet::default(),
            covered,
            garbage,
            runs: Vec::with_capacity(runs.len()),
            next_run,
            merging: Arc::default(),
            stopped: Arc::default(),
            filter_bytes,
            pinned: Arc::default(),
        };
        for (number, period, count) in runs {
            repeats.runs.push(Run::open(values, number, period, count)?);
            // One after the other: together, the filters as they are kept could take more than there is.
            repeats.bound_filters();
        }
        loop {
            let from = repeats.covered + repeats.recent.len() as Seq;
            let events = events(from)?;
            if events.is_empty() {
                break;
            }
            let mut changes = Changes::new();
            for (seq, record) in events {
                repeats.advance(record.received_at, seq, &mut changes)?;
                // The log may hold an id twice, where it was forgotten in between.
                let is_known = !repeats.recent.insert(message(&record.source, &record.message_id));
                if is_known || repeats.recent.len() >= RECENT {
                    repeats.flush(seq + 1, &mut changes)?;
                }
            }
            if !changes.is_empty() {
                values.write(changes)?;
            }
        }
        Ok(Arc::new(Mutex::new(repeats)))
    }

    /// Tells which records are new, and notes those; the first of the new ones gets the position `next`, and all before it are durable.
    ///
    /// Where the changes are not written, nothing more may be asked.
    pub(super) fn admit(&mut self, records: &[Arc<Record>], next: Seq, changes: &mut Changes) -> Result<Vec<bool>> {
        if let Some(now) = records.iter().map(|record| record.received_at).max() {
            // Written by itself: what has just become a run is looked into below.
            let mut begun = Changes::new();
            self.advance(now, next, &mut begun)?;
            if !begun.is_empty() {
                self.values.write(begun)?;
            }
        }
        let ids: Vec<Id> = records.iter().map(|record| message(&record.source, &record.message_id)).collect();
        let mut known: Vec<bool> = ids.iter().map(|id| self.recent.contains(id)).collect();
        self.mark_in_runs(&ids, &mut known)?;
        // One that is twice among these is new once.
        let answers: Vec<bool> = ids.into_iter().zip(known).map(|(id, is_known)| !is_known && self.recent.insert(id)).collect();
        if self.recent.len() >= RECENT {
            let new = answers.iter().filter(|is_new| **is_new).count();
            self.flush(next + new as Seq, changes)?;
        }
        self.sweep(changes)?;
        Ok(answers)
    }

    /// Run by run and not id by id, so that what is read of a filter is near what was read before.
    fn mark_in_runs(&self, ids: &[Id], known: &mut [bool]) -> Result<()> {
        let probes: Vec<Probe> = ids.iter().map(|id| Probe::of(*id)).collect();
        for run in self.runs.iter().rev() {
            for ((id, probe), is_known) in ids.iter().zip(&probes).zip(&mut *known).filter(|(_, is_known)| !**is_known) {
                *is_known = run.contains(&self.values, *id, probe)?;
            }
        }
        Ok(())
    }

    /// Begins a period, where one begins with the event at a position.
    fn advance(&mut self, now: Millis, at: Seq, changes: &mut Changes) -> Result<()> {
        let period = generation(now).clamp(0, i64::from(u16::MAX)) as u16;
        if period <= self.newest {
            return Ok(());
        }
        self.flush(at, changes)?;
        self.newest = period;
        let (kept, old) = std::mem::take(&mut self.runs).into_iter().partition(|run| run.period >= period.saturating_sub(1));
        self.runs = kept;
        self.garbage.extend(old.iter().map(|run: &Run| run.number));
        self.list(changes)
    }

    /// Makes a run of what is in memory: the ids of all events before a position that are in none.
    pub(super) fn flush(&mut self, covered: Seq, changes: &mut Changes) -> Result<()> {
        self.covered = covered;
        if !self.recent.is_empty() {
            let mut ids: Vec<Id> = self.recent.drain().collect();
            ids.sort_unstable();
            let mut writer = run::Writer::new(self.next_run, self.newest, ids.len() as u64);
            self.next_run += 1;
            for id in ids {
                writer.push(id, changes)?;
            }
            self.runs.push(writer.finish(changes)?);
            self.bound_filters();
        }
        self.list(changes)
    }

    fn list(&self, changes: &mut Changes) -> Result<()> {
        changes.put(&manifest_key(), &self.manifest()?)
    }

    fn manifest(&self) -> Result<Vec<u8>> {
        let runs = self.runs.iter().map(|run| (run.number, run.period, run.count)).collect();
        pack(VERSION, &Manifest { covered: self.covered, newest: self.newest, next_run: self.next_run, runs }, usize::MAX)
    }

    /// What there is now, of a log with so many events.
    pub(super) fn pin(&self, events: Seq) -> Result<Pinned> {
        let place = |run: &Run| (run::key_prefix(run.number).to_vec(), run::key_prefix(run.number + 1).to_vec());
        let manifest = (manifest_key().to_vec(), self.manifest()?);
        Ok(Pinned { events, runs: self.runs.iter().map(place).collect(), manifest, _guard: Arc::clone(&self.pinned) })
    }

    fn sweep(&mut self, changes: &mut Changes) -> Result<()> {
        if Arc::strong_count(&self.pinned) > 1 {
            return Ok(());
        }
        let Some(run) = self.garbage.front() else { return Ok(()) };
        let keys = run::keys(&self.values, *run, SWEPT)?;
        if keys.len() < SWEPT {
            self.garbage.pop_front();
        }
        keys.into_iter().for_each(|key| changes.unmark(key));
        Ok(())
    }

    /// Folds the largest filters where all take too much memory: what is lost is the same whatever the size of the run, and more is won.
    fn bound_filters(&mut self) {
        let mut bytes: usize = self.runs.iter().map(Run::filter_bytes).sum();
        while bytes > self.filter_bytes
            && let Some(largest) = self.runs.iter_mut().max_by_key(|run| run.filter_bytes())
        {
            bytes -= largest.filter_bytes();
            if !largest.fold_filter() {
                break;
            }
            bytes += largest.filter_bytes();
        }
    }

    /// Starts merging where there is something to merge, on a thread of its own.
    pub(super) fn merge_if_due(repeats: &Arc<Mutex<Repeats>>) {
        let guard = repeats.lock();
        let Some(job) = merge::Job::due(&guard) else { return };
        if guard.merging.swap(true, Ordering::AcqRel) {
            return;
        }
        let merging = Arc::clone(&guard.merging);
        drop(guard);
        let repeats = Arc::downgrade(repeats);
        if std::thread::Builder::new().name("repeats".into()).spawn(move || job.run(&repeats)).is_err() {
            // Where there is no thread to be had, there are more runs to look into until there is.
            merging.store(false, Ordering::Release);
        }
    }
}

impl Drop for Repeats {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
    }
}

/// The position up to which ids are in runs, and the runs there are.
pub(super) fn listed(values: &Values) -> Result<(Seq, Vec<Listed>)> {
    let manifest = Manifest::read(values)?;
    Ok((manifest.covered, manifest.runs))
}

/// Reads a whole run and compares it with what is kept in memory of it.
pub(super) fn verify_run(values: &Values, number: u32, period: u16, count: u64) -> Result<()> {
    Run::open(values, number, period, count)?.verify(values)
}

impl Manifest {
    fn read(values: &Values) -> Result<Manifest> {
        match values.get(&manifest_key())? {
            Some(value) => decode(&manifest_key(), &unpack(&manifest_key(), VERSION, &value)?),
            None => Ok(Manifest::default()),
        }
    }
}

fn manifest_key() -> [u8; 5] {
    run::key_prefix(u32::MAX)
}

fn encoding(error: impl std::fmt::Display) -> StoreError {
    StoreError(format!("encoding: {error}"))
}
