//! Requests that are quick to make: whole texts in which only the ids are written anew.

use base64::Engine;
use nora_tests::WRITE_KEY;

/// Digits of an id.
const DIGITS: usize = 12;

/// Stands where the message id is to be; as long as one.
const MESSAGE: &str = "MMMMMMMMMMMM";
/// Stands where the visitor's id is to be.
const VISITOR: &str = "VVVVVVVVVVVV";

/// One event as a browser sends it.
const EVENT: &str = concat!(
    r#"{"type":"track","messageId":"nora-next-MMMMMMMMMMMM","anonymousId":"5a7e3c1d-VVVVVVVVVVVV","event":"Product Viewed","#,
    r#""properties":{"product_id":"507f1f77bcf86cd799439011","sku":"G-32","category":"Games","name":"Monopoly: 3rd Edition","#,
    r#""brand":"Hasbro","price":18.99,"currency":"EUR","quantity":1,"position":3},"timestamp":"2026-01-31T12:00:00.000Z","#,
    r#""context":{"locale":"nl-NL","timezone":"Europe/Amsterdam","sessionId":"VVVVVVVVVVVV","page":{"path":"/product/monopoly","#,
    r#""url":"https://shop.example/product/monopoly","referrer":"https://shop.example/","title":"Monopoly"},"#,
    r#""screen":{"width":1920,"height":1080,"density":2},"library":{"name":"nora.js","version":"0.1.0"}}}"#
);

/// A request with the places of its ids.
#[derive(Clone)]
pub(crate) struct Template {
    bytes: Vec<u8>,
    messages: Vec<usize>,
    visitors: Vec<usize>,
    /// How many visitors there are; each request has another where it is `None`.
    people: Option<u64>,
    /// Whether the events of a request are of different ones.
    is_mixed: bool,
}

impl Template {
    /// A batch of so many events of one visitor, who is new; with 1, a request of a single event.
    pub(crate) fn new(events: usize) -> Template {
        Template { people: None, ..Template::of(events) }
    }

    /// A batch of so many events, each of somebody at random among so many people.
    pub(crate) fn of_people(events: usize, people: u64) -> Template {
        Template { people: Some(people), is_mixed: true, ..Template::of(events) }
    }

    /// A batch of so many events of one visitor, who comes back after so many others.
    pub(crate) fn returning(events: usize, people: u64) -> Template {
        Template { people: Some(people), is_mixed: false, ..Template::of(events) }
    }

    fn of(events: usize) -> Template {
        let (path, body) = match events {
            1 => ("/v1/track", EVENT.to_owned()),
            _ => ("/v1/batch", format!(r#"{{"batch":[{}],"sentAt":"2026-01-31T12:00:00.000Z"}}"#, vec![EVENT; events].join(","))),
        };
        let key = base64::engine::general_purpose::STANDARD.encode(format!("{WRITE_KEY}:"));
        let text = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Basic {key}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let places = |of: &str| text.match_indices(of).map(|(place, _)| place).collect();
        Template { messages: places(MESSAGE), visitors: places(VISITOR), bytes: text.into_bytes(), people: None, is_mixed: false }
    }

    /// Bytes of one event.
    pub(crate) const fn event_bytes() -> usize {
        EVENT.len()
    }

    /// The request of this number: its events are those of no other.
    pub(crate) fn fill(&mut self, number: u64) -> &[u8] {
        let count = self.messages.len() as u64;
        for (event, place) in (0..).zip(&self.messages) {
            write(&mut self.bytes, *place, number * count + event);
        }
        for (index, place) in (0..).zip(&self.visitors) {
            // Two places an event: who, and the visit.
            let visitor = match self.people {
                Some(people) if !self.is_mixed => number % people,
                Some(people) => (number * count + index / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15) % people,
                None => number,
            };
            write(&mut self.bytes, *place, visitor);
        }
        &self.bytes
    }
}

fn write(bytes: &mut [u8], place: usize, mut number: u64) {
    for digit in bytes[place..place + DIGITS].iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}
