//! The SDK without a browser: calls in, request bodies out.

use alloc::{string::String, vec::Vec};

use nora_shared::{
    Reason,
    call::{self, Maker},
    json::{self, Raw},
};
use serde::Serialize;

use crate::{
    Answer,
    outbox::{Gone, Outbox},
};

/// One source's client on one page.
#[derive(Debug, Default)]
pub struct Client {
    write_key: String,
    maker: Maker,
    outbox: Outbox,
    counts: Counts,
}

/// What became of the events since the page was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The server has them.
    pub delivered: usize,
    /// The server will not take them.
    pub refused: usize,
    /// They made room for later ones.
    pub dropped: usize,
    /// Too large to be sent.
    pub oversize: usize,
    /// Sent, although the server will set them aside: see the warning in the console.
    pub invalid: usize,
    /// They wait, or are under way.
    pub queued: usize,
}

/// What came of taking calls.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Storage keys that are done with.
    pub forget: Vec<String>,
    /// What was wrong, once for each call that was.
    pub problems: Vec<Reason>,
}

/// The body of `POST /v1/b`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Batch<'a> {
    write_key: &'a str,
    batch: Raw<'a>,
    sent_at: &'a str,
}

impl Client {
    /// A client with nothing in it.
    pub fn new(write_key: String) -> Client {
        Client { write_key, ..Client::default() }
    }

    /// Takes a list of raw calls, which is in storage under this key.
    pub fn take(&mut self, key: String, calls: &str) -> Taken {
        let mut taken = Taken::default();
        let (mut events, mut count) = (String::new(), 0);
        for call in call::calls(calls) {
            let event = self.maker.event(&call);
            taken.problems.extend(event.problem);
            if event.problem == Some(Reason::EventTooLarge) {
                self.counts.oversize += 1;
                continue;
            }
            self.counts.invalid += usize::from(event.problem.is_some());
            if count > 0 {
                events.push(',');
            }
            events.push_str(&event.json);
            count += 1;
        }
        if count == 0 {
            taken.forget.push(key);
        } else {
            let gone = self.outbox.push(key, events, count);
            self.counts.dropped += gone.events;
            taken.forget = gone.keys;
        }
        taken
    }

    /// The body of the next request, which the caller names by a ticket; see [`Outbox::next`].
    pub fn next(&mut self, ticket: u32, now_ms: f64, leaving: bool, sent_at: &str) -> Option<String> {
        let events = self.outbox.next(ticket, now_ms, leaving)?;
        let mut batch = String::with_capacity(events.len() + 2);
        batch.push('[');
        batch.push_str(&events);
        batch.push(']');
        Some(json::to_string(&Batch { write_key: &self.write_key, batch: Raw(&batch), sent_at }))
    }

    /// Takes the answer to a request, and returns the storage keys that are done with.
    pub fn answered(&mut self, ticket: u32, answer: Answer, now_ms: f64, random: f64) -> Vec<String> {
        let Gone { keys, events } = self.outbox.answered(ticket, answer, now_ms, random);
        match answer {
            Answer::Delivered => self.counts.delivered += events,
            _ => self.counts.refused += events,
        }
        keys
    }

    /// The network is back.
    pub fn hurry(&mut self) {
        self.outbox.hurry();
    }

    /// Milliseconds until something is to be sent; see [`Outbox::wait_ms`].
    pub fn wait_ms(&self, now_ms: f64) -> Option<f64> {
        self.outbox.wait_ms(now_ms)
    }

    /// What became of the events so far.
    pub fn counts(&self) -> Counts {
        Counts { queued: self.outbox.events(), ..self.counts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const CALLS: &str = r#"[{"id":"1","t":"2026-01-31T12:00:00.000Z","m":"track","a":["A"],"v":{"a":"anon"},"c":{"locale":"nl"}},{"id":"2","m":"track","a":[]}]"#;

    #[test]
    fn calls_become_a_request_and_are_forgotten_when_it_is_answered() {
        let mut client = Client::new("wk".into());
        let taken = client.take("key".into(), CALLS);
        assert_eq!(taken, Taken { forget: vec![], problems: vec![Reason::MissingEvent] });
        let body: Value = serde_json::from_str(&client.next(1, 0.0, false, "now").unwrap()).unwrap();
        assert_eq!((&body["writeKey"], &body["sentAt"]), (&Value::from("wk"), &Value::from("now")));
        assert_eq!(body["batch"][0]["event"], "A");
        assert_eq!(body["batch"][1]["context"]["locale"], "nl");
        assert_eq!(client.counts(), Counts { queued: 2, invalid: 1, ..Counts::default() });
        assert_eq!(client.answered(1, Answer::Delivered, 10.0, 0.5), ["key"]);
        assert_eq!(client.counts(), Counts { delivered: 2, invalid: 1, ..Counts::default() });
    }

    #[test]
    fn what_cannot_be_sent_is_counted_and_forgotten() {
        let mut client = Client::new("wk".into());
        let huge = format!(r#"[{{"id":"1","m":"track","a":["A",{{"x":"{}"}}],"v":{{"a":"anon"}}}}]"#, "y".repeat(33_000));
        assert_eq!(client.take("key".into(), &huge), Taken { forget: vec!["key".into()], problems: vec![Reason::EventTooLarge] });
        assert_eq!(client.take("other".into(), "garbage").forget, ["other"]);
        assert_eq!(client.counts(), Counts { oversize: 1, ..Counts::default() });
        assert_eq!(client.next(1, 0.0, false, "now"), None);
    }
}
