//! Which column is which field of an event.

use serde_json::{Map, Value};

/// Fields that are known by their usual column names, so that most files need no mapping.
const USUAL: [(&str, &str); 21] = [
    ("type", "type"),
    ("messageId", "messageId"),
    ("message_id", "messageId"),
    ("userId", "userId"),
    ("user_id", "userId"),
    ("anonymousId", "anonymousId"),
    ("anonymous_id", "anonymousId"),
    ("event", "event"),
    ("timestamp", "timestamp"),
    ("ts", "timestamp"),
    ("originalTimestamp", "originalTimestamp"),
    ("groupId", "groupId"),
    ("group_id", "groupId"),
    ("previousId", "previousId"),
    ("previous_id", "previousId"),
    ("session_id", "context.sessionId"),
    ("properties", "properties"),
    ("traits", "traits"),
    ("context", "context"),
    ("email", "traits.email"),
    ("phone", "traits.phone"),
];

/// Fields that say how an event once travelled. An old `sentAt` would move it to today.
const OF_THE_TRANSPORT: [&str; 4] = ["writeKey", "_metadata", "receivedAt", "sentAt"];

/// Turns rows into events.
///
/// Written `field=column,…`: `userId=customer_no,timestamp=created,traits.firstName=voornaam`. A field is one of the Segment spec's, or a
/// path into `properties`, `traits` or `context`. Columns of the usual names need no entry; all others become properties of a `track`
/// and traits of an `identify`.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    columns: Vec<(String, String)>,
    kind: Option<String>,
}

/// A mapping that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the mapping entry {0:?} is not of the form field=column, with a field such as userId, timestamp or traits.email")]
pub struct MappingError(String);

impl Mapping {
    /// Reads a mapping. `kind` is the type of the events where no column says; else rows with an event name are `track`, others `identify`.
    pub fn parse(text: &str, kind: Option<String>) -> Result<Mapping, MappingError> {
        let entry = |entry: &str| {
            let (field, column) = entry.split_once('=').ok_or_else(|| MappingError(entry.to_owned()))?;
            let (field, column) = (field.trim(), column.trim());
            let top = field.split('.').next().unwrap_or_default();
            let is_known = matches!(top, "name" | "category" | "sentAt" | "channel")
                || USUAL.iter().any(|(_, known)| known.split('.').next() == Some(top));
            if !is_known || column.is_empty() {
                return Err(MappingError(entry.to_owned()));
            }
            Ok((column.to_owned(), field.to_owned()))
        };
        let columns = text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(entry).collect::<Result<_, _>>()?;
        Ok(Mapping { columns, kind })
    }

    /// The event that a row stands for.
    pub fn event(&self, row: &Map<String, Value>) -> Map<String, Value> {
        if is_event(row) {
            return row
                .iter()
                .filter(|(name, _)| !OF_THE_TRANSPORT.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
        }
        let mut event = Map::new();
        let mut others = Vec::new();
        for (column, value) in row {
            if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
                continue;
            }
            match self.field(column) {
                Some(field) => set(&mut event, field, value.clone()),
                None => others.push((column, value)),
            }
        }
        let default_kind = self.kind.as_deref().unwrap_or(if event.contains_key("event") { "track" } else { "identify" });
        let kind = event.entry("type").or_insert_with(|| default_kind.into());
        let place = if kind == "identify" || kind == "group" { "traits" } else { "properties" };
        for (column, value) in others {
            // Text that reads as a number is one in properties, where it is added up; in traits it may be a postcode.
            let number = value.as_str().filter(|_| place == "properties").and_then(number);
            insert(&mut event, place, column, number.unwrap_or_else(|| value.clone()));
        }
        event
    }

    fn field(&self, column: &str) -> Option<&str> {
        let own = self.columns.iter().find(|(from, _)| from == column).map(|(_, field)| field.as_str());
        // A usual name gives way where another column was named for its field.
        let usual = || USUAL.iter().find(|(usual, _)| *usual == column).map(|(_, field)| *field);
        own.or_else(|| usual().filter(|field| !self.columns.iter().any(|(_, taken)| taken == field)))
    }
}

/// Whether a row is an event in the form of the Segment spec already.
fn is_event(row: &Map<String, Value>) -> bool {
    let has_kind = row.get("type").and_then(Value::as_str).is_some_and(|kind| nora_shared::Kind::from_name(kind).is_some());
    has_kind && ["userId", "anonymousId", "messageId"].iter().any(|name| row.contains_key(*name))
}

fn set(event: &mut Map<String, Value>, field: &str, value: Value) {
    match field.split_once('.') {
        Some((object, name)) => insert(event, object, name, value),
        None => {
            event.insert(field.to_owned(), value);
        }
    }
}

fn insert(event: &mut Map<String, Value>, object: &str, name: &str, value: Value) {
    if let Value::Object(map) = event.entry(object).or_insert_with(|| Value::Object(Map::new())) {
        map.insert(name.to_owned(), value);
    }
}

/// The number, where writing it again gives the same text: `12.50` and `007` stay text.
fn number(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok().filter(Value::is_number)?;
    let written = value.to_string();
    (written == text).then_some(value)
}
