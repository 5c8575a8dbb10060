//! An event as it arrives: borrowed from the request, its free-form parts kept as the sender wrote them.

use alloc::borrow::Cow;
use core::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Kind, Reason, limits};

/// One event of the [Segment spec](https://segment.com/docs/connections/spec/common/), borrowed from its JSON.
///
/// Reading one fails only where the text is not an object; what a field should not hold is found by [`Event::check`], so that an event
/// with a wrong field can still be kept and shown.
#[derive(Debug, Default, Clone)]
pub struct Event<'a> {
    /// `type`, as sent.
    pub kind: Text<'a>,
    /// `messageId`: what makes a repeat of this event a repeat.
    pub message_id: Text<'a>,
    /// `userId`: the sender's own id of the person.
    pub user_id: Text<'a>,
    /// `anonymousId`: the browser's or the device's id.
    pub anonymous_id: Text<'a>,
    /// `event`: the name of what happened, of a `track`.
    pub event: Text<'a>,
    /// `name`, of a `page` or a `screen`.
    pub name: Text<'a>,
    /// `category`, of a `page` or a `screen`.
    pub category: Text<'a>,
    /// `groupId`: the account, of a `group`.
    pub group_id: Text<'a>,
    /// `previousId`, of an `alias`.
    pub previous_id: Text<'a>,
    /// `timestamp`: when it happened, as corrected by the sender.
    pub timestamp: Text<'a>,
    /// `originalTimestamp`: when it happened, by the sender's clock.
    pub original_timestamp: Text<'a>,
    /// `sentAt`: when it was sent, by the sender's clock.
    pub sent_at: Text<'a>,
    /// `properties`, an object.
    pub properties: Option<&'a RawValue>,
    /// `traits`, an object.
    pub traits: Option<&'a RawValue>,
    /// `context`, an object.
    pub context: Option<&'a RawValue>,
    /// `integrations`, an object.
    pub integrations: Option<&'a RawValue>,
    /// Every other field, kept as it is: `channel`, `version` and what clients of their own make add.
    pub rest: Vec<(Cow<'a, str>, &'a RawValue)>,
}

/// A text field: absent (also when `null` or blank), text (numbers are taken as their digits), or of a wrong type.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub enum Text<'a> {
    /// Not there, `null`, or blank.
    #[default]
    Absent,
    /// Text, or the digits of a number.
    Given(Cow<'a, str>),
    /// An object, an array or a boolean.
    WrongType,
}

impl<'a> Text<'a> {
    /// The text, where there is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Text::Given(text) => Some(text),
            Text::Absent | Text::WrongType => None,
        }
    }

    /// Reads one field.
    pub fn read(raw: &'a RawValue) -> Text<'a> {
        let json = raw.get();
        match json.as_bytes().first() {
            Some(b'"') => match serde_json::from_str::<Borrowable<'a>>(json) {
                Ok(Borrowable(text)) if text.trim().is_empty() => Text::Absent,
                Ok(Borrowable(text)) => Text::Given(text),
                Err(_) => Text::WrongType,
            },
            Some(b'-' | b'0'..=b'9') => Text::Given(Cow::Borrowed(json)),
            Some(b'n') => Text::Absent,
            _ => Text::WrongType,
        }
    }
}

/// The fields of a JSON object, in their order; none where the text is not an object.
pub fn fields(raw: &RawValue) -> Vec<(Cow<'_, str>, &RawValue)> {
    struct Fields;
    impl<'de> Visitor<'de> for Fields {
        type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut fields = Vec::new();
            while let Some(Borrowable(key)) = map.next_key()? {
                fields.push((key, map.next_value()?));
            }
            Ok(fields)
        }
    }
    de::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_str(raw.get()), Fields).unwrap_or_default()
}

/// The last field of this name in a JSON object, as text.
pub fn text_of(raw: Option<&RawValue>, name: &str) -> Option<String> {
    fields(raw?).into_iter().rev().find(|(key, _)| key == name).and_then(|(_, value)| Text::read(value).as_str().map(str::to_owned))
}

/// A string that is borrowed where it has no escapes.
#[derive(Deserialize)]
struct Borrowable<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Event<'a> {
    /// Reads one event. The error is serde_json's, where the text is not an object.
    pub fn parse(json: &'a str) -> Result<Event<'a>, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Its kind, where `type` names one.
    pub fn known_kind(&self) -> Option<Kind> {
        self.kind.as_str().and_then(Kind::from_name)
    }

    /// The first thing that keeps the event from being accepted, with the field that it is about.
    pub fn check(&self) -> Result<Kind, (Reason, &'static str)> {
        let texts = self.texts();
        if let Some((field, _)) = texts.iter().find(|(_, text)| **text == Text::WrongType) {
            return Err((Reason::InvalidField, field));
        }
        let objects =
            [("properties", self.properties), ("traits", self.traits), ("context", self.context), ("integrations", self.integrations)];
        if let Some((field, _)) = objects.iter().find(|(_, raw)| raw.is_some_and(|raw| !raw.get().starts_with('{'))) {
            return Err((Reason::InvalidField, field));
        }
        if let Some((field, ..)) = self.bounded().into_iter().find(|(_, text, limit)| is_longer(text, *limit)) {
            return Err((Reason::TooLong, field));
        }
        let kind = self.known_kind().ok_or((Reason::UnknownType, "type"))?;
        let absent = |text: &Text<'_>| text.as_str().is_none();
        match kind {
            Kind::Alias if absent(&self.user_id) || absent(&self.previous_id) => return Err((Reason::MissingPreviousId, "previousId")),
            _ if absent(&self.user_id) && absent(&self.anonymous_id) => return Err((Reason::MissingId, "userId")),
            Kind::Track if absent(&self.event) => return Err((Reason::MissingEvent, "event")),
            Kind::Group if absent(&self.group_id) => return Err((Reason::MissingGroupId, "groupId")),
            _ => {}
        }
        Ok(kind)
    }

    fn texts(&self) -> [(&'static str, &Text<'a>); 12] {
        [
            ("type", &self.kind),
            ("messageId", &self.message_id),
            ("userId", &self.user_id),
            ("anonymousId", &self.anonymous_id),
            ("event", &self.event),
            ("name", &self.name),
            ("category", &self.category),
            ("groupId", &self.group_id),
            ("previousId", &self.previous_id),
            ("timestamp", &self.timestamp),
            ("originalTimestamp", &self.original_timestamp),
            ("sentAt", &self.sent_at),
        ]
    }

    fn bounded(&self) -> [(&'static str, &Text<'a>, usize); 8] {
        [
            ("messageId", &self.message_id, limits::MESSAGE_ID_CHARS),
            ("userId", &self.user_id, limits::ID_CHARS),
            ("anonymousId", &self.anonymous_id, limits::ID_CHARS),
            ("previousId", &self.previous_id, limits::ID_CHARS),
            ("groupId", &self.group_id, limits::GROUP_ID_CHARS),
            ("event", &self.event, limits::EVENT_NAME_CHARS),
            ("name", &self.name, limits::EVENT_NAME_CHARS),
            ("category", &self.category, limits::EVENT_NAME_CHARS),
        ]
    }
}

