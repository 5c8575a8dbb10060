//! The event as it is kept: what was sent, and what the server filled in.

use std::borrow::Cow;

use nora_shared::event::Event;
use nora_shared::{Kind, Reason};

use super::merged::Merged;
use super::moment::Moment;
use super::object::Object;
use super::{BatchPart, redact};
use crate::identity::Rules;
use crate::log::{Held, Record};
use crate::time::Millis;

/// Where and when a request came from: what all of its events share. Not `Debug`: it has a secret.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    /// What identifies somebody.
    pub rules: &'a Rules,
    /// The id of the source whose key came with it.
    pub source: &'a str,
    /// Whether that key was the secret one.
    pub verified: bool,
    /// What user ids are signed with. Without one, signatures are removed and not looked at: what a file brings is believed anyway, and
    /// its tokens have long expired.
    pub signing_secret: Option<&'a str>,
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
    /// What could be read but not accepted. People look at it, so no identity signature stays in it.
    pub fn hold(&self, reason: Reason, detail: &str, payload: &str) -> Held {
        Held {
            received_at: self.received_at,
            source: self.source.to_owned(),
            verified: self.verified,
            reason,
            detail: detail.to_owned(),
            payload: redact::credentials(payload).into_owned(),
        }
    }
}

/// The record of an event that passed every check, with the context that it and its batch have together.
pub(super) fn record(event: &Event<'_>, kind: Kind, context: &Merged<'_>, is_shown: bool, moment: &Moment, origin: &Origin<'_>) -> Record {
    let message_id = match event.message_id.as_str() {
        Some(id) => Cow::Borrowed(id),
        None => Cow::Owned(uuid::Uuid::new_v4().to_string()),
    };
    let sizes = [event.properties, event.traits, event.context, event.integrations].into_iter().flatten().map(|raw| raw.get().len());
    let mut json = Object::with_capacity(512 + sizes.sum::<usize>());
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
    if let Some(context) = context.text(&filled) {
        json.raw("context", &context);
    }
    if let Some(integrations) = Merged::of(event.integrations, origin.integrations).text(&[]) {
        json.raw("integrations", &integrations);
    }
    for (name, raw) in &event.rest {
        json.raw(name, raw.get());
    }
    Record {
        received_at: origin.received_at,
        timestamp: moment.timestamp,
        source: origin.source.to_owned(),
        verified: origin.verified || is_shown,
        message_id: message_id.into_owned(),
        json: json.finish(),
    }
}
