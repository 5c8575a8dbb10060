//! Makes one run of many, so that there are few to look into.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::super::chunked::{Changes, Values};
use super::run::{self, Run, Writer};
use super::{Id, RECENT, Repeats};
use crate::storage::Result;

/// So many runs of a size become one. Each id is rewritten once a size, and there are at most this many runs of each.
const RUNS: usize = 8;

/// Ids that are written at once.
const WRITTEN: usize = 1 << 16;

/// What is to be merged, and into what.
pub(super) struct Job {
    values: Arc<Values>,
    /// Their numbers, and how many values each has.
    runs: Vec<(u32, usize)>,
    into: u32,
    period: u16,
    count: u64,
    merging: Arc<AtomicBool>,
    stopped: Arc<AtomicBool>,
}

impl Job {
    /// What is to be merged now, if anything.
    pub(super) fn due(repeats: &Repeats) -> Option<Job> {
        let size = |run: &Run| (run.period, (run.count / RECENT as u64).max(1).ilog(RUNS as u64));
        let due = repeats.runs.iter().map(size).find(|of| repeats.runs.iter().filter(|run| size(run) == *of).count() >= RUNS)?;
        let merged: Vec<_> = repeats.runs.iter().filter(|run| size(run) == due).collect();
        Some(Job {
            values: Arc::clone(&repeats.values),
            runs: merged.iter().map(|run| (run.number, run.values())).collect(),
            into: u32::MAX,
            period: due.0,
            count: merged.iter().map(|run| run.count).sum(),
            merging: Arc::clone(&repeats.merging),
            stopped: Arc::clone(&repeats.stopped),
        })
    }

    /// Merges. Wherever this breaks off, the runs that there were are still listed.
    pub(super) fn run(mut self, repeats: &Weak<Mutex<Repeats>>) {
        let Some(number) = repeats.upgrade().map(|repeats| repeats.lock().reserve()) else { return };
        self.into = number;
        match self.write() {
            Ok(Some(run)) => {
                if let Some(repeats) = repeats.upgrade()
                    && let Err(error) = repeats.lock().replace(&self.runs, run)
                {
                    tracing::error!(%error, "message ids could not be merged");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "message ids could not be merged"),
        }
        self.merging.store(false, Ordering::Release);
    }

    /// The new run; nothing where the store is being closed.
    fn write(&self) -> Result<Option<Run>> {
        let mut inputs = self.runs.iter().map(|(run, values)| Input::new(*run, *values)).collect::<Vec<_>>();
        let mut heads = BinaryHeap::new();
        for (place, input) in inputs.iter_mut().enumerate() {
            heads.extend(input.next(&self.values)?.map(|id| Reverse((id, place))));
        }
        let mut writer = Writer::new(self.into, self.period, self.count);
        let (mut changes, mut written) = (Changes::new(), 0);
        while let Some(Reverse((id, place))) = heads.pop() {
            writer.push(id, &mut changes)?;
            heads.extend(inputs[place].next(&self.values)?.map(|id| Reverse((id, place))));
            written += 1;
            if written == WRITTEN {
                if self.stopped.load(Ordering::Acquire) {
                    return Ok(None);
                }
                self.values.write(std::mem::replace(&mut changes, Changes::new()))?;
                written = 0;
            }
        }
        let run = writer.finish(&mut changes)?;
        self.values.write(changes)?;
        Ok(Some(run))
    }
}

impl Repeats {
    /// A number for a run.
    fn reserve(&mut self) -> u32 {
        self.next_run += 1;
        self.next_run - 1
    }

    /// Lists a run in the place of others.
    fn replace(&mut self, merged: &[(u32, usize)], run: Run) -> Result<()> {
        let is_merged = |number: u32| merged.iter().any(|(run, _)| *run == number);
        // They may have become too old in the meantime: then so is what they were merged into.
        if !self.runs.iter().any(|run| is_merged(run.number)) {
            self.garbage.push_back(run.number);
            return Ok(());
        }
        self.runs.retain(|run| !is_merged(run.number));
        self.runs.insert(0, run);
        self.bound_filters();
        let mut changes = Changes::new();
        self.list(&mut changes)?;
        self.values.write(changes)?;
        self.garbage.extend(merged.iter().map(|(run, _)| *run));
        Ok(())
    }
}

/// The ids of a run, one after the other.
struct Input {
    run: u32,
    values: usize,
    next: usize,
    ids: std::vec::IntoIter<Id>,
}

impl Input {
    fn new(run: u32, values: usize) -> Input {
        Input { run, values, next: 0, ids: Vec::new().into_iter() }
    }

    fn next(&mut self, values: &Values) -> Result<Option<Id>> {
        if let Some(id) = self.ids.next() {
            return Ok(Some(id));
        }
        if self.next == self.values {
            return Ok(None);
        }
        self.ids = run::read(values, self.run, self.next)?.into_iter();
        self.next += 1;
        Ok(self.ids.next())
    }
}
