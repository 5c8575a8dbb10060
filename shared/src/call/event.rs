//! The event that a raw call stands for.

use alloc::string::String;

use serde::Serialize;

use super::{Call, args::Args, context, merge::merge};
use crate::{Kind, Reason, json, json::Raw, limits};

/// An event as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its JSON text.
    pub json: String,
    /// What is wrong with it. The server says so too, and keeps it where a person can look at it.
    pub problem: Option<Reason>,
}

/// Makes events of calls, and remembers the context of the page that it saw last: it is the same for most calls in a row.
#[derive(Debug, Default)]
pub struct Maker {
    page: String,
    context: String,
}

/// The wire form, in [Segment's names](https://segment.com/docs/connections/spec/common/).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    r#type: Raw<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anonymous_id: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_id: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traits: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrations: Option<Raw<'a>>,
    context: Raw<'a>,
}

/// What a page view says of itself besides what the caller said, as in analytics.js.
#[derive(Serialize)]
struct Seen<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Raw<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Raw<'a>>,
}

impl Maker {
    /// The event of this call.
    pub fn event(&mut self, call: &Call<'_>) -> Event {
        if self.page != call.page || self.context.is_empty() {
            self.page = call.page.into();
            self.context = context::of_page(call.page);
        }
        let method = call.method.get(1..call.method.len().saturating_sub(1)).unwrap_or_default();
        let found = Kind::ALL.into_iter().find(|kind| kind.name() == method);
        // Read as a track, so that whoever looks into the quarantine sees what was said.
        let kind = found.unwrap_or(Kind::Track);
        let args = Args::of(kind, call.args);
        let [first, second] = [&args.names[0], &args.names[1]].map(|name| some(name));
        let option = |name| some(context::field(args.options, name));
        let visitor = |name| some(context::field(call.visitor, name));

        let mut wire = Wire {
            r#type: Raw(if call.method.is_empty() { "null" } else { call.method }),
            message_id: some(call.id),
            timestamp: option("timestamp").or(some(call.time)),
            anonymous_id: option("anonymousId").or(visitor("a")),
            user_id: visitor("u"),
            previous_id: None,
            group_id: None,
            event: None,
            category: None,
            name: None,
            properties: some(args.body),
            traits: None,
            integrations: option("integrations"),
            context: Raw(""),
        };
        let page;
        match kind {
            Kind::Identify => wire.user_id = first.or(wire.user_id),
            Kind::Group => wire.group_id = first,
            Kind::Track => wire.event = first,
            Kind::Alias => {
                wire.previous_id = second.or(wire.user_id).or(wire.anonymous_id);
                wire.user_id = first;
            }
            Kind::Page | Kind::Screen => {
                (wire.category, wire.name) = (first, second);
                let said =
                    merge(if args.body.is_empty() { "{}" } else { args.body }, &json::to_string(&Seen { category: first, name: second }));
                let seen = context::field(call.page, "page");
                page = if kind == Kind::Page && json::is_object(seen) { merge(seen, &said) } else { said };
                wire.properties = Some(Raw(&page));
            }
        }
        if matches!(kind, Kind::Identify | Kind::Group) {
            wire.traits = wire.properties.take();
        }
        let [session, consent] = ["s", "c"].map(|name| context::field(call.visitor, name));
        let context = context::of_call(&self.context, session, consent, context::field(args.options, "context"));
        wire.context = Raw(&context);

        let mut problem = check(found, &wire);
        let json = json::to_string(&wire);
        if json.len() > limits::EVENT_BYTES {
            problem = Some(Reason::EventTooLarge);
        }
        Event { json, problem }
    }
}

/// The text as raw JSON, or nothing where it is empty or null.
pub(super) fn some(text: &str) -> Option<Raw<'_>> {
    (!text.is_empty() && text != "null").then_some(Raw(text))
}

/// What the server will find wrong, in the order in which `event::Event::check` looks.
fn check(kind: Option<Kind>, wire: &Wire<'_>) -> Option<Reason> {
    let missing = |field: Option<Raw<'_>>| field.is_none_or(|field| field.0.bytes().all(|byte| matches!(byte, b'"' | b' ')));
    let odd = |field: Option<Raw<'_>>, first| field.is_some_and(|field| field.0.as_bytes().first() != Some(&first));
    let bounds = [
        (wire.message_id, limits::MESSAGE_ID_CHARS),
        (wire.user_id, limits::ID_CHARS),
        (wire.anonymous_id, limits::ID_CHARS),
        (wire.previous_id, limits::ID_CHARS),
        (wire.group_id, limits::GROUP_ID_CHARS),
        (wire.event, limits::EVENT_NAME_CHARS),
        (wire.name, limits::EVENT_NAME_CHARS),
        (wire.category, limits::EVENT_NAME_CHARS),
    ];
    let reason = if bounds.iter().any(|(name, _)| odd(*name, b'"')) || odd(wire.properties, b'{') || odd(wire.traits, b'{') {
        Reason::InvalidField
    } else if bounds.iter().any(|(name, most)| name.is_some_and(|name| json::length(name.0) > *most)) {
        Reason::TooLong
    } else {
        match kind {
            None => Reason::UnknownType,
            Some(Kind::Alias) if missing(wire.user_id) || missing(wire.previous_id) => Reason::MissingPreviousId,
            _ if missing(wire.user_id) && missing(wire.anonymous_id) => Reason::MissingId,
            Some(Kind::Track) if missing(wire.event) => Reason::MissingEvent,
            Some(Kind::Group) if missing(wire.group_id) => Reason::MissingGroupId,
            Some(_) => return None,
        }
    };
    Some(reason)
}

#[cfg(test)]
mod tests;
