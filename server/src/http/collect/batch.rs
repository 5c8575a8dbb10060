//! The body of a request with many events, read in one go.

use nora_shared::event::{Json, Sent, Text};
use nora_shared::raw::{Malformed, Reader};
use nora_shared::{Reason, limits, nesting};

use crate::admission::{Decision, Origin, decide};
use crate::time::Millis;

/// Bytes of a request's events together, once what they share has been copied into each. Protects memory from requests that are small
/// only because their events share much.
pub(super) const EXPANDED_BYTES: usize = 8 * 1024 * 1024;

/// `{"batch":[event,…]}`, and what its events share.
pub struct Batch<'a> {
    /// One more than [`limits::BATCH_EVENTS`] at most: then there are more than may be.
    events: Vec<Sent<'a>>,
    write_key: Text<'a>,
    sent_at: Text<'a>,
    context: Option<Json<'a>>,
    integrations: Option<Json<'a>>,
}

impl<'a> Batch<'a> {
    /// Reads a body: an error is text that is none.
    pub fn read(text: &'a str) -> Result<Batch<'a>, Reason> {
        let mut events = None;
        let (mut write_key, mut sent_at) = (Text::Absent, Text::Absent);
        let (mut context, mut integrations) = (None, None);
        whole(text, |reader| {
            reader.object(|name, reader| {
                match &*name {
                    "batch" if reader.peek() == b'[' => events = Some(events_of(reader)?),
                    "writeKey" => write_key = Text::read(reader.value()?),
                    "sentAt" => sent_at = Text::read(reader.value()?),
                    "context" => context = Some(reader.value()?).filter(|json| !json.is_null()),
                    "integrations" => integrations = Some(reader.value()?).filter(|json| !json.is_null()),
                    _ => drop(reader.value()?),
                }
                Ok(())
            })
        })?;
        let events = events.ok_or(Reason::InvalidBody)?;
        if write_key == Text::WrongType {
            return Err(Reason::InvalidBody);
        }
        Ok(Batch { events, write_key, sent_at, context, integrations })
    }

    /// Whether it is within its bounds. What all events share is copied into each: it may be as large as one of them and as deep, and not too
    /// much in all.
    pub fn check(&self) -> Result<(), Reason> {
        if self.events.len() > limits::BATCH_EVENTS {
            return Err(Reason::TooManyEvents);
        }
        let shared = || [self.context, self.integrations].into_iter().flatten().map(Json::get);
        let bytes: usize = shared().map(str::len).sum();
        if bytes > limits::EVENT_BYTES || bytes * self.events.len() > EXPANDED_BYTES {
            return Err(Reason::BatchTooLarge);
        }
        if shared().any(nesting::is_too_deep) { Err(Reason::TooDeep) } else { Ok(()) }
    }

    /// How many events it has.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Decides about each event, in their order.
    pub fn decide(self, origin: Origin<'_>) -> Vec<Decision> {
        let (sent_at, context, integrations) = (self.sent_at.as_str().and_then(Millis::parse), self.context, self.integrations);
        let origin = Origin { sent_at, context, integrations, ..origin };
        self.events.into_iter().map(|sent| decide(sent, None, &origin)).collect()
    }

    pub(super) fn write_key(&self) -> Option<&str> {
        self.write_key.as_str()
    }

    /// The text of each event.
    pub(super) fn texts(&self) -> Vec<&'a str> {
        self.events.iter().map(|sent| sent.json).collect()
    }
}

/// Reads a body that is one event.
pub(super) fn one(text: &str) -> Result<Sent<'_>, Reason> {
    let sent = whole(text, Sent::read)?;
    if sent.event.as_ref().is_some_and(|event| event.write_key == Text::WrongType) { Err(Reason::InvalidBody) } else { Ok(sent) }
}

fn events_of<'a>(reader: &mut Reader<'a>) -> Result<Vec<Sent<'a>>, Malformed> {
    let mut events = Vec::new();
    reader.array(|reader| {
        if events.len() > limits::BATCH_EVENTS {
            return reader.value().map(drop);
        }
        events.push(Sent::read(reader)?);
        Ok(())
    })?;
    Ok(events)
}

/// Reads a body that should be an object: tells text that is no JSON from JSON of another form.
fn whole<'a, T>(text: &'a str, read: impl FnOnce(&mut Reader<'a>) -> Result<T, Malformed>) -> Result<T, Reason> {
    let mut reader = Reader::new(text);
    let is_object = reader.peek() == b'{';
    if !is_object {
        return Err(Json::parse(text).map_or(Reason::MalformedJson, |_| Reason::InvalidBody));
    }
    let read = read(&mut reader).and_then(|read| reader.end().map(|()| read));
    read.map_err(|Malformed| Reason::MalformedJson)
}
