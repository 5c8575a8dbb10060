//! The events of one request.

use alloc::{string::String, vec::Vec};

use nora_shared::{Reason, call, json::append};

/// What became of a list of raw calls.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The events as JSON text with commas between them, in the order of the calls; without those that are too large to be sent.
    pub events: String,
    /// What is wrong with calls, once for each that the server will not accept.
    pub problems: Vec<Reason>,
}

/// Makes the events of a list of raw calls, given its JSON text.
pub fn batch(calls: &str) -> Batch {
    let mut batch = Batch::default();
    for call in call::calls(calls) {
        let event = call.event();
        batch.problems.extend(event.problem);
        if event.problem == Some(Reason::EventTooLarge) {
            continue;
        }
        if !batch.events.is_empty() {
            append(&mut batch.events, ",");
        }
        append(&mut batch.events, &event.json);
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;
    use nora_shared::limits::EVENT_BYTES;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn calls_become_events_and_what_is_wrong_is_told() {
        let calls = r#"[{"id":"1","t":"2026-01-31T12:00:00.000Z","m":"track","a":["A"],"v":{"a":"anon"},"c":{"locale":"nl"}},{"id":"2","m":"track","a":[]}]"#;
        let made = batch(calls);
        let events: Value = serde_json::from_str(&format!("[{}]", made.events)).unwrap();
        assert_eq!(events[0]["event"], "A");
        assert_eq!((&events[1]["messageId"], &events[1]["context"]["locale"]), (&json!("2"), &json!("nl")));
        assert_eq!(made.problems, [Reason::MissingEvent]);
        assert_eq!(batch("garbage"), Batch::default());
    }

    proptest! {
        /// Each call ends once, in order: an event in the request, or told to be too large for one.
        #[test]
        fn every_call_is_an_event_or_too_large(sizes in prop::collection::vec(prop_oneof![0..200_usize, EVENT_BYTES - 200..EVENT_BYTES + 200], 0..8)) {
            let calls: Vec<Value> = sizes
                .iter()
                .enumerate()
                .map(|(n, size)| json!({"id": n.to_string(), "n": n, "m": "track", "a": ["A", {"x": "y".repeat(*size)}], "v": {"a": "anon", "t": "tab"}}))
                .collect();
            let made = batch(&Value::from(calls).to_string());
            let events: Vec<Value> = serde_json::from_str(&format!("[{}]", made.events)).unwrap();
            let mut sent = events.iter().map(|event| (event["context"]["sequence"]["n"].as_u64().unwrap() as usize, event.to_string().len()));
            let mut last = None;
            prop_assert!(sent.all(|(n, bytes)| bytes <= EVENT_BYTES && last.replace(n).is_none_or(|last| last < n)));
            prop_assert_eq!(events.len() + made.problems.len(), sizes.len());
            prop_assert!(made.problems.iter().all(|reason| *reason == Reason::EventTooLarge));
            // An event says a little more than its call.
            prop_assert!(sizes.iter().enumerate().all(|(n, size)| *size > EVENT_BYTES - 400 || events.iter().any(|event| event["context"]["sequence"]["n"] == n)));
        }
    }
}
