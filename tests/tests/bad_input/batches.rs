//! Batches in which one thing is out of all proportion.

use nora_tests::timeline;
use serde_json::json;

use crate::{Watched, nested};

fn good(user: &str) -> String {
    json!({"type": "track", "event": "A", "userId": user}).to_string()
}

#[test]
fn what_is_not_taken_leaves_the_rest_alone() {
    let mut server = Watched::start();
    let with = |properties: &str| format!(r#"{{"type":"track","event":"A","userId":"bad","properties":{properties}}}"#);
    let large = with(&format!(r#"{{"text":"{}"}}"#, "x".repeat(40 * 1024)));
    let bad = [
        (large, "refused", "event_too_large"),
        (with(&format!(r#"{{"deep":{}}}"#, nested(100_000))), "refused", "event_too_large"),
        (with(&format!(r#"{{"deep":{}}}"#, nested(10_000))), "quarantined", "too_deep"),
        (nested(10_000), "quarantined", "too_deep"),
        ("null".to_owned(), "quarantined", "invalid_field"),
        ("[]".to_owned(), "quarantined", "invalid_field"),
        ("42".to_owned(), "quarantined", "invalid_field"),
        (r#""event""#.to_owned(), "quarantined", "invalid_field"),
        ("{}".to_owned(), "quarantined", "unknown_type"),
    ];
    let parts: Vec<_> = bad.iter().flat_map(|(event, ..)| [good("rest"), event.clone()]).chain([good("rest")]).collect();
    let verdicts = server.verdicts(format!(r#"{{"batch":[{}]}}"#, parts.join(",")));
    assert_eq!(verdicts.len(), 2 * bad.len() + 1);
    for (place, (outcome, reason)) in verdicts.iter().enumerate() {
        match place % 2 {
            0 => assert_eq!((outcome.as_str(), reason), ("accepted", &None)),
            _ => {
                let (event, expected, code) = &bad[place / 2];
                assert_eq!((outcome.as_str(), reason.as_deref()), (*expected, Some(*code)), "{event:.60}");
            }
        }
    }
    assert_eq!(timeline::event_count(&server, "user_id:rest"), bad.len() as u64 + 1);
    assert_eq!(timeline::event_count(&server, "user_id:bad"), 0);
    server.assert_unharmed();
}

/// A batch's context is copied into each of its events, so that a small request could become a very large one.
#[test]
fn a_shared_context_is_not_multiplied_without_bound() {
    let mut server = Watched::start();
    let batch = |shared: &str, count: usize| {
        let events = vec![good("many"); count].join(",");
        format!(r#"{{"context":{{"text":{shared}}},"batch":[{events}]}}"#)
    };
    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes));
    assert_eq!(server.post("/v1/batch", batch(&text(2_000), 2_500)).status, 200, "what clients really share is taken");
    for (shared, count) in [(text(300_000), 2_500), (text(30_000), 2_500), (text(100_000), 1)] {
        assert_eq!(server.post("/v1/batch", batch(&shared, count)).outcome(), (413, "batch_too_large".to_owned()), "{count} events");
        server.assert_unharmed();
    }
    assert_eq!(server.post("/v1/batch", batch(&nested(1_000), 1)).outcome(), (400, "too_deep".to_owned()));
    server.assert_unharmed();
    assert_eq!(timeline::event_count(&server, "user_id:many"), 2_500);
}

/// The page of a raw call holds for the calls after it, likewise.
#[test]
fn a_shared_page_is_not_multiplied_without_bound() {
    let mut server = Watched::start();
    let first =
        json!({"id": "0", "t": "2026-01-31T12:00:00.000Z", "m": "page", "a": [], "v": {"a": "ann"}, "c": {"x": "x".repeat(30_000)}});
    let more: Vec<_> = (1..2_500).map(|number| json!({"id": number.to_string(), "m": "page", "a": []}).to_string()).collect();
    let body = format!(r#"{{"raw":[{first},{}]}}"#, more.join(","));
    assert_eq!(server.post("/v1/raw", body).outcome(), (413, "batch_too_large".to_owned()));
    server.assert_unharmed();
}
