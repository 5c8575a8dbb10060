//! Orders, each counted once, and what they brought.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bounded;
use super::commerce::{Purchase, Step};
use super::money::{Amount, Currency, Sum};
use crate::time::Millis;

/// Orders that one fragment tells apart exactly. Of more it keeps these many, drawn by the hash of their ids, and numbers and sums are
/// estimated from them, within some 3 %.
pub(super) const ORDERS: usize = 1_000;

/// Orders by the hash of their id, so that an order that the site and a server report, under whatever anchors, is one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders(BTreeMap<u64, Order>);

/// One order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Order {
    /// The time of the first event that completed or updated it. Without one, the order is not counted.
    placed_at: Option<i64>,
    /// What the last such event with an amount said.
    billed: Option<Billed>,
    /// What all refunds gave back, in millionths; `u64::MAX` where one gave back everything.
    refunded: u64,
    cancelled: bool,
}

/// Compares as which is later. Between events of one moment the greater amount decides: that needs no message id, which would be the
/// larger part of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Billed {
    at: i64,
    amount: Amount,
    currency: Currency,
}

impl Orders {
    /// Adds an event about an order; others change nothing.
    pub(super) fn add(&mut self, at: Millis, step: Step, purchase: &Purchase) {
        let at = at.0;
        let order = match step {
            Step::OrderCompleted | Step::OrderUpdated => Order {
                placed_at: Some(at),
                billed: purchase.amount.map(|amount| Billed { at, amount, currency: purchase.currency }),
                ..Order::default()
            },
            // Some report what was given back as a negative number.
            Step::OrderRefunded => {
                Order { refunded: purchase.amount.map_or(u64::MAX, |Amount(amount)| amount.unsigned_abs()), ..Order::default() }
            }
            Step::OrderCancelled => Order { cancelled: true, ..Order::default() },
            _ => return,
        };
        self.0.entry(purchase.order).or_default().merge(&order);
        self.trim();
    }

    pub(super) fn merge(&mut self, other: Orders) {
        for (id, order) in other.0 {
            self.0.entry(id).or_default().merge(&order);
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.0.len() > ORDERS {
            self.0.pop_last();
        }
    }

    /// Adds them up.
    pub(super) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        let mut counted: BTreeMap<Currency, u64> = BTreeMap::new();
        let mut billed: BTreeMap<Currency, Sum> = BTreeMap::new();
        for order in self.0.values() {
            let Some(placed_at) = order.placed_at else { continue };
            if order.cancelled {
                totals.cancelled += 1;
                continue;
            }
            totals.orders += 1;
            totals.first_at = Some(totals.first_at.map_or(placed_at, |first| first.min(placed_at)));
            totals.last_at = totals.last_at.max(Some(placed_at));
            let Some(Billed { amount: Amount(amount), currency, .. }) = order.billed else { continue };
            let amount = i128::from(amount);
            // Nobody gets back more than they paid: what goes beyond is shipping, or a refund that was reported twice.
            let refunded = i128::from(order.refunded).min(amount.max(0));
            *counted.entry(currency).or_default() += 1;
            billed.entry(currency).or_default().0 += amount;
            totals.revenue.entry(currency).or_default().0 += amount - refunded;
            if refunded > 0 {
                totals.refunds.entry(currency).or_default().0 += refunded;
            }
        }
        let means = counted.into_iter().filter_map(|(currency, count)| Some((currency, billed.get(&currency)?.mean(count)?)));
        totals.average = means.collect();
        self.scale(&mut totals);
        totals
    }

    /// Where not all orders are kept, those that are stand for the others.
    fn scale(&self, totals: &mut Totals) {
        let (kept, Some((greatest, _))) = (self.0.len(), self.0.last_key_value()) else { return };
        if kept < ORDERS {
            return;
        }
        let all = bounded::estimate(kept, *greatest).max(kept as u64);
        let scaled = |count: u64| u64::try_from(u128::from(count) * u128::from(all) / kept as u128).unwrap_or(u64::MAX);
        (totals.orders, totals.cancelled) = (scaled(totals.orders), scaled(totals.cancelled));
        for Sum(sum) in totals.revenue.values_mut().chain(totals.refunds.values_mut()) {
            *sum = sum.saturating_mul(i128::from(all)) / kept as i128;
        }
    }
}

