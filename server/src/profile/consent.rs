//! What the customer agreed to, by category.

use std::collections::BTreeMap;

use nora_shared::event::Json;
use serde::{Deserialize, Serialize};

use super::bounded;
use crate::log::Record;

/// Categories that one fragment keeps. Protects the store from a sender that invents names without end.
pub(super) const CATEGORIES: usize = 500;

/// The last answer in each category: the one with the greatest `(event time, message id)`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent(BTreeMap<String, Answer>);

/// One answer. Compares as which is later: two sources may use one message id, and their ids decide then, so that arrival never does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Answer {
    /// Event time, in milliseconds since 1970.
    pub(super) at: i64,
    message_id: String,
    /// The id of the source that it came from.
    pub(super) source: String,
    /// Whether consent was given.
    pub(super) given: bool,
}

impl Consent {
    /// Adds what `context.consent.categoryPreferences` says. What is neither `true` nor `false` is no answer.
    pub(super) fn add(&mut self, record: &Record, consent: Json<'_>) {
        for (category, answer) in consent.field("categoryPreferences").into_iter().flat_map(Json::fields) {
            let given = match answer.get() {
                "true" => true,
                "false" => false,
                _ => continue,
            };
            let (at, message_id, source) = (record.timestamp.0, record.message_id.as_str(), record.source.as_str());
            match self.0.get_mut(&*category) {
                Some(kept) if (kept.at, &*kept.message_id, &*kept.source, kept.given) >= (at, message_id, source, given) => {}
                Some(kept) => {
                    // Most answers repeat the one before: nothing is allocated for them.
                    message_id.clone_into(&mut kept.message_id);
                    source.clone_into(&mut kept.source);
                    (kept.at, kept.given) = (at, given);
                }
                None => {
                    let answer = Answer { at, message_id: message_id.to_owned(), source: source.to_owned(), given };
                    self.0.insert(category.into_owned(), answer);
                }
            }
        }
        bounded::keep_least(&mut self.0, CATEGORIES, |name| bounded::hash_of(name));
    }

    pub(super) fn merge(&mut self, other: Consent) {
        for (category, answer) in other.0 {
            match self.0.get_mut(&category) {
                Some(kept) if *kept >= answer => {}
                Some(kept) => *kept = answer,
                None => {
                    self.0.insert(category, answer);
                }
            }
        }
        bounded::keep_least(&mut self.0, CATEGORIES, |name| bounded::hash_of(name));
    }

    /// The answers by category.
    pub(super) fn into_answers(self) -> impl Iterator<Item = (String, Answer)> {
        self.0.into_iter()
    }
}
