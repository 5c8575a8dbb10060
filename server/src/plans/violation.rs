//! What is wrong with an event, in words that do not repeat what it says of anybody.

use std::collections::HashSet;
use std::fmt;

use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind};
use serde_json::Value;

use super::PlannedKind;

/// Violations of one event that are told, at most.
pub(super) const MOST: usize = 10;

/// Errors of one event that are looked through for them, at most.
const LOOKED_AT: usize = 200;

/// Characters of each part of a violation.
const CHARS: usize = 200;

/// One thing that is not as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where in the event, as a JSON pointer: `/properties/price`. Names that may be somebody's are `…`.
    pub at: String,
    /// Which part of the rule's schema, as a JSON pointer: `/properties/price/type`. Empty where there is no rule.
    pub rule: String,
    /// The schema's keyword: `type`, `required`, `enum`, …; `unplanned` where there is no rule.
    pub keyword: String,
    /// What is wrong.
    pub message: String,
}

impl Violation {
    pub(super) fn unplanned() -> Violation {
        let message = "the plan has no rule for this event".to_owned();
        Violation { at: String::new(), rule: String::new(), keyword: "unplanned".to_owned(), message }
    }

    pub(super) fn unreadable(kind: PlannedKind) -> Violation {
        let message = "a number in it is out of range".to_owned();
        Violation { at: format!("/{}", kind.field()), rule: String::new(), keyword: "number".to_owned(), message }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.at, self.message) }
    }
}

/// What is wrong with a value, once for each part of the rule.
pub(super) fn violations(validator: &Validator, value: &Value, kind: PlannedKind) -> Vec<Violation> {
    let mut known = HashSet::new();
    let is_new = |error: &ValidationError<'_>| {
        // All that is missing is missed by the same part of a rule.
        let missing = if let ValidationErrorKind::Required { property } = error.kind() { Some(property.to_string()) } else { None };
        known.insert((error.schema_path().to_string(), missing))
    };
    validator.iter_errors(value).take(LOOKED_AT).filter(is_new).map(|error| told(&error, kind)).take(MOST).collect()
}

fn told(error: &ValidationError<'_>, kind: PlannedKind) -> Violation {
    let mut at = format!("/{}", kind.field());
    let path = error.instance_path().to_string();
    let missing = match error.kind() {
        ValidationErrorKind::Required { property } => property.as_str().map(super::schema::escaped),
        _ => None,
    };
    for name in path.split('/').skip(1).chain(missing.as_deref()) {
        at.push('/');
        at.push_str(shown(name));
    }
    let message = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let names: Vec<_> = unexpected.iter().take(MOST).map(|name| shown(name)).collect();
            format!("the plan does not know {}", names.join(", "))
        }
        ValidationErrorKind::PropertyNames { .. } => "a name in it is not allowed".to_owned(),
        ValidationErrorKind::FromUtf8 { .. } => "its content is not encoded as the rule says".to_owned(),
        _ => error.masked_with(of_type(error.instance())).to_string(),
    };
    Violation { at: cut(&at), rule: cut(&error.schema_path().to_string()), keyword: cut(error.kind().keyword()), message: cut(&message) }
}

fn of_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A name of a property as it is told; `…` where it looks like content: an address, a number, a text.
fn shown(name: &str) -> &str {
    if is_plain(name) || name.parse::<u16>().is_ok_and(|place| place < 1_000) { name } else { "…" }
}

/// Whether a name is one that a programmer gave.
pub(super) fn is_plain(name: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$');
    let is_rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-' | '.' | ' ');
    name.len() <= 64 && name.starts_with(is_start) && name.chars().all(is_rest)
}

fn cut(text: &str) -> String {
    text.chars().take(CHARS).collect()
}
