//! Everything recorded under one anchor, as a merge that does not care about order.

use std::collections::BTreeMap;

use nora_shared::event::{Event, Json};
use nora_shared::{Identifier, Kind};
use serde::{Deserialize, Serialize};

use super::affinities::Affinities;
use super::bounded;
use super::commerce::{Purchase, Step};
use super::consent::Consent;
use super::days::Days;
use super::delivery::{Delivery, Sequence};
use super::device::Devices;
use super::orders::Orders;
use super::sessions::Sessions;
use super::touch::Touches;
use super::traits::Traits;
use crate::context::Context;
use crate::log::Record;
use crate::time::Millis;

/// Names of events that one fragment counts, those with the least hashes. Protects the store from a sender that invents names without
/// end.
pub const NAMES: usize = 500;

/// Everything recorded under one anchor.
///
/// [`Fragment::merge`] is commutative and associative, and [`Fragment::add`] is merging the fragment of one event. Each event is in
/// exactly one fragment, so a profile that adds up fragments counts nothing twice.
///
/// This is also the stored form: its fields in this order, by [postcard](https://postcard.jamesmunns.com/wire-format).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// The type of the anchor.
    pub anchor_kind: String,
    /// The value of the anchor.
    pub anchor_value: String,
    /// What `identify` said of the person.
    pub traits: Traits,
    /// What the person agreed to.
    pub consent: Consent,
    /// How often each event was seen, by name (`track`) or kind (all others).
    pub events: BTreeMap<String, u64>,
    /// Visits.
    pub sessions: Sessions,
    /// All events.
    pub event_count: u64,
    /// Events of kind `page` or `screen`.
    pub page_views: u64,
    /// The earliest event time, in milliseconds since 1970.
    pub first_seen: i64,
    /// The latest event time, in milliseconds since 1970.
    pub last_seen: i64,
    /// On which days there was anything.
    pub days: Days,
    /// Where the visitor came from first and last.
    pub touches: Touches,
    /// What the visitor uses.
    pub devices: Devices,
    /// What was bought.
    pub orders: Orders,
    /// What was looked at and bought, by category.
    pub affinities: Affinities,
    /// What the browser numbered, and has arrived.
    pub delivery: Delivery,
}

impl Fragment {
    /// An empty fragment: merging it changes nothing.
    pub fn empty(anchor: &Identifier) -> Fragment {
        Fragment {
            anchor_kind: anchor.kind().to_owned(),
            anchor_value: anchor.value().to_owned(),
            traits: Traits::default(),
            consent: Consent::default(),
            events: BTreeMap::new(),
            sessions: Sessions::default(),
            event_count: 0,
            page_views: 0,
            first_seen: i64::MAX,
            last_seen: i64::MIN,
            days: Days::default(),
            touches: Touches::default(),
            devices: Devices::default(),
            orders: Orders::default(),
            affinities: Affinities::default(),
            delivery: Delivery::default(),
        }
    }

    /// The anchor that everything here is recorded under.
    pub fn anchor(&self) -> Identifier {
        Identifier::from_normalized(&*self.anchor_kind, &*self.anchor_value)
    }

    /// Adds an event that is recorded under this anchor. Not idempotent: each event must be added once, which the log's own
    /// deduplication and the follower's position see to.
    pub fn add(&mut self, record: &Record, event: &Event<'_>, context: &Context<'_>) {
        let (at, kind) = (record.timestamp, event.known_kind());
        if let Some(traits) = stated(event, context).filter(|_| kind == Some(Kind::Identify)) {
            self.traits.add(record, traits);
        }
        if let Some(consent) = context.consent {
            self.consent.add(record, consent);
        }
        count(&mut self.events, event.event.as_str().or(kind.map(Kind::name)).unwrap_or_default());
        if let Some(session) = context.session_id {
            self.sessions.note(session.get());
        }
        self.event_count += 1;
        self.page_views += u64::from(matches!(kind, Some(Kind::Page | Kind::Screen)));
        self.first_seen = self.first_seen.min(at.0);
        self.last_seen = self.last_seen.max(at.0);
        self.days.note(at);
        self.touches.add(record, context);
        self.devices.add(at.0, context);
        if let Some(sequence) = Sequence::of(context) {
            self.delivery.note(at, &sequence);
        }
        let step = event.event.as_str().filter(|_| kind == Some(Kind::Track)).and_then(Step::of);
        if let Some(step) = step {
            let purchase = Purchase::read(record, event);
            self.orders.add(at, step, &purchase);
            self.affinities.add(at, step, &purchase.categories);
        }
    }

    /// Adds everything that another fragment holds. The anchor stays.
    pub fn merge(&mut self, other: Fragment) {
        self.traits.merge(other.traits);
        self.consent.merge(other.consent);
        for (name, count) in other.events {
            *self.events.entry(name).or_default() += count;
        }
        bounded::keep_least(&mut self.events, NAMES, |name| bounded::hash_of(name));
        self.sessions.merge(other.sessions);
        self.event_count += other.event_count;
        self.page_views += other.page_views;
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        self.days.merge(other.days);
        self.touches.merge(other.touches);
        self.devices.merge(other.devices);
        self.orders.merge(other.orders);
        self.affinities.merge(other.affinities);
        self.delivery.merge(other.delivery);
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

/// The traits that an `identify` states: its own, else those of its context, where RudderStack's clients have them.
fn stated<'a>(event: &Event<'a>, context: &Context<'a>) -> Option<Json<'a>> {
    event.traits.filter(|traits| traits.fields().next().is_some()).or(context.traits)
}

fn count(events: &mut BTreeMap<String, u64>, name: &str) {
    match events.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            events.insert(name.to_owned(), 1);
            bounded::keep_least(events, NAMES, |name| bounded::hash_of(name));
        }
    }
}
