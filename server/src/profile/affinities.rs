//! What the customer is drawn to: categories of products, by what was done with them and how long ago.
//!
//! Decayed sums of floating point would depend on the order of adding. So weights are kept as whole numbers by day, and decay when they
//! are looked at. They are counted by event: an order that the site and a server both report draws twice as much, if both name the
//! categories of its products.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bounded;
use super::commerce::Step;
use crate::time::Millis;

/// The days after which a deed counts half.
pub(super) const HALF_LIFE_DAYS: f64 = 30.0;

/// Categories that one fragment keeps, those with the least hashes.
pub(super) const CATEGORIES: usize = 200;

/// Days that one fragment keeps of a category, the latest on which anything was done.
pub(super) const DAYS: usize = 64;

/// Weights by category and day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affinities(BTreeMap<String, BTreeMap<i32, u32>>);

/// How much a deed says, against looking at a list.
fn weight(step: Step) -> u32 {
    match step {
        Step::ListViewed | Step::ProductClicked => 1,
        Step::ProductViewed => 2,
        Step::ProductWished => 4,
        Step::ProductAdded => 5,
        Step::OrderCompleted => 10,
        // About an order whose products were counted when it was completed.
        Step::OrderUpdated | Step::OrderRefunded | Step::OrderCancelled => 0,
    }
}

impl Affinities {
    /// Adds a deed to each of the categories.
    pub(super) fn add(&mut self, at: Millis, step: Step, categories: &[String]) {
        let weight = weight(step);
        let Some(day) = i32::try_from(at.day()).ok().filter(|_| weight > 0) else { return };
        for category in categories {
            if let Some(days) = self.0.get_mut(category) {
                merge_days(days, [(day, weight)]);
            } else {
                self.0.insert(category.clone(), BTreeMap::from([(day, weight)]));
            }
        }
        bounded::keep_least(&mut self.0, CATEGORIES, |name| bounded::hash_of(name));
    }

    pub(super) fn merge(&mut self, other: Affinities) {
        for (category, days) in other.0 {
            merge_days(self.0.entry(category).or_default(), days);
        }
        bounded::keep_least(&mut self.0, CATEGORIES, |name| bounded::hash_of(name));
    }

    /// The categories with the highest scores, these first, rounded to thousandths; of the day of `now`.
    pub(super) fn top(&self, count: usize, now: Millis) -> Vec<(String, f64)> {
        let today = now.day();
        let score = |days: &BTreeMap<i32, u32>| -> f64 {
            let decayed = |(day, weight): (&i32, &u32)| {
                // What a clock that is ahead puts into the future is of today.
                let age = (today - i64::from(*day)).max(0) as f64;
                f64::from(*weight) * (-age / HALF_LIFE_DAYS).exp2()
            };
            (days.iter().map(decayed).sum::<f64>() * 1_000.0).round() / 1_000.0
        };
        let mut scores: Vec<_> = self.0.iter().map(|(category, days)| (category.clone(), score(days))).collect();
        scores.sort_by(|(a, mine), (b, theirs)| theirs.total_cmp(mine).then_with(|| a.cmp(b)));
        scores.truncate(count);
        scores
    }
}

fn merge_days(mine: &mut BTreeMap<i32, u32>, theirs: impl IntoIterator<Item = (i32, u32)>) {
    for (day, weight) in theirs {
        let sum = mine.entry(day).or_default();
        *sum = sum.saturating_add(weight);
    }
    while mine.len() > DAYS {
        mine.pop_first();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY_MS;

    #[test]
    fn a_deed_counts_half_after_thirty_days() {
        let mut affinities = Affinities::default();
        let day = |day: i64| Millis(day * DAY_MS + 7);
        affinities.add(day(0), Step::OrderCompleted, &["Kilns".into(), "Bowls".into()]);
        affinities.add(day(30), Step::ProductViewed, &["Bowls".into()]);
        affinities.add(day(30), Step::OrderRefunded, &["Clay".into()]);
        assert_eq!(affinities.top(9, day(30)), [("Bowls".to_owned(), 7.0), ("Kilns".to_owned(), 5.0)]);
        assert_eq!(affinities.top(1, day(60)), [("Bowls".to_owned(), 3.5)]);
        assert_eq!(affinities.top(1, day(-5)), [("Bowls".to_owned(), 12.0)]);
    }
}
