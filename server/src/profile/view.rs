//! A profile: the fragments of a cluster, added up and made presentable.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::fragment::{Fragment, SESSIONS, Touch};
use crate::identity::Customer;
use crate::time::Millis;

/// One customer, as everybody in the company sees them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profile {
    /// Follows from the strongest identifier. After a merge the old id still finds the profile, which then shows its new one.
    pub profile_id: String,
    /// Everything that identifies this customer, the strongest first.
    pub identifiers: Vec<ProfileIdentifier>,
    /// What is known of the customer: the latest value of each trait, or with `verbose=1` an object `{value,source,updated_at}`.
    #[schema(value_type = Object)]
    pub traits: BTreeMap<String, Trait>,
    /// What follows from the events.
    pub computed: Computed,
    /// Consent by category, as last given or refused.
    pub consent: BTreeMap<String, bool>,
    /// The audiences that the customer is in.
    pub audiences: Vec<String>,
    /// The time of the first event.
    #[schema(value_type = String, format = DateTime)]
    pub first_seen: Millis,
    /// The time of the last event.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Millis,
    /// How many events there are.
    pub event_count: u64,
}

/// One identifier of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileIdentifier {
    /// `user_id`, `email`, `anonymous_id`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// The normalised value.
    pub value: String,
    /// The time of the first event that carried it.
    #[schema(value_type = String, format = DateTime)]
    pub first_seen: Millis,
    /// The time of the last event that carried it.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Millis,
    /// The sources of those events.
    pub sources: Vec<String>,
}

/// A trait: its value alone, or with where it came from.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Trait {
    /// The value.
    Plain(Box<RawValue>),
    /// The value, who wrote it and when.
    Verbose {
        /// The value.
        value: Box<RawValue>,
        /// The id of the source that wrote it.
        source: String,
        /// The time of the event that wrote it.
        updated_at: Millis,
    },
}

/// What follows from a customer's events.
#[derive(Debug, Serialize, ToSchema)]
pub struct Computed {
    /// How often each event was seen.
    pub event_counts: BTreeMap<String, u64>,
    /// Visits; beyond 1,024 an estimate.
    pub sessions: u64,
    /// Pages and screens seen.
    pub page_views: u64,
    /// Where the customer came from first.
    #[schema(value_type = Option<Object>)]
    pub first_touch: Option<TouchView>,
    /// Where the customer came from last.
    #[schema(value_type = Option<Object>)]
    pub last_touch: Option<TouchView>,
}

/// How a visit came about.
#[derive(Debug, Serialize)]
pub struct TouchView {
    at: Millis,
    campaign: Option<Box<RawValue>>,
    referrer: Option<String>,
    page: Option<String>,
    click_ids: Option<Box<RawValue>>,
}

impl Profile {
    /// Adds up the fragments of a customer.
    pub fn new(customer: &Customer, fragments: Vec<Fragment>, verbose: bool) -> Profile {
        let mut sum = Fragment::empty(&customer.representative);
        for fragment in fragments {
            sum.merge(fragment);
        }
        // A customer whose events are all recorded under others has only the times of the identifiers.
        let seen = || customer.identifiers.iter();
        let (first, last) = match sum.event_count {
            0 => (seen().map(|carried| carried.first).min(), seen().map(|carried| carried.last).max()),
            _ => (Some(sum.first_seen()), Some(sum.last_seen())),
        };
        let identifiers = customer
            .identifiers
            .iter()
            .map(|carried| ProfileIdentifier {
                kind: carried.identifier.kind().to_owned(),
                value: carried.identifier.value().to_owned(),
                first_seen: carried.first,
                last_seen: carried.last,
                sources: carried.sources.iter().cloned().collect(),
            })
            .collect();
        let traits = sum.traits.into_iter().filter_map(|(name, register)| {
            let value = raw(register.value?)?;
            let shown = match verbose {
                true => Trait::Verbose { value, source: register.source, updated_at: Millis(register.at) },
                false => Trait::Plain(value),
            };
            Some((name, shown))
        });
        Profile {
            profile_id: customer.profile_id.clone(),
            identifiers,
            traits: traits.collect(),
            computed: Computed {
                sessions: estimate(&sum.sessions),
                event_counts: sum.events,
                page_views: sum.page_views,
                first_touch: sum.first_touch.map(TouchView::from),
                last_touch: sum.last_touch.map(TouchView::from),
            },
            consent: sum.consent.into_iter().map(|(name, register)| (name, register.value)).collect(),
            audiences: Vec::new(),
            first_seen: first.unwrap_or_default(),
            last_seen: last.unwrap_or_default(),
            event_count: sum.event_count,
        }
    }

    /// What to call the customer: the name, or the e-mail address; `None` for somebody unknown.
    pub fn display_name(&self) -> Option<String> {
        let text = |name: &str| match self.traits.get(name)? {
            Trait::Plain(value) | Trait::Verbose { value, .. } => {
                serde_json::from_str::<String>(value.get()).ok().filter(|text| !text.is_empty())
            }
        };
        let either = |camel: &str, snake: &str| text(camel).or_else(|| text(snake));
        let parts = [either("firstName", "first_name"), either("lastName", "last_name")].into_iter().flatten().collect::<Vec<_>>();
        text("name").or_else(|| (!parts.is_empty()).then(|| parts.join(" "))).or_else(|| text("email"))
    }
}

impl From<Touch> for TouchView {
    fn from(touch: Touch) -> TouchView {
        TouchView {
            at: Millis(touch.at),
            campaign: touch.campaign.and_then(raw),
            referrer: touch.referrer,
            page: touch.page,
            click_ids: touch.click_ids.and_then(raw),
        }
    }
}

fn raw(json: String) -> Option<Box<RawValue>> {
    RawValue::from_string(json).ok()
}

/// The size of a set of which the least [`SESSIONS`] hashes are known: Bar-Yossef et al., "Counting distinct elements in a data
/// stream" (2002). Exact below that.
fn estimate(least: &std::collections::BTreeSet<u64>) -> u64 {
    match least.last() {
        Some(greatest) if least.len() >= SESSIONS => ((SESSIONS - 1) as f64 / (*greatest as f64 / u64::MAX as f64)) as u64,
        _ => least.len() as u64,
    }
}
