//! Recency, frequency and monetary value: what kind of customer this is.
//!
//! The method is the direct mail trade's (Hughes, "Strategic Database Marketing", 1994), with fixed thresholds in place of quintiles,
//! which would make the class of one customer depend on all others.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::money::{Currency, Sum};
use crate::time::{DAY_MS, Millis};

/// Days since the last order, at most, for 5, 4, 3 and 2 points.
const ORDER_AGES: [i64; 4] = [30, 90, 180, 365];
/// Orders, at least, for 2, 3, 4 and 5 points.
const ORDER_COUNTS: [u64; 4] = [2, 3, 5, 10];
/// Revenue, at least, for 2, 3, 4 and 5 points, in whole units of the currency that gives most.
const REVENUES: [i128; 4] = [50, 150, 400, 1_000];
/// Days since the last event, at most, for 5, 4, 3 and 2 points, where there are no orders.
const VISIT_AGES: [i64; 4] = [7, 30, 90, 180];
/// Days with events, at least, for 2, 3, 4 and 5 points, where there are no orders.
const VISIT_COUNTS: [u64; 4] = [2, 4, 8, 16];

/// Recency, frequency and monetary value, 1 (low) to 5 (high) each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Rfm {
    /// What the points are given for.
    pub basis: Basis,
    /// Days since the last order: 5 up to 30, 4 up to 90, 3 up to 180, 2 up to 365. Without orders, since the last event: 7, 30, 90, 180.
    pub recency: u8,
    /// Orders: 2 from 2 on, 3 from 3, 4 from 5, 5 from 10. Without orders, days with events: 2, 4, 8, 16.
    pub frequency: u8,
    /// Revenue, in units of the currency that gives most: 2 from 50 on, 3 from 150, 4 from 400, 5 from 1,000. `null` without orders.
    pub monetary: Option<u8>,
    /// The name for this combination.
    pub class: Class,
}

/// What points are given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Orders.
    Orders,
    /// Visits, since there are no orders.
    Activity,
}

/// The name for a combination of points. Worth is the mean of frequency and monetary value, or frequency alone without orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Recency 4 or 5, worth 4 or more.
    Champion,
    /// Recency 3 or more, worth 3 or more, and no champion.
    Loyal,
    /// Recency 4 or 5, frequency 1, worth below 3: the first order, or the first day.
    New,
    /// Recency 4 or 5, worth below 3, not for the first time.
    Promising,
    /// Recency 3, worth below 3.
    NeedsAttention,
    /// Recency 1 or 2, worth 3 or more.
    AtRisk,
    /// Recency 2, worth below 3.
    Hibernating,
    /// Recency 1, worth below 3.
    Lost,
}

impl Rfm {
    /// Of orders.
    pub(super) fn of_orders(orders: u64, last: Millis, revenue: &BTreeMap<Currency, Sum>, now: Millis) -> Rfm {
        let units = revenue.values().map(|Sum(sum)| sum / 1_000_000).max().unwrap_or_default();
        Rfm::new(Basis::Orders, recency(last, now, ORDER_AGES), points(orders, ORDER_COUNTS), Some(points(units, REVENUES)))
    }

    /// Of days with events, for somebody who has not ordered yet.
    pub(super) fn of_activity(days: u64, last: Millis, now: Millis) -> Rfm {
        Rfm::new(Basis::Activity, recency(last, now, VISIT_AGES), points(days, VISIT_COUNTS), None)
    }

    fn new(basis: Basis, recency: u8, frequency: u8, monetary: Option<u8>) -> Rfm {
        let twice_worth = frequency + monetary.unwrap_or(frequency);
        let class = match recency {
            4.. if twice_worth >= 8 => Class::Champion,
            3.. if twice_worth >= 6 => Class::Loyal,
            4.. if frequency == 1 => Class::New,
            4.. => Class::Promising,
            3 => Class::NeedsAttention,
            _ if twice_worth >= 6 => Class::AtRisk,
            2 => Class::Hibernating,
            _ => Class::Lost,
        };
        Rfm { basis, recency, frequency, monetary, class }
    }
}

fn recency(last: Millis, now: Millis, limits: [i64; 4]) -> u8 {
    let days = now.0.saturating_sub(last.0) / DAY_MS;
    // At most 4, so it fits.
    5 - limits.iter().filter(|limit| days > **limit).count() as u8
}

fn points<T: PartialOrd + Copy>(value: T, limits: [T; 4]) -> u8 {
    // At most 4, so it fits.
    1 + limits.iter().filter(|limit| value >= **limit).count() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_follow_from_points() {
        let class = |orders, days: i64, euros: i128| {
            let revenue = BTreeMap::from([(Currency::read("EUR"), Sum(euros * 1_000_000))]);
            let rfm = Rfm::of_orders(orders, Millis(0), &revenue, Millis(days * DAY_MS + 1));
            ([rfm.recency, rfm.frequency, rfm.monetary.unwrap()], rfm.class)
        };
        assert_eq!(class(10, 30, 1_000), ([5, 5, 5], Class::Champion));
        assert_eq!(class(3, 90, 200), ([4, 3, 3], Class::Loyal));
        assert_eq!(class(1, 0, 49), ([5, 1, 1], Class::New));
        assert_eq!(class(2, 31, 50), ([4, 2, 2], Class::Promising));
        assert_eq!(class(1, 91, 10), ([3, 1, 1], Class::NeedsAttention));
        assert_eq!(class(12, 366, 5_000), ([1, 5, 5], Class::AtRisk));
        assert_eq!(class(1, 181, 100), ([2, 1, 2], Class::Hibernating));
        assert_eq!(class(1, 400, 10), ([1, 1, 1], Class::Lost));
        // Ordered by a clock that is ahead.
        assert_eq!(class(1, -3, 10).0[0], 5);
    }

    #[test]
    fn visitors_are_classed_by_their_visits() {
        let rfm = Rfm::of_activity(20, Millis(0), Millis(6 * DAY_MS));
        assert_eq!((rfm.basis, rfm.monetary, rfm.class), (Basis::Activity, None, Class::Champion));
        assert_eq!(Rfm::of_activity(1, Millis(0), Millis(0)).class, Class::New);
    }
}
