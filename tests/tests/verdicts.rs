//! What becomes of an event, told when asked for; and what the server makes of clocks, repeats and raw calls.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use nora_tests::{Nora, WRITE_KEY, timeline};
use serde_json::{Value, json};

#[test]
fn verdicts_name_the_outcome_of_each_event() {
    let nora = Nora::start();
    let event = |id: &str, more: Value| {
        let mut event = json!({"messageId": id, "type": "track", "event": "A", "userId": "u"});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let batch = json!({"batch": [
        event("first", json!({})),
        event("first", json!({})),
        event("nobody", json!({"userId": null})),
        event("blocked", json!({"userId": "undefined"})),
        event("unnamed", json!({"event": " "})),
        event("large", json!({"properties": {"text": "x".repeat(33 * 1024)}})),
        event("last", json!({})),
        "no event",
    ]});
    let reply = nora.post("/v1/batch?verbose=1", batch.to_string());
    assert_eq!(reply.status, 200);
    insta::assert_json_snapshot!(reply.json(), @r#"
    {
      "results": [
        {
          "messageId": "first",
          "outcome": "accepted",
          "reason": null
        },
        {
          "messageId": "first",
          "outcome": "duplicate",
          "reason": null
        },
        {
          "messageId": "nobody",
          "outcome": "quarantined",
          "reason": "missing_id"
        },
        {
          "messageId": "blocked",
          "outcome": "quarantined",
          "reason": "blocked_id"
        },
        {
          "messageId": "unnamed",
          "outcome": "quarantined",
          "reason": "missing_event"
        },
        {
          "messageId": "large",
          "outcome": "refused",
          "reason": "event_too_large"
        },
        {
          "messageId": "last",
          "outcome": "accepted",
          "reason": null
        },
        {
          "messageId": null,
          "outcome": "quarantined",
          "reason": "invalid_field"
        }
      ],
      "success": true
    }
    "#);
    let counts = &nora.json("/v1/overview")["events"];
    assert_eq!(*counts, json!({"accepted": 2, "duplicate": 1, "quarantined": 4, "refused": 1}), "every event has one outcome");
}

#[test]
fn one_event_has_one_verdict() {
    let nora = Nora::start();
    let reply = nora.post("/v1/t?verbose=1", r#"{"messageId":"only","event":"A","userId":"u"}"#);
    insta::assert_snapshot!(reply.text(), @r#"{"success":true,"results":[{"messageId":"only","outcome":"accepted","reason":null}]}"#);
    let generated = nora.post("/v1/t?verbose=1", r#"{"event":"A","userId":"u"}"#).json();
    let id = generated["results"][0]["messageId"].as_str().unwrap().to_owned();
    assert!(timeline::message_ids(&nora, "user_id:u").contains(&id), "an id that was made is told, and kept");
    let refused = nora.post("/v1/t?verbose=1", r#"{"event":"A"}"#);
    assert_eq!(refused.outcome(), (400, "missing_id".to_owned()));
}

#[test]
fn a_repeat_is_known_also_after_the_server_was_stopped_and_killed() {
    let event = json!({"messageId": "once", "event": "A", "userId": "u"});
    let mut nora = Nora::start();
    nora.track("/v1/track", &event);
    for stopped in [true, false] {
        nora = if stopped { nora.stop_and_restart() } else { nora.kill_and_restart() };
        let reply = nora.post("/v1/track?verbose=1", event.to_string());
        assert_eq!(reply.json()["results"][0]["outcome"], "duplicate");
        assert_eq!(timeline::event_count(&nora, "user_id:u"), 1);
    }
}

#[test]
fn a_sender_s_clock_is_corrected_and_its_word_kept() {
    let nora = Nora::start();
    // A clock that is years slow: what counts is that the event was sent a minute after it happened.
    let (happened, sent) = ("2001-01-01T12:00:00.000Z", "2001-01-01T12:01:00.000Z");
    nora.track("/v1/track", &json!({"messageId": "one", "event": "A", "userId": "u", "timestamp": happened, "sentAt": sent}));
    let event = json!({"messageId": "many", "type": "track", "event": "A", "userId": "u", "timestamp": happened});
    nora.track("/v1/batch", &json!({"batch": [event], "sentAt": sent}));
    let events = timeline::events(&nora, "user_id:u");
    assert_eq!(events.len(), 2);
    for event in events {
        assert_eq!(event["original_timestamp"], happened);
        assert_eq!(between(&event["timestamp"], &event["received_at"]), 60_000, "{event}");
    }
    // Without `sentAt` the sender's word is taken.
    nora.track("/v1/track", &json!({"event": "A", "userId": "v", "timestamp": happened}));
    assert_eq!(timeline::events(&nora, "user_id:v")[0]["timestamp"], happened);
}

#[test]
fn raw_calls_become_the_events_that_the_browser_would_have_made() {
    let nora = Nora::start();
    let call = |id: &str, method: &str, arguments: Value| json!({"id": id, "t": "2026-01-31T12:00:00.000Z", "m": method, "a": arguments});
    let mut first = call("raw-1", "page", json!([]));
    first["v"] = json!({"a": "ann", "s": "session"});
    first["c"] = json!({"page": {"path": "/shop", "search": "?utm_campaign=spring"}, "campaign": {"name": "spring"}, "locale": "nl"});
    let calls = [first, call("raw-2", "identify", json!(["u-ann", {"email": "Ann@Example.com"}])), call("raw-3", "purchase", json!([]))];
    let body = json!({"writeKey": WRITE_KEY, "sentAt": "2026-01-31T12:00:01.000Z", "raw": calls}).to_string();
    // As the loader sends it: without a header that would need a preflight.
    let reply = nora.send(nora.request("POST", "/v1/raw?verbose=1").header("content-type", "text/plain"), body);
    let outcomes: Vec<_> = reply.json()["results"].as_array().unwrap().iter().map(|result| result["outcome"].clone()).collect();
    assert_eq!(outcomes, ["accepted", "accepted", "quarantined"], "{}", reply.text());
    let profile = nora.json("/v1/profiles/email:ann@example.com");
    assert_eq!(profile["event_count"], 2);
    assert_eq!(profile["computed"]["first_touch"]["campaign"]["name"], "spring", "{profile}");
    let identifiers = profile["identifiers"].as_array().unwrap();
    assert!(identifiers.iter().any(|found| found["type"] == "user_id" && found["value"] == "u-ann"), "{profile}");
}

/// Milliseconds from one RFC 3339 time in UTC to another less than a day later.
fn between(earlier: &Value, later: &Value) -> i64 {
    let of_day = |time: &Value| {
        // `2026-01-31T12:00:00.000Z`
        let digits = |place: std::ops::Range<usize>| time.as_str().unwrap()[place].parse::<i64>().unwrap();
        ((digits(11..13) * 60 + digits(14..16)) * 60 + digits(17..19)) * 1000 + digits(20..23)
    };
    (of_day(later) - of_day(earlier)).rem_euclid(24 * 60 * 60 * 1000)
}
