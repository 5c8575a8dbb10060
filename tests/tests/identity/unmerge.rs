//! The main promise: a merge by mistake can be undone, and nothing of it remains.

use nora_tests::{Nora, SECRET_KEY, WRITE_KEY};
use serde_json::{Value, json};

use super::support::{assert_same, decide, profile_id, send, undo, whole};

const ANN: &str = "user_id:ann";
const BOB: &str = "email:bob@example.org";

fn ann() -> (Vec<Value>, Vec<Value>) {
    let browser = vec![
        json!({"type": "page", "messageId": "ann-1", "timestamp": "2026-03-01T10:00:00.000Z", "anonymousId": "ann-laptop", "name": "Home",
            "context": {"sessionId": "s1", "locale": "nl-NL", "campaign": {"name": "spring", "source": "news"},
            "page": {"url": "https://shop.example/?utm_campaign=spring", "referrer": "https://news.example/"}}}),
        json!({"type": "identify", "messageId": "ann-2", "timestamp": "2026-03-01T10:05:00.000Z", "anonymousId": "ann-laptop",
            "userId": "ann", "traits": {"email": "ann@example.org", "name": "Ann", "address": {"city": "Delft"}},
            "context": {"sessionId": "s1", "consent": {"categoryPreferences": {"Analytics": true, "Advertising": false}}}}),
        json!({"type": "track", "event": "Product Viewed", "messageId": "ann-3", "timestamp": "2026-03-02T09:00:00.000Z",
            "anonymousId": "ann-laptop", "userId": "ann", "properties": {"product_id": "p1", "category": "Kilns"}}),
    ];
    let server = vec![
        json!({"type": "track", "event": "Order Completed", "messageId": "ann-4", "timestamp": "2026-03-02T09:10:00.000Z", "userId": "ann",
            "properties": {"order_id": "o1", "total": 100.10, "revenue": 90.05, "currency": "EUR",
            "products": [{"product_id": "p1", "category": "Kilns"}]}}),
        json!({"type": "identify", "messageId": "ann-5", "timestamp": "2026-03-04T09:00:00.000Z", "userId": "ann",
            "traits": {"plan": "pro", "address": {"zip": "2611 CD"}}}),
    ];
    (browser, server)
}

fn bob() -> Vec<Value> {
    vec![
        json!({"type": "page", "messageId": "bob-1", "timestamp": "2026-03-01T20:00:00.000Z", "anonymousId": "bob-phone", "name": "Bowls",
            "context": {"sessionId": "s9", "page": {"url": "https://shop.example/bowls", "referrer": "https://search.example/"}}}),
        json!({"type": "identify", "messageId": "bob-2", "timestamp": "2026-03-01T20:01:00.000Z", "anonymousId": "bob-phone",
            "traits": {"email": "Bob@Example.org ", "name": "Bob", "plan": "free"},
            "context": {"consent": {"categoryPreferences": {"Analytics": false}}}}),
        json!({"type": "track", "event": "Product Added", "messageId": "bob-3", "timestamp": "2026-03-03T20:00:00.000Z",
            "anonymousId": "bob-phone", "properties": {"product_id": "p2", "category": "Bowls"}}),
        json!({"type": "track", "event": "Newsletter Opened", "messageId": "bob-4", "timestamp": "2026-03-03T21:00:00.000Z",
            "anonymousId": "unknown", "context": {"traits": {"email": "bob@example.org"}}}),
    ]
}

/// Ann, logged in, types Bob's address, a day after all the rest.
fn mistake(message_id: &str) -> Value {
    json!({"type": "identify", "messageId": message_id, "timestamp": "2026-03-05T10:00:00.000Z", "anonymousId": "ann-laptop",
        "userId": "ann", "traits": {"email": "bob@example.org", "name": "Annie", "plan": "trial"},
        "context": {"sessionId": "s2", "consent": {"categoryPreferences": {"Advertising": true}}}})
}

/// A server that knows Ann and Bob.
fn start() -> Nora {
    let nora = Nora::start();
    let (browser, server) = ann();
    send(&nora, WRITE_KEY, &browser);
    send(&nora, SECRET_KEY, &server);
    send(&nora, WRITE_KEY, &bob());
    nora
}

fn all(nora: &Nora) -> Value {
    whole(nora, &[ANN, BOB])
}

/// The decision that Ann and Bob are two.
fn parted(set_aside: bool) -> Value {
    json!({"a": ANN, "b": BOB, "set_aside": set_aside, "note": "She mistyped her address."})
}

