//! Everything recorded under one anchor, as a merge that does not care about order.

use std::collections::{BTreeMap, BTreeSet};

use nora_shared::Identifier;
use serde::{Deserialize, Serialize};

use super::bounded;
use crate::time::Millis;

/// Names of traits, of events and of consent categories that one fragment keeps, each. Protects the store from a sender that invents
/// names without end.
pub const NAMES: usize = 500;

/// Sessions that one fragment tells apart exactly; beyond, their number is estimated (k minimum values).
pub const SESSIONS: usize = 1024;

/// Everything recorded under one anchor.
///
/// [`Fragment::merge`] is commutative and associative. Each event is in exactly one fragment, so a profile that adds up fragments
/// counts nothing twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// The type of the anchor.
    pub anchor_kind: String,
    /// The value of the anchor.
    pub anchor_value: String,
    /// Traits by name; the value is JSON, `None` where the last writer removed it.
    pub traits: BTreeMap<String, Register<Option<String>>>,
    /// Consent by category.
    pub consent: BTreeMap<String, Register<bool>>,
    /// How often each event was seen, by name (`track`) or kind (all others).
    pub events: BTreeMap<String, u64>,
    /// Hashes of session ids, the least [`SESSIONS`] of them.
    pub sessions: BTreeSet<u64>,
    /// All events.
    pub event_count: u64,
    /// Events of kind `page` or `screen`.
    pub page_views: u64,
    /// The earliest event time.
    pub first_seen: i64,
    /// The latest event time.
    pub last_seen: i64,
    /// Where the visitor came from first.
    pub first_touch: Option<Touch>,
    /// Where the visitor came from last.
    pub last_touch: Option<Touch>,
}

/// A last-writer-wins register: the greatest `(event time, message id)` stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register<T> {
    /// Event time, in milliseconds since 1970.
    pub at: i64,
    /// The message id of the writing event; decides between events of the same time.
    pub message_id: String,
    /// The id of the source that wrote it.
    pub source: String,
    /// What was written.
    pub value: T,
}

/// How a visit came about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Touch {
    /// Event time, in milliseconds since 1970.
    pub at: i64,
    /// The message id of the event.
    pub message_id: String,
    /// The campaign, as JSON (`context.campaign`).
    pub campaign: Option<String>,
    /// The referring page.
    pub referrer: Option<String>,
    /// The page that was entered.
    pub page: Option<String>,
    /// The click ids, as JSON (`context.click_ids`).
    pub click_ids: Option<String>,
}

impl Fragment {
    /// An empty fragment: merging it changes nothing.
    pub fn empty(anchor: &Identifier) -> Fragment {
        Fragment {
            anchor_kind: anchor.kind().to_owned(),
            anchor_value: anchor.value().to_owned(),
            traits: BTreeMap::new(),
            consent: BTreeMap::new(),
            events: BTreeMap::new(),
            sessions: BTreeSet::new(),
            event_count: 0,
            page_views: 0,
            first_seen: i64::MAX,
            last_seen: i64::MIN,
            first_touch: None,
            last_touch: None,
        }
    }

    /// The anchor that everything here is recorded under.
    pub fn anchor(&self) -> Identifier {
        Identifier::from_normalized(&*self.anchor_kind, &*self.anchor_value)
    }

    /// Adds everything that another fragment holds. The anchor stays.
    pub fn merge(&mut self, other: Fragment) {
        merge_registers(&mut self.traits, other.traits);
        merge_registers(&mut self.consent, other.consent);
        for (name, count) in other.events {
            *self.events.entry(name).or_default() += count;
        }
        bounded::keep_least(&mut self.events, NAMES);
        self.sessions.extend(other.sessions);
        while self.sessions.len() > SESSIONS {
            self.sessions.pop_last();
        }
        self.event_count += other.event_count;
        self.page_views += other.page_views;
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        self.first_touch = match (self.first_touch.take(), other.first_touch) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        self.last_touch = self.last_touch.take().max(other.last_touch);
    }

    /// When the first of its events happened.
    pub fn first_seen(&self) -> Millis {
        Millis(self.first_seen)
    }

    /// When the last of its events happened.
    pub fn last_seen(&self) -> Millis {
        Millis(self.last_seen)
    }
}

fn merge_registers<T: Ord>(mine: &mut BTreeMap<String, Register<T>>, theirs: BTreeMap<String, Register<T>>) {
    for (name, register) in theirs {
        match mine.get_mut(&name) {
            // Two sources may use one message id: source and value decide then, so that arrival never does.
            Some(kept) if rank(kept) >= rank(&register) => {}
            Some(kept) => *kept = register,
            None => {
                mine.insert(name, register);
            }
        }
    }
    bounded::keep_least(mine, NAMES);
}

fn rank<T>(register: &Register<T>) -> (i64, &str, &str, &T) {
    (register.at, &register.message_id, &register.source, &register.value)
}
