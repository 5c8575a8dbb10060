//! What the texts of one place in the events have in common: a format, or that they are a few words.
//!
//! The words stand in the plan, so they must be nobody's: only what several people sent, and what looks like a word.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::super::violation::is_plain;
use super::shape::{ENOUGH, Who};

/// Different values of which an `enum` is made, at most.
const FEW: usize = 10;

/// Texts that they must be few of.
const MANY: u64 = 50;

/// Characters of each.
const WORD_CHARS: usize = 40;

/// People who must have sent a value before it stands in a plan.
const PEOPLE: usize = 3;

/// The formats that are looked for, with what the check of an event uses.
static FORMATS: LazyLock<Vec<(&str, Validator)>> = LazyLock::new(|| {
    let validator = |name| jsonschema::options().should_validate_formats(true).build(&json!({"format": name})).ok();
    ["date-time", "email", "uri"].into_iter().filter_map(|name| Some((name, validator(name)?))).collect()
});

/// All texts of a place.
pub(super) struct Texts {
    count: u64,
    /// The different ones with some of those who sent them; nothing once they are too many, or one is no word.
    words: Option<BTreeMap<String, Vec<Who>>>,
    /// Whether all are of the format, in the order of [`FORMATS`].
    is_of: Vec<bool>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { count: 0, words: Some(BTreeMap::new()), is_of: vec![true; FORMATS.len()] }
    }
}

impl Texts {
    pub(super) fn take(&mut self, text: &str, who: Who) {
        self.count += 1;
        if self.is_of.iter().any(|is_of| *is_of) {
            let value = Value::from(text);
            for ((_, format), is_of) in FORMATS.iter().zip(&mut self.is_of) {
                *is_of = *is_of && format.is_valid(&value);
            }
        }
        let Some(words) = &mut self.words else { return };
        if is_plain(text) && text.len() <= WORD_CHARS {
            let people = words.entry(text.to_owned()).or_default();
            if people.len() < PEOPLE && !people.contains(&who) {
                people.push(who);
            }
        }
        if !words.contains_key(text) || words.len() > FEW {
            self.words = None;
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The format of all of them, where they are enough to tell.
    pub(super) fn format(&self) -> Option<&'static str> {
        let found = FORMATS.iter().zip(&self.is_of).find(|(_, is_of)| **is_of).map(|((name, _), _)| *name);
        found.filter(|_| self.count >= ENOUGH)
    }

    /// All of them, where they are a few words that several people sent.
    pub(super) fn values(&self) -> Option<Vec<&str>> {
        let words = self.words.as_ref().filter(|_| self.count >= MANY)?;
        words.values().all(|people| people.len() >= PEOPLE).then(|| words.keys().map(String::as_str).collect())
    }
}
