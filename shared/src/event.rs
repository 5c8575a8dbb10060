//! An event as it arrives: borrowed from the request, its free-form parts kept as the sender wrote them.

use alloc::borrow::Cow;

pub use crate::raw::Json;
use crate::raw::{Malformed, Reader};
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
    /// `writeKey`: of the transport, and kept with no event.
    pub write_key: Text<'a>,
    /// `properties`, an object.
    pub properties: Option<Json<'a>>,
    /// `traits`, an object.
    pub traits: Option<Json<'a>>,
    /// `context`, an object.
    pub context: Option<Json<'a>>,
    /// `integrations`, an object.
    pub integrations: Option<Json<'a>>,
    /// Every other field, kept as it is: `channel`, `version` and what clients of their own make add.
    pub rest: Vec<(Cow<'a, str>, Json<'a>)>,
}

/// An event as it stood in a request.
#[derive(Debug, Clone)]
pub struct Sent<'a> {
    /// Its text.
    pub json: &'a str,
    /// What it says; nothing where it is no object.
    pub event: Option<Event<'a>>,
    /// How deep objects and arrays are inside each other in it.
    pub depth: usize,
}

impl<'a> Sent<'a> {
    /// Reads an event that is next, whatever it is.
    pub fn read(reader: &mut Reader<'a>) -> Result<Sent<'a>, Malformed> {
        let (json, depth, event) = reader.span(|reader| match reader.peek() {
            b'{' => Event::read(reader).map(Some),
            _ => reader.value().map(|_| None),
        })?;
        Ok(Sent { json: json.get(), event, depth })
    }

    /// Reads a text that should be an event.
    pub fn parse(json: &'a str) -> Sent<'a> {
        let mut reader = Reader::new(json);
        let whole = Sent::read(&mut reader).and_then(|sent| reader.end().map(|()| sent));
        whole.unwrap_or(Sent { json, event: None, depth: 0 })
    }
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
    pub fn read(json: Json<'a>) -> Text<'a> {
        match json.get().as_bytes().first() {
            Some(b'"') => match json.string() {
                Some(text) if text.trim().is_empty() => Text::Absent,
                Some(text) => Text::Given(text),
                None => Text::WrongType,
            },
            Some(b'-' | b'0'..=b'9') => Text::Given(Cow::Borrowed(json.get())),
            Some(b'n') => Text::Absent,
            _ => Text::WrongType,
        }
    }
}

/// The last field of this name in a JSON object, as text.
pub fn text_of<'a>(json: Option<Json<'a>>, name: &str) -> Option<Cow<'a, str>> {
    match Text::read(json?.field(name)?) {
        Text::Given(text) => Some(text),
        Text::Absent | Text::WrongType => None,
    }
}

impl<'a> Event<'a> {
    /// Reads one event, from text that anybody may have sent.
    pub fn parse(json: &'a str) -> Result<Event<'a>, Malformed> {
        let mut reader = Reader::new(json);
        let event = Event::read(&mut reader)?;
        reader.end().map(|()| event)
    }

    /// Reads an event that is next, as an object.
    pub fn read(reader: &mut Reader<'a>) -> Result<Event<'a>, Malformed> {
        let mut event = Event::default();
        reader.object(|name, reader| {
            event.take(name, reader.value()?);
            Ok(())
        })?;
        Ok(event)
    }

    /// An event that was read before, such as one of the log.
    pub fn known(json: &'a str) -> Event<'a> {
        let mut event = Event::default();
        Json::known(json).fields().for_each(|(name, value)| event.take(name, value));
        event
    }

    fn take(&mut self, name: Cow<'a, str>, json: Json<'a>) {
        let object = (!json.is_null()).then_some(json);
        match name.as_ref() {
            "type" => self.kind = Text::read(json),
            "messageId" => self.message_id = Text::read(json),
            "userId" => self.user_id = Text::read(json),
            "anonymousId" => self.anonymous_id = Text::read(json),
            "event" => self.event = Text::read(json),
            "name" => self.name = Text::read(json),
            "category" => self.category = Text::read(json),
            "groupId" => self.group_id = Text::read(json),
            "previousId" => self.previous_id = Text::read(json),
            "timestamp" => self.timestamp = Text::read(json),
            "originalTimestamp" => self.original_timestamp = Text::read(json),
            "sentAt" => self.sent_at = Text::read(json),
            "properties" => self.properties = object,
            "traits" => self.traits = object,
            "context" => self.context = object,
            "integrations" => self.integrations = object,
            "writeKey" => self.write_key = Text::read(json),
            // Of the transport, not of the event.
            "_metadata" | "receivedAt" => {}
            _ => self.rest.push((name, json)),
        }
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
        if let Some((field, _)) = objects.iter().find(|(_, raw)| raw.is_some_and(|json| !json.is_object())) {
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
