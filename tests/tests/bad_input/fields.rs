//! Events that are wrong in a field: kept in the quarantine, with what is wrong.

use nora_tests::timeline;
use serde_json::{Value, json};

use crate::Watched;

/// Every kind of bad event: its kind, what it has beside a user id, and the reason that it is kept with.
fn cases() -> Vec<(&'static str, Value, &'static str)> {
    let long = |chars: usize| "é".repeat(chars);
    vec![
        ("track", json!({"event": "A", "userId": null}), "missing_id"),
        ("track", json!({"event": "A", "userId": ""}), "missing_id"),
        ("page", json!({"userId": "  "}), "missing_id"),
        ("identify", json!({"userId": null, "traits": {"email": "ann@example.com"}}), "missing_id"),
        ("track", json!({"event": "A", "userId": "undefined"}), "blocked_id"),
        ("track", json!({"event": "A", "userId": "[object Object]", "anonymousId": "null"}), "blocked_id"),
        ("track", json!({}), "missing_event"),
        ("track", json!({"event": ""}), "missing_event"),
        ("group", json!({"traits": {"name": "Acme"}}), "missing_group_id"),
        ("alias", json!({}), "missing_previous_id"),
        ("alias", json!({"userId": null, "previousId": "p"}), "missing_previous_id"),
        ("track", json!({"event": "A", "userId": {}}), "invalid_field"),
        ("track", json!({"event": "A", "userId": ["u"]}), "invalid_field"),
        ("track", json!({"event": "A", "anonymousId": true}), "invalid_field"),
        ("track", json!({"event": {"name": "A"}}), "invalid_field"),
        ("track", json!({"event": "A", "messageId": []}), "invalid_field"),
        ("track", json!({"event": "A", "properties": "x"}), "invalid_field"),
        ("track", json!({"event": "A", "properties": []}), "invalid_field"),
        ("identify", json!({"traits": 5}), "invalid_field"),
        ("track", json!({"event": "A", "context": "x"}), "invalid_field"),
        ("track", json!({"event": "A", "integrations": [1]}), "invalid_field"),
        ("track", json!({"event": "A", "timestamp": {}}), "invalid_field"),
        ("track", json!({"event": "A", "timestamp": "yesterday"}), "invalid_timestamp"),
        ("track", json!({"event": "A", "timestamp": "2026-02-30T00:00:00Z"}), "invalid_timestamp"),
        ("track", json!({"event": "A", "timestamp": 1e300}), "invalid_timestamp"),
        ("track", json!({"event": "A", "messageId": long(101)}), "too_long"),
        ("track", json!({"event": "A", "userId": long(501)}), "too_long"),
        ("track", json!({"event": "A", "anonymousId": long(501)}), "too_long"),
        ("track", json!({"event": long(201)}), "too_long"),
        ("page", json!({"name": long(201)}), "too_long"),
        ("group", json!({"groupId": long(501)}), "too_long"),
    ]
}

fn event(kind: &str, fields: &Value) -> Value {
    let mut event = json!({"type": kind, "userId": "u"});
    event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    event
}

#[test]
fn each_is_named_kept_and_costs_nothing_else() {
    let mut server = Watched::start();
    for (number, (kind, fields, reason)) in cases().into_iter().enumerate() {
        let body = event(kind, &fields).to_string();
        assert_eq!(server.post(&format!("/v1/{kind}"), body.clone()).outcome(), (400, reason.to_owned()), "{body}");
        let newest = &server.json("/v1/quarantine?limit=1")["data"][0];
        assert_eq!((&newest["reason"], &newest["payload"]), (&reason.into(), &body.clone().into()), "kept as it was sent");
        assert!(!newest["message"].as_str().unwrap().is_empty());

        let good = |place: &str| json!({"type": "track", "event": place, "userId": format!("beside-{number}")});
        let batch = format!(r#"{{"batch":[{},{body},{}]}}"#, good("before"), good("after"));
        let accepted = || ("accepted".to_owned(), None);
        assert_eq!(server.verdicts(batch), [accepted(), ("quarantined".to_owned(), Some(reason.to_owned())), accepted()], "{body}");
        assert_eq!(timeline::event_count(&server, &format!("user_id:beside-{number}")), 2);
        server.assert_unharmed();
    }
    assert_eq!(server.json("/v1/overview")["events"]["quarantined"], 2 * cases().len());
}

#[test]
fn what_looks_wrong_and_is_not_is_taken() {
    let server = Watched::start();
    for (number, fields) in [
        json!({"event": 42, "userId": 7_000}),
        json!({"event": "A", "properties": null, "context": null, "integrations": null}),
        json!({"event": "A", "timestamp": 1_700_000_000}),
        json!({"event": "A", "timestamp": "2026-01-31"}),
        json!({"event": "A", "sentAt": "soon"}),
        json!({"event": "A", "userId": "undefined", "anonymousId": "a"}),
        json!({"event": "é".repeat(200), "messageId": "é".repeat(100)}),
        json!({"event": "A", "unheard": {"of": [1, 2.5, null]}}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut event = event("track", &fields);
        if fields.get("userId").is_none() {
            event["userId"] = format!("who{number}").into();
        }
        event["context"]["traits"] = json!({"email": format!("who{number}@example.com")});
        server.track("/v1/track", &event);
        assert_eq!(timeline::event_count(&server, &format!("email:who{number}@example.com")), 1, "{event}");
    }
}

#[test]
fn a_type_that_is_none_is_kept() {
    let mut server = Watched::start();
    for kind in [json!("purchase"), json!(null), json!("")] {
        let batch = json!({"batch": [{"type": kind, "userId": "u"}]}).to_string();
        assert_eq!(server.verdicts(batch), [("quarantined".to_owned(), Some("unknown_type".to_owned()))], "{kind}");
    }
    server.assert_unharmed();
}

#[test]
fn a_clock_that_is_ahead_counts_for_nothing_and_is_kept() {
    let mut server = Watched::start();
    let ahead = "2999-12-31T23:59:59.000Z";
    for fields in [json!({"timestamp": ahead}), json!({"originalTimestamp": ahead}), json!({"timestamp": ahead, "sentAt": "2000-01-01"})] {
        let mut fields = fields;
        fields["event"] = "A".into();
        server.track("/v1/track", &event("track", &fields));
        let newest = &server.json("/v1/profiles/user_id:u/events?limit=1")["data"][0];
        assert_eq!(newest["timestamp"], newest["received_at"], "{fields}");
        assert_eq!(newest["original_timestamp"], ahead, "{fields}");
    }
    let profile = server.json("/v1/profiles/user_id:u");
    assert_eq!(profile["event_count"], 3);
    assert!(profile["last_seen"].as_str().unwrap() < "2900", "{profile}");
    server.assert_unharmed();
}
