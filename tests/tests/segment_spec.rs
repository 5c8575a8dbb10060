//! The example payloads of the Segment Spec's pages: each is accepted, or kept with a reason that is right.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;
use std::fs;

use nora_tests::{Nora, shared_data, timeline};
use serde_json::{Value, json};

const KINDS: [&str; 6] = ["identify", "track", "page", "screen", "group", "alias"];

/// Ids that stand for one in an example and identify nobody: some pages use them.
const PLACEHOLDERS: [&str; 4] = ["userId", "user_id", "anonymousId", "id"];

/// What the spec says of a payload, put as simply as that: the reason that it cannot be accepted, if there is one.
fn right_reason(payload: &Value) -> Option<&'static str> {
    let has = |field: &str| payload[field].as_str().is_some_and(|text| !text.is_empty());
    let kind = payload["type"].as_str().unwrap_or_default();
    match kind {
        kind if !KINDS.contains(&kind) => Some("unknown_type"),
        "alias" if !has("userId") || !has("previousId") => Some("missing_previous_id"),
        _ if !has("userId") && !has("anonymousId") => Some("missing_id"),
        "track" if !has("event") => Some("missing_event"),
        "group" if !has("groupId") => Some("missing_group_id"),
        _ if ["userId", "anonymousId"].iter().filter_map(|field| payload[*field].as_str()).all(|id| PLACEHOLDERS.contains(&id)) => {
            Some("blocked_id")
        }
        _ => None,
    }
}

/// How the API names the customer of a payload.
fn customer(payload: &Value) -> String {
    let named = [("user_id", "userId"), ("anonymous_id", "anonymousId")];
    named.iter().find_map(|(kind, field)| Some(format!("{kind}:{}", payload[field].as_str()?))).unwrap()
}

/// The payloads, each with the page that it is an example of.
fn payloads() -> Option<Vec<(String, Value)>> {
    let text = fs::read_to_string(shared_data::file("segment_spec_payloads.json")?).unwrap();
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(entries.len(), 75);
    Some(entries.into_iter().map(|entry| (entry["source_page"].as_str().unwrap().to_owned(), entry["payload"].clone())).collect())
}

#[test]
fn each_payload_in_a_batch_is_accepted_or_kept_with_the_right_reason() {
    let Some(payloads) = payloads() else { return };
    let nora = Nora::start();
    let batch = json!({"batch": payloads.iter().map(|(_, payload)| payload).collect::<Vec<_>>()});
    let verdicts = nora.verdicts(batch.to_string());
    assert_eq!(verdicts.len(), payloads.len());
    let mut seen = HashSet::new();
    for ((page, payload), (outcome, reason)) in payloads.iter().zip(verdicts) {
        let right = right_reason(payload);
        // Some pages show one event twice, with one message id.
        let is_repeat = right.is_none() && payload["messageId"].as_str().is_some_and(|id| !seen.insert(id));
        let expected = if right.is_some() { "quarantined" } else { ["accepted", "duplicate"][usize::from(is_repeat)] };
        assert_eq!((outcome.as_str(), reason.as_deref()), (expected, right), "{page}: {payload}");
    }
    let kept = nora.json("/v1/quarantine?limit=200");
    let kept: Vec<Value> =
        kept["data"].as_array().unwrap().iter().map(|held| serde_json::from_str(held["payload"].as_str().unwrap()).unwrap()).collect();
    let bad: Vec<_> = payloads.iter().filter(|(_, payload)| right_reason(payload).is_some()).map(|(_, payload)| payload).collect();
    assert_eq!(kept.iter().rev().collect::<Vec<_>>(), bad, "what was not accepted is kept as it was sent");
}

/// Most pages name the kind in `action` or not at all: whoever follows them posts to the path of the kind.
#[test]
fn each_payload_posted_to_the_path_of_its_kind_lands_on_its_customer() {
    let Some(payloads) = payloads() else { return };
    let nora = Nora::start();
    let mut accepted = 0;
    for (number, (page, payload)) in payloads.iter().enumerate() {
        let kind = payload["type"].as_str().or(payload["action"].as_str()).unwrap();
        let mut payload = payload.clone();
        payload["messageId"] = format!("spec-{number}").into();
        let mut read_as = payload.clone();
        read_as["type"] = kind.into();
        let outcome = nora.post(&format!("/v1/{kind}"), payload.to_string()).outcome();
        match right_reason(&read_as) {
            Some(reason) => assert_eq!(outcome, (400, reason.to_owned()), "{page}: {payload}"),
            None => {
                assert_eq!(outcome.0, 200, "{page}: {payload}");
                let id = customer(&payload);
                assert!(timeline::message_ids(&nora, &id).contains(&format!("spec-{number}")), "{page}: it is not with {id}");
                accepted += 1;
            }
        }
    }
    assert_eq!(accepted, 49, "16 examples have a placeholder for an id, 10 have none");
}