#[test]
fn a_mistake_that_is_set_aside_leaves_no_trace_and_its_undo_neither() {
    let nora = start();
    let apart = all(&nora);
    assert_eq!(apart["totals"]["profiles"], 2);
    assert_eq!(apart["customers"][ANN]["profile"]["event_count"], 5);
    assert_eq!(apart["customers"][BOB]["profile"]["event_count"], 4);

    send(&nora, WRITE_KEY, &[mistake("mistake-1")]);
    let merged = all(&nora);
    assert_eq!(merged["totals"]["profiles"], 1);
    let of = |id: &str, name: &str| merged["customers"][id]["profile"][name].clone();
    assert_eq!(of(ANN, "profile_id"), of(BOB, "profile_id"));
    assert_eq!(of(ANN, "event_count"), 10);
    assert_eq!(of(ANN, "traits")["name"]["value"], "Annie");

    let said = decide(&nora, "sever", &parted(true));
    assert_eq!((&said["together"], &said["decision"]["set_aside"]), (&false.into(), &true.into()));
    assert_same(&all(&nora), &apart, "once it is set aside");
    undo(&nora, "sever", &parted(true));
    assert_same(&all(&nora), &merged, "once that is undone");

    // As often as one likes, and after a crash.
    decide(&nora, "sever", &parted(true));
    let nora = nora.kill_and_restart();
    assert_same(&all(&nora), &apart, "set aside again, after kill -9");
    undo(&nora, "sever", &parted(true));
    let nora = nora.kill_and_restart();
    assert_same(&all(&nora), &merged, "undone again, after kill -9");
}

#[test]
fn a_mistake_that_is_not_set_aside_stays_with_one_of_the_two() {
    let nora = start();
    let apart = all(&nora);
    send(&nora, WRITE_KEY, &[mistake("mistake-1")]);
    let merged = all(&nora);
    decide(&nora, "sever", &parted(false));
    let severed = all(&nora);
    assert_same(&severed["customers"][BOB], &apart["customers"][BOB], "Bob");
    assert_same(&severed["identities"], &apart["identities"], "who is who");
    let ann = &severed["customers"][ANN];
    assert_eq!(ann["profile"]["event_count"], 6);
    let mut events = ann["events"].clone();
    assert_eq!(events.as_array_mut().unwrap().remove(0)["message_id"], "mistake-1");
    assert_same(&events, &apart["customers"][ANN]["events"], "Ann's other events");

    // Whether it is set aside can be changed, in both directions.
    decide(&nora, "sever", &parted(true));
    assert_same(&all(&nora), &apart, "set aside after all");
    decide(&nora, "sever", &parted(false));
    assert_same(&all(&nora), &severed, "not set aside any more");
    undo(&nora, "sever", &parted(false));
    assert_same(&all(&nora), &merged, "once that is undone");
}

#[test]
fn a_mistake_that_comes_again_parts_nobody_and_joins_nobody() {
    let nora = start();
    let apart = all(&nora);
    // Somebody may know it beforehand.
    decide(&nora, "sever", &parted(true));
    assert_same(&all(&nora), &apart, "the decision alone");
    send(&nora, WRITE_KEY, &[mistake("mistake-1")]);
    assert_same(&all(&nora), &apart, "the mistake after the decision");
    let nora = nora.kill_and_restart();
    assert_same(&all(&nora), &apart, "after kill -9");
    send(&nora, WRITE_KEY, &[mistake("mistake-2")]);
    send(&nora, SECRET_KEY, &[mistake("mistake-3")]);
    assert_same(&all(&nora), &apart, "the mistake again after kill -9");

    undo(&nora, "sever", &parted(true));
    let merged = all(&nora);
    assert_eq!(merged["totals"]["profiles"], 1);
    assert_eq!(merged["customers"][ANN]["profile"]["event_count"], 12);
    decide(&nora, "sever", &parted(false));
    assert_ne!(profile_id(&nora, ANN), profile_id(&nora, BOB));
    send(&nora, WRITE_KEY, &[mistake("mistake-4")]);
    let severed = all(&nora);
    assert_same(&severed["customers"][BOB], &apart["customers"][BOB], "Bob, whatever comes late");
    assert_eq!(severed["customers"][ANN]["profile"]["event_count"], 9);
}

#[test]
fn the_order_of_mistake_decision_and_all_the_rest_leaves_no_trace() {
    let server = |steps: &[usize]| {
        let nora = Nora::start();
        let (browser, server) = ann();
        for step in steps {
            match step {
                0 => send(&nora, WRITE_KEY, &browser),
                1 => send(&nora, SECRET_KEY, &server),
                2 => send(&nora, WRITE_KEY, &bob()),
                3 => send(&nora, WRITE_KEY, &[mistake("mistake-1")]),
                _ => drop(decide(&nora, "sever", &parted(true))),
            }
        }
        let mut all = all(&nora);
        // When it arrived, and in which order, is all that may differ.
        all.as_object_mut().unwrap().remove("profiles");
        for customer in [ANN, BOB] {
            let events = all["customers"][customer]["events"].as_array_mut().unwrap();
            events.iter_mut().for_each(|event| drop(event.as_object_mut().unwrap().remove("received_at")));
            let graph = &mut all["customers"][customer]["identity"];
            graph["edges"].as_array_mut().unwrap().sort_by_key(Value::to_string);
        }
        all
    };
    let without = server(&[0, 1, 2]);
    for steps in [[0, 1, 2, 3, 4], [3, 2, 1, 0, 4], [4, 3, 2, 1, 0], [3, 4, 2, 0, 1], [2, 4, 0, 3, 1]] {
        assert_same(&server(&steps), &without, &format!("{steps:?}"));
    }
}
