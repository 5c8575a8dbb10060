//! Whether everything that a browser numbered has arrived.

use nora_tests::{Nora, WRITE_KEY};
use serde_json::{Value, json};

use super::metric;

fn page(id: &str, visitor: &Value, sequence: &Value) -> Value {
    let mut event = json!({"type": "page", "messageId": id, "context": {"sequence": sequence}});
    event.as_object_mut().unwrap().extend(visitor.as_object().unwrap().clone());
    event
}

fn send(nora: &Nora, events: &[Value]) {
    nora.track("/v1/batch", &json!({"batch": events}));
}

/// `tabs, received, missing, dropped` of a customer.
fn delivery(nora: &Nora, id: &str) -> [u64; 4] {
    let delivery = &nora.json(&format!("/v1/profiles/{id}"))["computed"]["delivery"];
    ["tabs", "received", "missing", "dropped"].map(|name| delivery[name].as_u64().unwrap_or_else(|| panic!("{name}: {delivery}")))
}

/// Gaps, those filled, dropped.
fn metrics(nora: &Nora) -> [u64; 3] {
    ["nora_sdk_gaps_total", "nora_sdk_gaps_filled_total", "nora_sdk_dropped_total"].map(|name| metric(nora, name))
}

#[test]
fn gaps_show_in_profile_and_metrics_and_are_filled_by_what_comes_late() {
    let nora = Nora::start();
    let ann = json!({"anonymousId": "ann"});
    let number = |n: u64| page(&format!("m{n}"), &ann, &json!({"tab": "ab12cd34", "n": n}));
    send(&nora, &[number(0), number(1), number(5)]);
    assert_eq!(delivery(&nora, "anonymous_id:ann"), [1, 3, 3, 0]);
    assert_eq!(metrics(&nora), [3, 0, 0]);
    // Again, as a browser does that got no answer: nothing is counted twice.
    send(&nora, &[number(0), number(1), number(5)]);
    assert_eq!((delivery(&nora, "anonymous_id:ann"), metrics(&nora)), ([1, 3, 3, 0], [3, 0, 0]));
    send(&nora, &[number(3)]);
    assert_eq!((delivery(&nora, "anonymous_id:ann"), metrics(&nora)), ([1, 4, 2, 0], [3, 1, 0]));
    send(&nora, &[number(4), number(2)]);
    assert_eq!((delivery(&nora, "anonymous_id:ann"), metrics(&nora)), ([1, 6, 0, 0], [3, 3, 0]));
    let sdk = &nora.json("/v1/overview")["sdk"];
    assert_eq!(*sdk, json!({"gaps": 3, "gaps_filled": 3, "dropped": 0}));
}

#[test]
fn what_the_browser_threw_away_is_told_apart_from_what_was_lost() {
    let nora = Nora::start();
    let ann = json!({"anonymousId": "ann"});
    send(
        &nora,
        &[
            page("m1", &ann, &json!({"tab": "t", "n": 0})),
            page("m2", &ann, &json!({"tab": "t", "n": 11, "dropped": 10})),
            page("m3", &ann, &json!({"tab": "t", "n": 13, "dropped": 10})),
        ],
    );
    assert_eq!((delivery(&nora, "anonymous_id:ann"), metrics(&nora)), ([1, 3, 1, 10], [1, 0, 10]));
}

#[test]
fn a_page_load_goes_on_when_the_visitor_logs_in_and_another_s_numbers_are_no_gap() {
    let nora = Nora::start();
    let (before, after) = (json!({"anonymousId": "ann"}), json!({"anonymousId": "ann", "userId": "u1"}));
    let next = json!({"anonymousId": "next"});
    let sequence = |n: u64| json!({"tab": "t", "n": n});
    send(&nora, &[page("m0", &before, &sequence(0)), page("m1", &before, &sequence(1)), page("m3", &after, &sequence(3))]);
    assert_eq!(delivery(&nora, "user_id:u1"), [1, 3, 1, 0], "between the two, one is missing");
    // After a log-out, the same page load is somebody else's.
    send(&nora, &[page("m4", &next, &sequence(4)), page("m5", &next, &sequence(5))]);
    assert_eq!(delivery(&nora, "anonymous_id:next"), [1, 2, 0, 0]);
    assert_eq!(metrics(&nora), [1, 0, 0]);
    // The same after a restart; the metrics begin anew.
    let nora = nora.kill_and_restart();
    assert_eq!(delivery(&nora, "user_id:u1"), [1, 3, 1, 0]);
    assert_eq!(metrics(&nora), [0, 0, 0]);
}

#[test]
fn what_is_no_sequence_costs_the_event_nothing() {
    let nora = Nora::start();
    let odd = [json!(null), json!("x"), json!({"tab": 1, "n": 0}), json!({"tab": "t", "n": -1}), json!({"tab": "t", "n": 1e12})];
    let events: Vec<_> = odd.iter().enumerate().map(|(n, odd)| page(&format!("m{n}"), &json!({"anonymousId": "a"}), odd)).collect();
    send(&nora, &events);
    assert_eq!(delivery(&nora, "anonymous_id:a"), [0, 0, 0, 0]);
    assert_eq!(nora.json("/v1/profiles/anonymous_id:a")["event_count"], odd.len());
    let raw = json!({"writeKey": WRITE_KEY, "raw": [{"id": "r", "t": "2026-01-31T12:00:00.000Z", "m": "track",
        "a": ["A", null, {"context": {"sequence": {"tab": "t", "n": 0}}}], "v": {"a": "b"}}]});
    assert_eq!(nora.send(nora.request("POST", "/v1/raw"), raw.to_string()).status, 200);
    assert_eq!(delivery(&nora, "anonymous_id:b"), [1, 1, 0, 0]);
}
