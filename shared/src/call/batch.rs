//! Raw calls as the server receives them.

use alloc::{borrow::Cow, string::String};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::calls;
use crate::limits::EVENT_BYTES;
use crate::nesting::is_too_deep;
use crate::{Reason, json};

/// The body of `POST /v1/raw`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawBatch<'a> {
    /// Which source it is from.
    #[serde(borrow, default)]
    pub write_key: Option<Cow<'a, str>>,
    /// When it was sent, by the visitor's clock: RFC 3339.
    #[serde(borrow, default)]
    pub sent_at: Option<Cow<'a, str>>,
    /// The calls, in the form described in [`call`](super).
    #[serde(borrow)]
    pub raw: &'a RawValue,
}

/// What became of one raw call.
#[derive(Debug)]
pub struct Expanded<'a> {
    /// Its message id; empty where it has none.
    pub id: String,
    /// The call as it came.
    pub raw: &'a str,
    /// What was read to make the event, page and visitor of an earlier call included.
    pub bytes: usize,
    /// The event, as if the browser had made it; still to be admitted like any other. An error is what the browser would
    /// not have sent: a method that is none, more than [`EVENT_BYTES`], or nesting beyond [`NESTING`](crate::limits::NESTING).
    pub event: Result<String, Reason>,
}

impl<'a> RawBatch<'a> {
    /// The event of each call, in their order.
    pub fn expand(&self) -> impl Iterator<Item = Expanded<'a>> + use<'a> {
        calls(self.raw.get()).map(move |call| {
            let parts = [call.args, call.visitor, call.page];
            let bytes = parts.iter().map(|part| part.len()).sum();
            // Before anything is made of it: page and visitor hold for every later call, at no cost to the sender, and merging follows
            // their nesting.
            let event = if bytes > EVENT_BYTES {
                Err(Reason::EventTooLarge)
            } else if parts.into_iter().any(is_too_deep) {
                Err(Reason::TooDeep)
            } else {
                let event = call.event();
                match event.problem {
                    Some(reason @ (Reason::UnknownType | Reason::EventTooLarge)) => Err(reason),
                    _ => Ok(event.json),
                }
            };
            Expanded { id: json::unescape(call.id).unwrap_or_default(), raw: call.text, bytes, event }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_events() {
        let body = r#"{"writeKey":"wk","sentAt":"2026-01-31T12:00:01.000Z","raw":[
            {"id":"1","t":"2026-01-31T12:00:00.000Z","m":"track","a":["A"],"v":{"a":"anon","s":"s"},"c":{"page":{"path":"/"}}},
            {"id":"2","t":"2026-01-31T12:00:00.001Z","m":"purchase","a":["B"]},
            {"id":"3","t":"2026-01-31T12:00:00.002Z","m":"page","a":[]}]}"#;
        let batch: RawBatch<'_> = serde_json::from_str(body).unwrap();
        assert_eq!(batch.write_key.as_deref(), Some("wk"));
        let found: alloc::vec::Vec<_> = batch.expand().collect();
        assert_eq!(found.len(), 3);
        let event: serde_json::Value = serde_json::from_str(found[2].event.as_ref().unwrap()).unwrap();
        assert_eq!(event["anonymousId"], "anon");
        assert_eq!(event["properties"]["path"], "/");
        assert_eq!((found[1].id.as_str(), &found[1].event), ("2", &Err(Reason::UnknownType)));
        assert!(found[1].raw.starts_with("{\"id\":\"2\""));
    }

    #[test]
    fn depth_and_width_are_refused_before_anything_is_made_of_them() {
        let deep = format!("{}1{}", "{\"a\":".repeat(2_000), "}".repeat(2_000));
        let wide = format!("{{\"a\":\"{}\"}}", "x".repeat(EVENT_BYTES));
        let body = format!(
            r#"{{"raw":[{{"id":"1","m":"track","a":["A",null,{{"context":{deep}}}],"v":{{"a":"x"}},"c":{deep}}},
            {{"id":"2","m":"track","a":["A"],"c":{wide}}},{{"id":"3","m":"track","a":["A"]}},{{"id":"4","m":"track","a":["A"],"c":{{}}}}]}}"#
        );
        let batch: RawBatch<'_> = serde_json::from_str(&body).unwrap();
        let found: alloc::vec::Vec<_> = batch.expand().map(|call| call.event.err()).collect();
        assert_eq!(found, [Some(Reason::TooDeep), Some(Reason::EventTooLarge), Some(Reason::EventTooLarge), None]);
        assert!(batch.expand().nth(2).is_some_and(|call| call.bytes > EVENT_BYTES), "what is inherited counts, too");
    }
}
