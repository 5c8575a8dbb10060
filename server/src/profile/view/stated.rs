//! What somebody said of the customer: alone, or with who said it and when.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::profile::consent::Answer;
use crate::profile::traits::shown;
use crate::time::Millis;

/// A value: alone, or with where it came from.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Stated<T> {
    /// The value.
    Plain(T),
    /// The value, who said it and when.
    Verbose {
        /// The value.
        value: T,
        /// The id of the source that said it.
        source: String,
        /// The time of the event that said it.
        updated_at: Millis,
        /// What was said before, and now, the latest first; of traits only.
        #[serde(skip_serializing_if = "Option::is_none")]
        history: Option<Vec<Past>>,
    },
}

/// What was once said.
#[derive(Debug, Serialize)]
pub struct Past {
    value: Box<RawValue>,
    source: String,
    updated_at: Millis,
}

impl Stated<Box<RawValue>> {
    /// A trait; with everything where there is a history.
    pub(super) fn of_trait(shown: shown::Shown, history: Option<Vec<shown::Past>>) -> Self {
        let shown::Shown { value, source, at } = shown;
        let Some(history) = history else { return Stated::Plain(value) };
        let past = |shown::Past { value, source, at }| Past { value, source, updated_at: Millis(at) };
        Stated::Verbose { value, source, updated_at: Millis(at), history: Some(history.into_iter().map(past).collect()) }
    }
}

impl Stated<bool> {
    /// An answer about consent.
    pub(super) fn of_consent(answer: Answer, verbose: bool) -> Self {
        match verbose {
            true => Stated::Verbose { value: answer.given, source: answer.source, updated_at: Millis(answer.at), history: None },
            false => Stated::Plain(answer.given),
        }
    }
}
