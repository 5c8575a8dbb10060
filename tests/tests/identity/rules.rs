//! Other rules: what they would do, and that they do it, as if they had been in force from the beginning.

use fastrand::Rng;
use nora_tests::client::{basic, bearer};
use nora_tests::{ADMIN_TOKEN, Client, Nora, Reply, WRITE_KEY};
use serde_json::{Value, json};

use super::support::{assert_same, clusters, decide, event, profile_id, representatives, seen, send, whole};

fn rules(client: &Client) -> Value {
    client.json("/v1/identity/rules")
}

/// The rules with another limit.
fn with_limit(client: &Client, from: &str, to: &str, limit: u32) -> Value {
    let mut rules = rules(client);
    let limits = rules["limits"].as_array_mut().unwrap();
    let entry = limits.iter_mut().find(|entry| entry["from"] == from && entry["to"] == to).unwrap();
    entry["limit"] = limit.into();
    rules
}

/// Puts rules in force, and waits until profiles follow from them.
fn put(client: &Client, rules: &Value) {
    let reply = client.call("PUT", "/v1/identity/rules", rules);
    assert_eq!((reply.status, &reply.json()), (200, rules));
    wait(client);
}

/// Waits until reads answer. Each that does not has waited itself.
fn wait(client: &Client) {
    while client.get("/v1/identities").status != 200 {}
}

/// What these rules would do.
fn preview(client: &Client, rules: &Value) -> Value {
    let reply = client.call("POST", "/v1/identity/preview", &json!({"rules": rules}));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn counts(preview: &Value) -> [u64; 3] {
    ["splits", "merges", "rekeys"].map(|name| preview[name].as_u64().unwrap())
}

/// Customers of whom several would change with the limits: e-mail addresses that two or three browsers share, and some that four user ids do.
fn events() -> Vec<Value> {
    let mut events = Vec::new();
    for customer in 0..12 {
        for browser in 0..=customer % 4 {
            events.push(event(&[format!("email:c{customer}@example.org"), format!("anonymous_id:c{customer}-v{browser}")]));
        }
    }
    for user in 1..=4 {
        events.push(event(&["email:info@example.org".to_owned(), format!("user_id:{user}")]));
    }
    events.push(event(&["email:info@example.org", "anonymous_id:info"]));
    for (number, event) in events.iter_mut().enumerate() {
        event["messageId"] = format!("m-{number}").into();
    }
    Rng::with_seed(1).shuffle(&mut events);
    events
}

/// How many customers of `before` are several in `after`, and the other way round.
fn splits_and_merges(before: &Client, after: &Client) -> [usize; 2] {
    let (before, after) = (representatives(before), representatives(after));
    let parts = |whole: &std::collections::BTreeMap<String, String>, other: &std::collections::BTreeMap<String, String>| {
        let mut parts = std::collections::BTreeMap::<&str, std::collections::BTreeSet<&str>>::new();
        for (identifier, representative) in whole {
            parts.entry(representative).or_default().insert(&other[identifier]);
        }
        parts.values().filter(|parts| parts.len() > 1).count()
    };
    [parts(&before, &after), parts(&after, &before)]
}

#[test]
fn a_preview_tells_what_the_change_then_does_and_does_nothing() {
    let (nora, untouched) = (Nora::start(), Nora::start());
    for nora in [&nora, &untouched] {
        send(nora, WRITE_KEY, &events());
    }
    let customers = ["email:c3@example.org", "email:c0@example.org", "user_id:1", "email:info@example.org"];
    let before = whole(&nora, &customers);
    let stricter = with_limit(&nora, "email", "anonymous_id", 2);
    let kept = rules(&nora);

    let told = preview(&nora, &stricter);
    assert_eq!((&told["complete"], &told["examined"]), (&true.into(), &told["identifiers"]));
    assert_eq!(counts(&told), [6, 0, 0], "those with three or four browsers");
    let samples = told["samples"].as_array().unwrap();
    assert!(samples.len() == 6 && samples.iter().all(|sample| sample["kind"] == "split" && sample["from"].as_array().unwrap().len() == 1));
    assert_same(&whole(&nora, &customers), &before, "after the preview");
    assert_eq!(rules(&nora), kept);
    assert_eq!(counts(&preview(&nora, &kept)), [0, 0, 0], "the rules that are in force");

    put(&nora, &stricter);
    assert_eq!(splits_and_merges(&untouched, &nora), [6, 0]);
    assert_eq!(counts(&preview(&nora, &stricter)), [0, 0, 0]);
    let told = preview(&nora, &kept);
    assert_eq!(counts(&told), [0, 6, 0], "what the way back would do");
    put(&nora, &kept);
    assert_same(&whole(&nora, &customers), &before, "the first rules again");
}

#[test]
fn new_rules_are_as_if_they_had_always_been_in_force() {
    let (changed, always) = (Nora::start(), Nora::start());
    let events = events();
    let looser = with_limit(&always, "email", "user_id", 4);
    let stricter = {
        let mut rules = looser.clone();
        let limits = rules["limits"].as_array_mut().unwrap();
        limits.push(json!({"from": "email", "to": "loyalty_id", "limit": 1}));
        limits.iter_mut().find(|entry| entry["from"] == "email" && entry["to"] == "anonymous_id").unwrap()["limit"] = 2.into();
        rules["blocked"] = json!([{"type": "email", "value": "c1@example.org"}]);
        rules
    };
    put(&always, &stricter);

    let (first, second) = events.split_at(events.len() / 2);
    let decisions = |client: &Client| {
        decide(client, "sever", &json!({"a": "email:c2@example.org", "b": "anonymous_id:c2-v0", "set_aside": true}));
        decide(client, "block", &json!({"identifier": "email:c6@example.org"}));
        decide(client, "alias", &json!({"a": "user_id:1", "b": "user_id:2"}));
    };
    send(&changed, WRITE_KEY, first);
    decisions(&changed);
    put(&changed, &looser);
    put(&changed, &stricter);
    let changed = changed.kill_and_restart();
    wait(&changed);
    send(&changed, WRITE_KEY, second);

    send(&always, WRITE_KEY, &events);
    decisions(&always);
    assert_eq!(representatives(&changed), representatives(&always));
    assert_eq!(clusters(&changed)["user_id:1"], ["user_id:1", "user_id:2"], "an alias that was decided before");
    assert_eq!(rules(&changed), stricter);
    let decided = |client: &Client| {
        let mut page = client.json("/v1/identity/decisions");
        page["data"].as_array_mut().unwrap().iter_mut().for_each(|decision| drop(decision.as_object_mut().unwrap().remove("at")));
        page
    };
    assert_eq!(decided(&changed), decided(&always));
    for id in clusters(&changed).keys() {
        // When something was received is not in it.
        let path = format!("/v1/profiles/{id}?verbose=1");
        let [mut one, mut other] = [&changed, &always].map(|client| client.json(&path));
        for profile in [&mut one, &mut other] {
            forget_times(profile);
        }
        assert_same(&one, &other, id);
    }
}

/// Events of which the sender does not say when they happened, happened when they came.
fn forget_times(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(forget_times),
        Value::Array(values) => values.iter_mut().for_each(forget_times),
        Value::String(text) if text.starts_with("20") && text.ends_with('Z') => *text = "a time".to_owned(),
        _ => {}
    }
}

