//! The event as it is kept: what was sent, and what the server filled in.

use std::borrow::Cow;

use nora_shared::Kind;
use nora_shared::event::Event;

use super::BatchPart;
use super::merged::Merged;
use super::moment::Moment;
use super::object::Object;
use crate::bots::{self, Pace};
use crate::identity::Rules;
use crate::log::{Record, Shown};
use crate::plans::Plan;
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
    /// What user ids may have been signed with. Without any, signatures are removed and not looked at: what a file brings is believed
    /// anyway, and its tokens have long expired.
    pub signing_secrets: &'a [&'a str],
    /// Whether who somebody is has to be signed, unless a secret key says it.
    pub requires_signature: bool,
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
    /// How fast visitors are: of browser events only.
    pub pace: Option<&'a Pace>,
    /// SHA-256 of the key that came with it, if that key had ended: then all of its events are held.
    pub ended_key: Option<[u8; 32]>,
    /// What is known of an event that was held, and is decided about again.
    pub again: Option<Again<'a>>,
    /// What its events should look like, where somebody has planned that.
    pub plan: Option<&'a Plan>,
}

/// What is known of an event that was held.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    /// What its credentials showed when it came.
    pub shown: &'a Shown,
    /// Its message id, where it has none of its own: always the same, so that it is not in the log twice.
    pub message_id: &'a str,
}

impl Origin<'_> {
    /// Whether who somebody is has to be shown: a secret key shows it itself.
    pub(super) fn wants_signatures(&self) -> bool {
        self.requires_signature && !self.verified
    }
}

/// The field of a context that says by what a bot was known.
const BOT: &str = "bot";

/// By what an event is known for a bot's. A browser's own word on it does not count; a server's does, and its events have no pace.
pub(super) fn bot(event: &Event<'_>, context: &mut Merged<'_>, moment: &Moment, origin: &Origin<'_>) -> Option<&'static str> {
    if !origin.verified && !context.all(BOT).is_empty() {
        context.replace(BOT, |_| None);
    }
    let is_webdriver = context.all("webdriver").iter().any(|value| value == "true");
    let visitor = event.anonymous_id.as_str().or(event.user_id.as_str());
    let is_too_fast = origin.pace.zip(visitor).is_some_and(|(pace, visitor)| pace.is_too_fast(visitor, moment.timestamp));
    let own = context.all("userAgent").pop();
    bots::mark(own.as_deref().map(|text| text.trim_matches('"')).or(origin.user_agent).unwrap_or_default(), is_webdriver, is_too_fast)
}

/// The record of an event that passed every check, with the context that it and its batch have together.
pub(super) fn record(
    event: &Event<'_>,
    kind: Kind,
    context: &Merged<'_>,
    is_shown: bool,
    moment: &Moment,
    bot: Option<&str>,
    origin: &Origin<'_>,
) -> Record {
    let message_id = match event.message_id.as_str() {
        Some(id) => Cow::Borrowed(id),
        None => Cow::Owned(origin.again.map_or_else(|| uuid::Uuid::new_v4().to_string(), |again| again.message_id.to_owned())),
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
    let filled = [("ip", origin.ip), ("userAgent", origin.user_agent), (BOT, bot)];
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
