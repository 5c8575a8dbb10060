//! Whether everything that the browser's SDK numbered has arrived.
//!
//! The SDK counts the calls of a page load from 0 (`context.sequence`), so a number that is missing between two that came was lost or is
//! still on its way. What the SDK itself threw away, because more waited than may wait, it says.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bounded;
use crate::context::Context;
use crate::time::Millis;

/// Page loads that one fragment keeps figures of: those of the latest days, and of a day with more of them a sample.
pub(super) const TABS: usize = 16;

/// Numbers from here on are no numbers of calls. Keeps the figures within reason, whatever a browser says.
const NUMBERS: u64 = 1 << 24;

/// Characters of a page load's id, at most. The SDK's have eight.
const TAB_CHARS: usize = 32;

/// `context.sequence` of an event.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Sequence<'a> {
    /// The random id of a page load.
    #[serde(borrow)]
    pub tab: Cow<'a, str>,
    /// The number of the call in it, from 0.
    n: u64,
    /// How many calls of this page load the SDK had thrown away by then.
    #[serde(default)]
    dropped: u64,
}

impl<'a> Sequence<'a> {
    /// The sequence of an event; nothing where it has none, or one that cannot be.
    pub fn of(context: &Context<'a>) -> Option<Sequence<'a>> {
        let found: Sequence<'a> = serde_json::from_str(context.sequence?.get()).ok()?;
        let is_sound = found.n < NUMBERS && found.dropped < NUMBERS && (1..=TAB_CHARS).contains(&found.tab.len());
        is_sound.then_some(found)
    }
}

/// Which numbers of a page load came, as far as is needed to say how many did not: each event is added once, so that the numbers between
/// the first and the last, less those that came, are those that did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tab {
    first: u64,
    last: u64,
    received: u64,
    dropped: u64,
}

impl Tab {
    /// Of one event.
    pub fn of(sequence: &Sequence<'_>) -> Tab {
        Tab { first: sequence.n, last: sequence.n, received: 1, dropped: sequence.dropped }
    }

    /// Adds what is known of other events of the same page load.
    pub fn merge(&mut self, other: Tab) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.received += other.received;
        self.dropped = self.dropped.max(other.dropped);
    }

    /// How many calls did not come, and were not thrown away by the SDK.
    ///
    /// Numbers before the first that came count for nothing: they may be another visitor's, of before a log-out. The SDK throws away the
    /// oldest first, so what it threw away is to be found there first.
    pub fn missing(&self) -> u64 {
        let between = (self.last - self.first + 1).saturating_sub(self.received);
        between.saturating_sub(self.dropped.saturating_sub(self.first))
    }

    /// How many calls the SDK threw away.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// What is known of page loads, by the day (UTC) of their events and the hash of their ids: the greatest 16 of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery(BTreeMap<(i32, u64), Tab>);

impl Delivery {
    /// Notes the number of an event.
    pub(super) fn note(&mut self, at: Millis, sequence: &Sequence<'_>) {
        let day = i32::try_from(at.day()).unwrap_or_default();
        self.add((day, bounded::hash_of(&sequence.tab)), Tab::of(sequence));
        self.trim();
    }

    pub(super) fn merge(&mut self, other: Delivery) {
        other.0.into_iter().for_each(|(key, tab)| self.add(key, tab));
        self.trim();
    }

    fn add(&mut self, key: (i32, u64), tab: Tab) {
        self.0.entry(key).and_modify(|known| known.merge(tab)).or_insert(tab);
    }

    /// What is among the greatest of the whole is among the greatest of every part: no order loses it.
    fn trim(&mut self) {
        while self.0.len() > TABS {
            self.0.pop_first();
        }
    }

    /// All of it together.
    pub(super) fn arrived(&self) -> Arrived {
        let mut tabs: BTreeMap<u64, Tab> = BTreeMap::new();
        for ((_, hash), tab) in &self.0 {
            tabs.entry(*hash).and_modify(|known| known.merge(*tab)).or_insert(*tab);
        }
        let sum = |figure: fn(&Tab) -> u64| tabs.values().map(figure).sum();
        Arrived { tabs: tabs.len() as u64, received: sum(|tab| tab.received), missing: sum(Tab::missing), dropped: sum(Tab::dropped) }
    }
}

/// Whether everything that a customer's browsers numbered has arrived, of the latest page loads.
#[derive(Debug, Serialize, ToSchema)]
pub struct Arrived {
    /// Page loads that this is about: the latest 16 of each browser or user id.
    tabs: u64,
    /// Their events that came.
    received: u64,
    /// Their events that did not come, or not yet.
    missing: u64,
    /// Their events that the browser threw away, because too many waited.
    dropped: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY_MS;
    use nora_shared::event::Event;

    fn sequence(json: &str) -> Option<(String, u64, u64)> {
        let event = format!(r#"{{"type":"page","context":{{"sequence":{json}}}}}"#);
        let event = Event::parse(&event).unwrap();
        Sequence::of(&Context::of(&event)).map(|found| (found.tab.into_owned(), found.n, found.dropped))
    }

    fn noted(events: impl IntoIterator<Item = (i64, &'static str, u64, u64)>) -> Delivery {
        let mut delivery = Delivery::default();
        for (day, tab, n, dropped) in events {
            delivery.note(Millis(day * DAY_MS), &Sequence { tab: tab.into(), n, dropped });
        }
        delivery
    }

    fn figures(delivery: &Delivery) -> [u64; 4] {
        let Arrived { tabs, received, missing, dropped } = delivery.arrived();
        [tabs, received, missing, dropped]
    }

    #[test]
    fn what_is_no_sequence_is_none() {
        assert_eq!(sequence(r#"{"tab":"ab12cd34","n":17,"dropped":3}"#), Some(("ab12cd34".into(), 17, 3)));
        assert_eq!(sequence(r#"{"tab":"ab12cd34","n":0}"#), Some(("ab12cd34".into(), 0, 0)));
        let long = format!(r#"{{"tab":"{}","n":1}}"#, "x".repeat(33));
        for odd in ["null", "[]", "{}", r#"{"tab":"a"}"#, r#"{"tab":"","n":1}"#, r#"{"tab":"a","n":-1}"#, r#"{"tab":"a","n":1e9}"#, &long] {
            assert_eq!(sequence(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_gap_shows_and_goes_away_when_it_is_filled() {
        let mut delivery = noted([(1, "a", 0, 0), (1, "a", 4, 0), (2, "a", 5, 0), (1, "b", 7, 0)]);
        assert_eq!(figures(&delivery), [2, 4, 3, 0]);
        delivery.merge(noted([(1, "a", 2, 0), (2, "a", 1, 0)]));
        assert_eq!(figures(&delivery), [2, 6, 1, 0]);
        delivery.merge(noted([(1, "a", 3, 0)]));
        assert_eq!(figures(&delivery), [2, 7, 0, 0]);
    }

    #[test]
    fn what_the_browser_threw_away_is_not_lost() {
        // 40 of 0 to 39 before anything was sent, then 50 and 51 on the way.
        assert_eq!(figures(&noted([(1, "a", 40, 40), (1, "a", 49, 40), (1, "a", 52, 42)])), [1, 3, 10 - 2, 42]);
        assert_eq!(figures(&noted([(1, "a", 0, 0), (1, "a", 11, 10)])), [1, 2, 0, 10]);
        assert_eq!(figures(&noted([(1, "a", 3, 9)])), [1, 1, 0, 9]);
    }
}
