//! Which message ids the log has seen in the last 30 days.
//!
//! `m`, a number of 30-day periods since 1970 (two bytes, big-endian), and the first 16 bytes of SHA-256(source, NUL, message id); no
//! value. A record is looked for in the period it was received in and in the one before, so it is remembered for 30 to 60 days. Periods
//! do not run backwards: when the clock was set back, records still go into the newest one. Older periods are removed a few at a time.

use std::collections::HashSet;

use super::chunked::{Changes, Values};
use super::keys::{Hash, REPEATS, damaged, message};
use crate::log::Record;
use crate::storage::{Result, generation};
use crate::time::Millis;

/// How many old ids one append removes beyond twice the number of its records. Bounds how long an append can take.
const SWEEP: usize = 256;

/// Where the periods stand. A copy is changed with an append and kept when that has succeeded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Repeats {
    newest: u16,
    /// Whether there may be ids that are too old.
    sweeping: bool,
}

impl Repeats {
    /// Finds the newest period.
    pub(super) fn open(values: &Values) -> Result<Repeats> {
        let last = values.range(vec![REPEATS]..vec![REPEATS + 1]).next_back().transpose()?;
        let newest = match last {
            Some((key, _)) => key.get(1..3).and_then(|bytes| bytes.first_chunk()).map(|bytes| u16::from_be_bytes(*bytes)),
            None => Some(0),
        };
        newest.map(|newest| Repeats { newest, sweeping: true }).ok_or_else(|| damaged(&[REPEATS], "a key without a period"))
    }

    /// Tells which records are new, and marks those.
    pub(super) fn admit(&mut self, values: &Values, records: &[Record], changes: &mut Changes) -> Result<Vec<bool>> {
        let mut now = HashSet::with_capacity(records.len());
        let mut answers = Vec::with_capacity(records.len());
        for record in records {
            self.advance(record.received_at);
            let hash = message(&record.source, &record.message_id);
            let current = key(self.newest, &hash);
            let new = now.insert(hash) && !values.contains(&current)? && !values.contains(&key(self.newest.saturating_sub(1), &hash))?;
            if new {
                changes.mark(&current);
            }
            answers.push(new);
        }
        if self.sweeping {
            self.sweep(values, SWEEP + 2 * records.len(), changes)?;
        }
        Ok(answers)
    }

    fn advance(&mut self, now: Millis) {
        let period = generation(now).clamp(0, i64::from(u16::MAX)) as u16;
        if period > self.newest {
            *self = Repeats { newest: period, sweeping: true };
        }
    }

    fn sweep(&mut self, values: &Values, limit: usize, changes: &mut Changes) -> Result<()> {
        let end = key(self.newest.saturating_sub(1), &Hash::default());
        let mut removed = 0;
        for entry in values.range(vec![REPEATS]..end).take(limit) {
            changes.unmark(entry?.0);
            removed += 1;
        }
        self.sweeping = removed == limit;
        Ok(())
    }
}

fn key(period: u16, hash: &Hash) -> Vec<u8> {
    [&[REPEATS][..], &period.to_be_bytes(), hash].concat()
}
