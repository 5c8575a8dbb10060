//! On which days there was anything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// Runs of 64 days that one fragment keeps, the latest: eleven years of daily visits.
pub(super) const RUNS: usize = 64;

/// Days (UTC) with at least one event: a bit each, by the run of 64 days since 1970 that they are in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days(BTreeMap<i32, u64>);

impl Days {
    /// Notes the day of an event.
    pub(super) fn note(&mut self, at: Millis) {
        let day = at.day();
        let run = i32::try_from(day.div_euclid(64)).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX });
        *self.0.entry(run).or_default() |= 1 << day.rem_euclid(64);
        self.trim();
    }

    pub(super) fn merge(&mut self, other: Days) {
        for (run, days) in other.0 {
            *self.0.entry(run).or_default() |= days;
        }
        self.trim();
    }

    /// A run that is among the latest of the whole is among the latest of every part: no order loses it.
    fn trim(&mut self) {
        while self.0.len() > RUNS {
            self.0.pop_first();
        }
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.0.values().map(|days| u64::from(days.count_ones())).sum()
    }

    /// How many of the `days` days that end with the day of `now` there were.
    pub(super) fn count_of_last(&self, days: i64, now: Millis) -> u64 {
        let today = now.day();
        (today - days + 1..=today).filter(|day| self.contains(*day)).count() as u64
    }

    fn contains(&self, day: i64) -> bool {
        let run = i32::try_from(day.div_euclid(64)).ok().and_then(|run| self.0.get(&run));
        run.is_some_and(|days| days >> day.rem_euclid(64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY_MS;

    #[test]
    fn days_are_counted_once_and_the_last_month_apart() {
        let mut days = Days::default();
        for day in [-1, 0, 0, 63, 64, 64, 92, 93] {
            days.note(Millis(day * DAY_MS + 5));
        }
        assert_eq!(days.count(), 6);
        assert_eq!(days.count_of_last(30, Millis(93 * DAY_MS)), 3);
        assert_eq!(days.count_of_last(1, Millis(94 * DAY_MS)), 0);
    }

    #[test]
    fn the_latest_are_kept() {
        let mut days = Days::default();
        (0..RUNS as i64 + 9).rev().for_each(|run| days.note(Millis(run * 64 * DAY_MS)));
        assert_eq!(days.count(), RUNS as u64);
        assert!(!days.contains(0) && days.contains((RUNS as i64 + 8) * 64));
    }
}
