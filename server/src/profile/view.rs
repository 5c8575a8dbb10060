//! A profile: the fragments of a cluster, added up and made presentable.

mod computed;
mod stated;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

pub use computed::Computed;
pub use stated::{Past, Stated};

use super::fragment::Fragment;
use super::precedence::Precedence;
use super::traits::shown::Shown;
use crate::identity::Customer;
use crate::time::Millis;

/// One customer, as everybody in the company sees them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profile {
    /// Follows from the strongest identifier. After a merge the old id still finds the profile, which then shows its new one.
    pub profile_id: String,
    /// Everything that identifies this customer, the strongest first.
    pub identifiers: Vec<ProfileIdentifier>,
    /// What is known of the customer: the value of each trait, or with `verbose=1` an object `{value,source,updated_at,history}`. The
    /// history holds the last ten values that the trait has had, the latest first, each as `{value,source,updated_at}`.
    #[schema(value_type = Object)]
    pub traits: BTreeMap<String, Stated<Box<RawValue>>>,
    /// What follows from the events.
    pub computed: Computed,
    /// Consent by category, as last given or refused: `true` or `false`, or with `verbose=1` an object `{value,source,updated_at}`.
    #[schema(value_type = Object)]
    pub consent: BTreeMap<String, Stated<bool>>,
    /// Whether this is no person: what was used last is known for a bot (`context.bot` of its events).
    pub is_bot: bool,
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

impl Profile {
    /// Adds up the fragments of a customer, as they look at `now`.
    pub fn new(customer: &Customer, fragments: Vec<Fragment>, now: Millis, precedence: &Precedence, verbose: bool) -> Profile {
        let mut sum = Fragment::empty(&customer.representative);
        fragments.into_iter().for_each(|fragment| sum.merge(fragment));
        // A customer whose events are all recorded under others has only the times of the identifiers.
        let seen = || customer.identifiers.iter();
        let (first, last) = match sum.event_count {
            0 => (seen().map(|carried| carried.first).min(), seen().map(|carried| carried.last).max()),
            _ => (Some(sum.first_seen()), Some(sum.last_seen())),
        };
        let identifiers = customer.identifiers.iter().map(|carried| ProfileIdentifier {
            kind: carried.identifier.kind().to_owned(),
            value: carried.identifier.value().to_owned(),
            first_seen: carried.first,
            last_seen: carried.last,
            sources: carried.sources.iter().cloned().collect(),
        });
        let mut histories = verbose.then(|| sum.traits.histories());
        let traits = sum.traits.shown(precedence).into_iter().map(|(name, shown)| {
            let history = histories.as_mut().map(|histories| histories.remove(&name).unwrap_or_default());
            (name, Stated::of_trait(shown, history))
        });
        Profile {
            profile_id: customer.profile_id.clone(),
            identifiers: identifiers.collect(),
            traits: traits.collect(),
            consent: sum.consent.clone().into_answers().map(|(name, answer)| (name, Stated::of_consent(answer, verbose))).collect(),
            is_bot: sum.devices.is_bot(),
            audiences: Vec::new(),
            first_seen: first.unwrap_or_default(),
            last_seen: last.unwrap_or_default(),
            event_count: sum.event_count,
            computed: Computed::of(sum, now),
        }
    }
}

/// What to call the customer of these fragments: the name, or the e-mail address; `None` for somebody unknown.
pub fn display_name(fragments: Vec<Fragment>, precedence: &Precedence) -> Option<String> {
    let traits = fragments.into_iter().map(|fragment| fragment.traits).reduce(|mut sum, traits| {
        sum.merge(traits);
        sum
    })?;
    let shown: BTreeMap<String, Shown> = traits.shown(precedence);
    let text = |name: &str| serde_json::from_str::<String>(shown.get(name)?.value.get()).ok().filter(|text| !text.is_empty());
    let either = |camel: &str, snake: &str| text(camel).or_else(|| text(snake));
    let parts = [either("firstName", "first_name"), either("lastName", "last_name")].into_iter().flatten().collect::<Vec<_>>();
    text("name").or_else(|| (!parts.is_empty()).then(|| parts.join(" "))).or_else(|| text("email"))
}