#[test]
fn links_to_profiles_outlive_other_rules() {
    let nora = Nora::start();
    seen(&nora, &["email:ann@example.org", "anonymous_id:v1"]);
    seen(&nora, &["anonymous_id:v1", "loyalty_id:l1"]);
    let old = profile_id(&nora, "anonymous_id:v1");
    let mut rules = rules(&nora);
    // What was a key is one no longer.
    rules["key_types"] = json!(["user_id", "crm_id"]);
    rules["ranks"]["loyalty_id"] = 4.into();
    assert_eq!(counts(&preview(&nora, &rules)), [0, 0, 1]);
    put(&nora, &rules);
    let found = nora.json(&format!("/v1/profiles/profile_id:{old}"));
    assert_eq!(found["profile_id"], profile_id(&nora, "email:ann@example.org"));
    assert_eq!((&found["redirected_from"], &found["event_count"]), (&old.into(), &2.into()));
}

#[test]
fn rules_that_cannot_be_used_are_refused() {
    let nora = Nora::start();
    seen(&nora, &["email:ann@example.org", "anonymous_id:v1"]);
    let kept = rules(&nora);
    let wrong = [
        json!("default"),
        json!({"limit": 1}),
        json!({"key_types": []}),
        json!({"key_types": ["user_id", "user_id"]}),
        json!({"key_types": ["a:b"]}),
        json!({"ranks": {"email": 0}}),
        json!({"ranks": {"email": 300}}),
        json!({"ranks": {"user_id": 1}}),
        json!({"limits": [{"from": "email", "to": "user_id", "limit": 0}]}),
        json!({"limits": [{"from": "email", "to": "user_id", "limit": -1}]}),
        json!({"limits": [{"from": "email", "to": "user_id"}]}),
        json!({"limits": [{"from": "email", "to": "user_id", "limit": 1}, {"from": "email", "to": "user_id", "limit": 2}]}),
        json!({"blocked": ["email:ann@example.org"]}),
        json!({"large_component": 5}),
    ];
    let refused = |reply: Reply, body: &Value| assert_eq!(reply.outcome(), (400, "invalid_body".to_owned()), "{body}");
    for rules in &wrong {
        refused(nora.call("PUT", "/v1/identity/rules", rules), rules);
        refused(nora.call("POST", "/v1/identity/preview", &json!({"rules": rules})), rules);
    }
    refused(nora.call("POST", "/v1/identity/preview", &kept), &kept);
    // Neither who forgets the body nor who sends a list means the defaults.
    let request = nora.request("PUT", "/v1/identity/rules").header("authorization", bearer(ADMIN_TOKEN));
    assert_eq!(nora.send(request, "").outcome(), (400, "malformed_json".to_owned()));
    refused(nora.call("PUT", "/v1/identity/rules", &json!([])), &json!([]));
    for (method, path) in [("GET", "rules"), ("PUT", "rules"), ("POST", "preview")] {
        for key in [bearer(WRITE_KEY), basic(WRITE_KEY)] {
            let request = nora.request(method, &format!("/v1/identity/{path}")).header("authorization", key);
            assert_eq!(nora.send(request, "").outcome(), (401, "unauthorized".to_owned()), "{method} {path}");
        }
    }
    nora.assert_healthy();
    assert_eq!(rules(&nora), kept);
    assert_eq!(clusters(&nora).len(), 1);
}
