//! The log: no gap, and every block can be read.

use super::super::keys::{LOG, damaged, number, numbered};
use super::super::log::block;
use super::{Check, LogSummary, Mend};
use crate::log::{Control, Seq};
use crate::storage::StoreError;

impl Check<'_> {
    pub(super) fn log(&mut self) -> LogSummary {
        let (mut next, mut blocks, mut erased, mut decisions) = (0 as Seq, 0, 0, 0);
        let before = self.found.damage_count;
        self.walk(LOG, Mend::Restore, "the log", |check, key, raw| {
            blocks += 1;
            let Some(first) = number(key).filter(|_| key.len() == 9) else {
                let StoreError(what) = damaged(key, "no position");
                return check.damage(Mend::Restore, what);
            };
            if first != next {
                check.damage(Mend::Restore, format!("the log: the events from position {next} to {first} are not there"));
            }
            let read = check.values.whole(key, raw).and_then(|packed| block::decode(key, &packed));
            let Some(block) = check.noted(Mend::Restore, &format!("the events from position {first} on"), read) else {
                // The next block tells how many there were.
                next = check.next_block(first).unwrap_or(first + 1);
                return;
            };
            for record in &block.records {
                erased += u64::from(Control::is_erased(record));
                decisions += u64::from(Control::of(record).is_some_and(|control| control != Control::Erased));
            }
            next = first + block.records.len() as Seq;
        });
        self.count("events", next.saturating_sub(erased + decisions));
        self.count("erased events", erased);
        self.count("decisions", decisions);
        self.count("blocks of the log", blocks);
        LogSummary { len: next, is_whole: self.found.damage_count == before }
    }

    fn next_block(&self, first: Seq) -> Option<Seq> {
        let after = numbered(LOG, first + 1);
        number(&self.values.range(after..vec![LOG + 1]).next()?.ok()?.0)
    }
}
