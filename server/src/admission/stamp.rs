//! The event as it is kept: what was sent, and what the server filled in.

use std::borrow::Cow;

use nora_shared::event::{Event, fields};
use nora_shared::{Kind, Reason};
use serde_json::value::RawValue;

use super::BatchPart;
use super::moment::Moment;
use crate::identity::Rules;
use crate::log::{Held, Record};
use crate::time::Millis;

/// Where and when a request came from: what all of its events share.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// What identifies somebody.
    pub rules: &'a Rules,
    /// The id of the source whose key came with it.
    pub source: &'a str,
    /// Whether that key was the secret one.
    pub verified: bool,
    /// When it was received.
    pub received_at: Millis,
    /// `sentAt` of the batch.
    pub sent_at: Option<Millis>,
    /// `context` of the batch.
    pub context: BatchPart<'a>,
    /// `integrations` of the batch.
    pub integrations: BatchPart<'a>,
    /// The address of the visitor: filled in for browser events only.
    pub ip: Option<&'a str>,
    /// The browser's name for itself: likewise.
    pub user_agent: Option<&'a str>,
}

impl Origin<'_> {
    /// What could be read but not accepted.
    pub fn hold(&self, reason: Reason, detail: &str, payload: &str) -> Held {
        Held {
            received_at: self.received_at,
            source: self.source.to_owned(),
            verified: self.verified,
            reason,
            detail: detail.to_owned(),
            payload: payload.to_owned(),
        }
    }
}

/// The record of an event that passed every check.
pub(super) fn record(event: &Event<'_>, kind: Kind, moment: &Moment, origin: &Origin<'_>) -> Record {
    let message_id = match event.message_id.as_str() {
        Some(id) => Cow::Borrowed(id),
        None => Cow::Owned(uuid::Uuid::new_v4().to_string()),
    };
    let mut json = Object::new();
    json.text("type", kind.name());
    json.text("messageId", &message_id);
    for (name, text) in [
        ("anonymousId", &event.anonymous_id),
        ("userId", &event.user_id),
        ("event", &event.event),
        ("name", &event.name),
        ("category", &event.category),
        ("groupId", &event.group_id),
        ("previousId", &event.previous_id),
    ] {
        if let Some(text) = text.as_str() {
            json.text(name, text);
        }
    }
    json.text("timestamp", &moment.timestamp.to_string());
    if let Some(original) = moment.original {
        json.text("originalTimestamp", &original.to_string());
    }
    json.text("receivedAt", &origin.received_at.to_string());
    for (name, raw) in [("properties", event.properties), ("traits", event.traits)] {
        if let Some(raw) = raw {
            json.raw(name, raw.get());
        }
    }
    let filled = [("ip", origin.ip), ("userAgent", origin.user_agent)];
    if let Some(context) = merged(event.context, origin.context, &filled) {
        json.raw("context", &context);
    }
    if let Some(integrations) = merged(event.integrations, origin.integrations, &[]) {
        json.raw("integrations", &integrations);
    }
    for (name, raw) in &event.rest {
        json.raw(name, raw.get());
    }
    Record {
        received_at: origin.received_at,
        timestamp: moment.timestamp,
        source: origin.source.to_owned(),
        verified: origin.verified,
        message_id: message_id.into_owned(),
        json: json.finish(),
    }
}

/// One object of three: the event's own fields win over the batch's, and those over what the server knows.
fn merged<'a>(own: Option<&'a RawValue>, batch: BatchPart<'a>, filled: &[(&str, Option<&str>)]) -> Option<Cow<'a, str>> {
    let own_fields = own.map(fields).unwrap_or_default();
    let batch_fields = batch.map(fields).unwrap_or_default();
    let has = |name: &str| own_fields.iter().chain(&batch_fields).any(|(field, _)| field == name);
    let missing: Vec<_> = filled.iter().filter_map(|(name, value)| value.filter(|_| !has(name)).map(|value| (*name, value))).collect();
    if batch_fields.is_empty() && missing.is_empty() {
        return own.map(|raw| Cow::Borrowed(raw.get()));
    }
    let mut json = Object::new();
    for (name, raw) in &own_fields {
        json.raw(name, raw.get());
    }
    for (name, raw) in batch_fields.iter().filter(|(name, _)| !own_fields.iter().any(|(own, _)| own == name)) {
        json.raw(name, raw.get());
    }
    for (name, text) in missing {
        json.text(name, text);
    }
    Some(Cow::Owned(json.finish()))
}

/// A JSON object that is written field by field, so that what was sent is copied and not parsed again.
struct Object(String);

impl Object {
    fn new() -> Object {
        Object(String::from("{"))
    }

    fn raw(&mut self, name: &str, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.string(name);
        self.0.push(':');
        self.0.push_str(json);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.raw(name, "");
        self.string(text);
    }

    fn string(&mut self, text: &str) {
        // Control characters, quotes and backslashes are what JSON escapes; nearly no text has any.
        if text.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\')) {
            self.0.push_str(&serde_json::Value::from(text).to_string());
        } else {
            self.0.push('"');
            self.0.push_str(text);
            self.0.push('"');
        }
    }

    fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
