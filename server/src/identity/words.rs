//! Identifiers in words that a person understands.

use nora_shared::Identifier;

/// Characters of an id that nobody remembers which are shown.
const SHORT: usize = 8;

/// An identifier, as one would speak of it.
pub fn name(identifier: &Identifier) -> String {
    let value = identifier.value();
    match identifier.kind() {
        "email" => value.to_owned(),
        "phone" => format!("the phone number {value}"),
        "anonymous_id" => format!("the browser {}", short(value)),
        "device_id" => format!("the device {}", short(value)),
        kind => format!("the {} {value}", name_kind(kind)),
    }
}

/// A sentence that may begin with an identifier.
pub fn sentence(text: &str) -> String {
    match text.strip_prefix("the ") {
        Some(rest) => format!("The {rest}"),
        None => text.to_owned(),
    }
}

/// A type of identifiers.
pub fn name_kind(kind: &str) -> String {
    match kind {
        "email" => "e-mail address".to_owned(),
        "phone" => "phone number".to_owned(),
        "anonymous_id" => "browser".to_owned(),
        "device_id" => "device".to_owned(),
        "user_id" => "user id".to_owned(),
        "crm_id" => "CRM id".to_owned(),
        "loyalty_id" => "loyalty id".to_owned(),
        kind => kind.replace('_', " "),
    }
}

/// Several identifiers of a type.
pub fn plural(kind: &str) -> String {
    match kind {
        "email" => "e-mail addresses".to_owned(),
        kind => name_kind(kind) + "s",
    }
}

fn short(value: &str) -> String {
    let start: String = value.chars().take(SHORT).collect();
    if start.len() < value.len() { start + "…" } else { start }
}