fn is_longer(text: &Text<'_>, limit_chars: usize) -> bool {
    // Bytes bound characters from above, so that the count is taken only where it matters.
    text.as_str().is_some_and(|text| text.len() > limit_chars && text.chars().count() > limit_chars)
}

impl<'de: 'a, 'a> Deserialize<'de> for Event<'a> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EventVisitor)
    }
}

struct EventVisitor;

impl<'de> Visitor<'de> for EventVisitor {
    type Value = Event<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Event<'de>, M::Error> {
        let mut event = Event::default();
        while let Some(Borrowable(key)) = map.next_key()? {
            let raw: &'de RawValue = map.next_value()?;
            let object = (raw.get() != "null").then_some(raw);
            match key.as_ref() {
                "type" => event.kind = Text::read(raw),
                "messageId" => event.message_id = Text::read(raw),
                "userId" => event.user_id = Text::read(raw),
                "anonymousId" => event.anonymous_id = Text::read(raw),
                "event" => event.event = Text::read(raw),
                "name" => event.name = Text::read(raw),
                "category" => event.category = Text::read(raw),
                "groupId" => event.group_id = Text::read(raw),
                "previousId" => event.previous_id = Text::read(raw),
                "timestamp" => event.timestamp = Text::read(raw),
                "originalTimestamp" => event.original_timestamp = Text::read(raw),
                "sentAt" => event.sent_at = Text::read(raw),
                "properties" => event.properties = object,
                "traits" => event.traits = object,
                "context" => event.context = object,
                "integrations" => event.integrations = object,
                // Of the transport, not of the event.
                "writeKey" | "_metadata" | "receivedAt" => {}
                _ => event.rest.push((key, raw)),
            }
        }
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> Result<Kind, (Reason, &'static str)> {
        Event::parse(json).expect("an object").check()
    }

    #[test]
    fn what_is_whole_passes() {
        assert_eq!(check(r#"{"type":"track","event":"A","userId":"1"}"#), Ok(Kind::Track));
        assert_eq!(check(r#"{"type":"page","anonymousId":"a"}"#), Ok(Kind::Page));
        assert_eq!(check(r#"{"type":"identify","userId":42,"traits":null}"#), Ok(Kind::Identify));
        assert_eq!(check(r#"{"type":"alias","userId":"1","previousId":"2"}"#), Ok(Kind::Alias));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_field() {
        for (json, reason, field) in [
            (r#"{"type":"track","event":"A"}"#, Reason::MissingId, "userId"),
            (r#"{"type":"track","event":"A","userId":"  "}"#, Reason::MissingId, "userId"),
            (r#"{"type":"track","userId":"1"}"#, Reason::MissingEvent, "event"),
            (r#"{"type":"group","userId":"1"}"#, Reason::MissingGroupId, "groupId"),
            (r#"{"type":"alias","userId":"1"}"#, Reason::MissingPreviousId, "previousId"),
            (r#"{"userId":"1"}"#, Reason::UnknownType, "type"),
            (r#"{"type":"buy","userId":"1"}"#, Reason::UnknownType, "type"),
            (r#"{"type":"page","userId":{}}"#, Reason::InvalidField, "userId"),
            (r#"{"type":"page","userId":"1","properties":[]}"#, Reason::InvalidField, "properties"),
        ] {
            assert_eq!(check(json), Err((reason, field)), "{json}");
        }
        let long = "x".repeat(limits::MESSAGE_ID_CHARS + 1);
        assert_eq!(check(&format!(r#"{{"type":"page","userId":"1","messageId":"{long}"}}"#)), Err((Reason::TooLong, "messageId")));
    }

    #[test]
    fn limits_count_characters_and_not_bytes() {
        let name = "é".repeat(limits::EVENT_NAME_CHARS);
        assert_eq!(check(&format!(r#"{{"type":"track","event":"{name}","userId":"1"}}"#)), Ok(Kind::Track));
    }

    #[test]
    fn a_number_is_taken_as_its_digits_and_escapes_are_read() {
        let event = Event::parse(r#"{"userId":42,"name":"a\"b","channel":"server"}"#).expect("an object");
        assert_eq!(event.user_id.as_str(), Some("42"));
        assert_eq!(event.name.as_str(), Some("a\"b"));
        assert_eq!(event.rest.len(), 1);
    }
}