impl Order {
    fn merge(&mut self, other: &Order) {
        self.placed_at = match (self.placed_at, other.placed_at) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        self.billed = self.billed.max(other.billed);
        self.refunded = self.refunded.saturating_add(other.refunded);
        self.cancelled |= other.cancelled;
    }
}

/// What orders come to.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// Orders that were not cancelled.
    pub(super) orders: u64,
    pub(super) cancelled: u64,
    /// What they brought, less refunds.
    pub(super) revenue: BTreeMap<Currency, Sum>,
    pub(super) refunds: BTreeMap<Currency, Sum>,
    /// The mean of what they brought, before refunds.
    pub(super) average: BTreeMap<Currency, Sum>,
    pub(super) first_at: Option<i64>,
    pub(super) last_at: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(events: &[(i64, Step, u64, Option<i64>)]) -> Orders {
        let mut orders = Orders::default();
        for (at, step, order, amount) in events {
            let amount = amount.map(|units| Amount(units * 1_000_000));
            let purchase = Purchase { order: *order, amount, currency: Currency::read("EUR"), categories: Vec::new() };
            orders.add(Millis(*at), *step, &purchase);
        }
        orders
    }

    fn euros(sums: &BTreeMap<Currency, Sum>) -> i128 {
        sums.get(&Currency::read("EUR")).map_or(0, |Sum(sum)| sum / 1_000_000)
    }

    #[test]
    fn an_order_counts_once_as_it_was_last_billed() {
        let totals = orders(&[
            (3, Step::OrderUpdated, 1, Some(80)),
            (1, Step::OrderCompleted, 1, Some(100)),
            (4, Step::OrderUpdated, 1, None),
            (2, Step::OrderCompleted, 2, Some(40)),
        ])
        .totals();
        assert_eq!((totals.orders, euros(&totals.revenue), euros(&totals.average)), (2, 120, 60));
        assert_eq!((totals.first_at, totals.last_at), (Some(1), Some(2)));
    }

    #[test]
    fn refunds_add_up_to_no_more_than_was_paid_and_cancelled_orders_do_not_count() {
        let totals = orders(&[
            (9, Step::OrderRefunded, 1, Some(30)),
            (1, Step::OrderCompleted, 1, Some(100)),
            (9, Step::OrderRefunded, 1, Some(-20)),
            (2, Step::OrderCompleted, 2, Some(40)),
            (3, Step::OrderRefunded, 2, None),
            (3, Step::OrderRefunded, 2, Some(40)),
            (5, Step::OrderCancelled, 3, None),
            (4, Step::OrderCompleted, 3, Some(1_000)),
            (6, Step::OrderRefunded, 4, Some(7)),
        ])
        .totals();
        assert_eq!((totals.orders, totals.cancelled), (2, 1));
        assert_eq!((euros(&totals.revenue), euros(&totals.refunds), euros(&totals.average)), (50, 90, 70));
    }

    #[test]
    fn many_orders_are_estimated() {
        let events = |ids: std::ops::Range<u32>| {
            ids.map(|id| (i64::from(id), Step::OrderCompleted, bounded::hash_of(&id.to_string()), Some(10))).collect::<Vec<_>>()
        };
        assert_eq!(orders(&events(0..999)).totals().orders, 999);
        let totals = orders(&[events(0..6_000), events(0..6_000)].concat()).totals();
        assert!((5_500..6_500).contains(&totals.orders), "{}", totals.orders);
        assert!((55_000..65_000).contains(&euros(&totals.revenue)), "{}", euros(&totals.revenue));
        assert_eq!(euros(&totals.average), 10);
    }
}
