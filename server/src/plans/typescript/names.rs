//! Names of functions and types: of letters and digits, each given once.

use std::collections::HashSet;

use super::super::{PlannedKind, Rule};

/// Names that types cannot have: those of the file itself, and of the language's own.
const TAKEN: [&str; 14] =
    ["Sdk", "Array", "Boolean", "Date", "Error", "Function", "Number", "Object", "Promise", "Record", "String", "Symbol", "BigInt", "JSON"];

/// All names that were given.
#[derive(Default)]
pub(super) struct Names {
    given: HashSet<String>,
}

/// The names of one rule.
pub(super) struct Name {
    /// `ProductAdded`.
    pub(super) kind: String,
    /// `productAdded`.
    pub(super) function: String,
}

impl Names {
    /// Names for a rule.
    pub(super) fn give(&mut self, rule: &Rule) -> Name {
        let name = pascal(rule.event_name().unwrap_or_default());
        let base = match rule.kind {
            PlannedKind::Track if name.is_empty() => "Event".to_owned(),
            PlannedKind::Track if name.starts_with(|c: char| c.is_ascii_digit()) => format!("Event{name}"),
            PlannedKind::Track => name,
            PlannedKind::Page => format!("Page{name}"),
            PlannedKind::Screen => format!("Screen{name}"),
            PlannedKind::Identify => "Identify".to_owned(),
            PlannedKind::Group => "Group".to_owned(),
        };
        let is_free = |name: &String| !TAKEN.contains(&name.as_str()) && !self.given.contains(name);
        let kind = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}{number}"))).find(is_free).unwrap_or(base);
        self.given.insert(kind.clone());
        // A type begins with a capital, and a function without: so the one is free where the other is.
        let mut letters = kind.chars();
        let function = letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect();
        Name { kind, function }
    }
}

/// The words of a text, each with a capital.
fn pascal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| word.chars().take(1).map(|first| first.to_ascii_uppercase()).chain(word.chars().skip(1))).take(100).collect()
}
