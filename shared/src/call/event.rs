//! The event that a raw call stands for.

use alloc::string::String;

use super::{Call, args::Args, merge::merge};
use crate::{
    Kind, Reason,
    json::{self, field, object},
    limits,
};

/// An event as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its JSON text.
    pub json: String,
    /// What is wrong with it. The server says so too, and keeps it where a person can look at it.
    pub problem: Option<Reason>,
}

/// The wire form, in [Segment's names](https://segment.com/docs/connections/spec/common/).
const NAMES: [&str; 14] = [
    "type",
    "messageId",
    "userId",
    "anonymousId",
    "previousId",
    "groupId",
    "event",
    "name",
    "category",
    "properties",
    "traits",
    "integrations",
    "timestamp",
    "context",
];
const TYPE: usize = 0;
const MESSAGE_ID: usize = 1;
const USER_ID: usize = 2;
const ANONYMOUS_ID: usize = 3;
const PREVIOUS_ID: usize = 4;
const GROUP_ID: usize = 5;
const EVENT: usize = 6;
const NAME: usize = 7;
const CATEGORY: usize = 8;
const PROPERTIES: usize = 9;
const TRAITS: usize = 10;
const INTEGRATIONS: usize = 11;
const TIMESTAMP: usize = 12;
const CONTEXT: usize = 13;

/// Where [`BOUNDS`] say it, an object.
const OBJECT: usize = usize::MAX;

/// What is checked of each field: a text of so many characters, an [`OBJECT`], or nothing (0).
const BOUNDS: [usize; 11] = [
    0,
    limits::MESSAGE_ID_CHARS,
    limits::ID_CHARS,
    limits::ID_CHARS,
    limits::ID_CHARS,
    limits::GROUP_ID_CHARS,
    limits::EVENT_NAME_CHARS,
    limits::EVENT_NAME_CHARS,
    limits::EVENT_NAME_CHARS,
    OBJECT,
    OBJECT,
];

impl Call<'_> {
    /// The event of this call.
    pub fn event(&self) -> Event {
        let method = self.method.get(1..self.method.len().saturating_sub(1)).unwrap_or_default();
        let found = Kind::ALL.into_iter().find(|kind| kind.name() == method);
        // Read as a track, so that whoever looks into the quarantine sees what was said.
        let kind = found.unwrap_or(Kind::Track);
        let args = Args::of(kind, self.args);
        let [first, second] = [&*args.names[0], &*args.names[1]];
        let option = |name| field(args.options, name);
        let visitor = |name| field(self.visitor, name);

        let mut wire = [""; NAMES.len()];
        wire[TYPE] = self.method;
        wire[MESSAGE_ID] = self.id;
        wire[TIMESTAMP] = or(option("timestamp"), self.time);
        wire[ANONYMOUS_ID] = or(option("anonymousId"), visitor("a"));
        wire[USER_ID] = visitor("u");
        wire[INTEGRATIONS] = option("integrations");
        let body = if matches!(kind, Kind::Identify | Kind::Group) { TRAITS } else { PROPERTIES };
        wire[body] = args.body;
        let seen;
        match kind {
            Kind::Identify => wire[USER_ID] = or(first, wire[USER_ID]),
            Kind::Group => wire[GROUP_ID] = first,
            Kind::Track => wire[EVENT] = first,
            Kind::Alias => {
                wire[PREVIOUS_ID] = or(second, or(wire[USER_ID], wire[ANONYMOUS_ID]));
                wire[USER_ID] = first;
            }
            Kind::Page | Kind::Screen => {
                (wire[CATEGORY], wire[NAME]) = (first, second);
                // What a page view says of itself besides what the caller said, as in analytics.js.
                let page = if kind == Kind::Page { field(self.page, "page") } else { "" };
                seen = merge(&merge(page, args.body), &object(&["category", "name"], &[first, second]));
                wire[PROPERTIES] = &seen;
            }
        }
        let consent = object(&["categoryPreferences"], &[visitor("c")]);
        let sequence = object(&["tab", "n", "dropped"], &[visitor("t"), self.number, self.dropped]);
        let visit = object(&["sessionId", "consent", "sequence"], &[visitor("s"), &consent, &sequence]);
        let context = merge(&merge(self.page, &visit), option("context"));
        wire[CONTEXT] = &context;

        let mut problem = check(found, &wire);
        let json = object(&NAMES, &wire);
        if json.len() > limits::EVENT_BYTES {
            problem = Some(Reason::EventTooLarge);
        }
        Event { json, problem }
    }
}

/// This, or the other where this is nothing.
fn or<'a>(this: &'a str, other: &'a str) -> &'a str {
    if is_nothing(this) { other } else { this }
}

fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "null")
}

/// What the server will find wrong, in the order in which `event::Event::check` looks.
fn check(kind: Option<Kind>, wire: &[&str; NAMES.len()]) -> Option<Reason> {
    let (mut odd, mut long) = (false, false);
    for (text, bound) in wire.iter().zip(BOUNDS).filter(|(text, bound)| *bound > 0 && !is_nothing(text)) {
        odd |= json::first(text) != if bound == OBJECT { b'{' } else { b'"' };
        long |= json::length(text) > bound;
    }
    let missing = |field: usize| wire[field].bytes().all(|byte| matches!(byte, b'"' | b' '));
    let reason = if odd {
        Reason::InvalidField
    } else if long {
        Reason::TooLong
    } else {
        match kind {
            None => Reason::UnknownType,
            Some(Kind::Alias) if missing(USER_ID) || missing(PREVIOUS_ID) => Reason::MissingPreviousId,
            _ if missing(USER_ID) && missing(ANONYMOUS_ID) => Reason::MissingId,
            Some(Kind::Track) if missing(EVENT) => Reason::MissingEvent,
            Some(Kind::Group) if missing(GROUP_ID) => Reason::MissingGroupId,
            Some(_) => return None,
        }
    };
    Some(reason)
}

#[cfg(test)]
mod tests;
