//! What readers see of customers, and how it is compared.

use std::collections::BTreeMap;

use nora_tests::client::basic;
use nora_tests::{Client, WRITE_KEY, timeline};
use serde_json::{Map, Value, json};

/// Sends events in one batch, with this key; all have to be taken.
pub(crate) fn send(client: &Client, key: &str, events: &[Value]) {
    let request = client.request("POST", "/v1/batch?verbose=1").header("authorization", basic(key));
    let reply = client.send(request, json!({"batch": events}).to_string());
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    let verdicts = body["results"].as_array().expect("results");
    assert!(verdicts.len() == events.len() && verdicts.iter().all(|verdict| verdict["outcome"] == "accepted"), "{body}");
}

/// An event of a browser that carries these identifiers, each `type:value`.
pub(crate) fn seen(client: &Client, identifiers: &[&str]) {
    send(client, WRITE_KEY, &[event(identifiers)]);
}

/// An event that carries these identifiers, each `type:value`. What they say of the customer is nothing else.
pub(crate) fn event<S: AsRef<str>>(identifiers: &[S]) -> Value {
    let mut event = json!({"type": "identify", "timestamp": "2026-03-01T10:00:00.000Z"});
    let mut external = Vec::new();
    for identifier in identifiers {
        let (kind, value) = identifier.as_ref().split_once(':').expect("type:value");
        match kind {
            "user_id" => event["userId"] = value.into(),
            "anonymous_id" if event["anonymousId"].is_null() => event["anonymousId"] = value.into(),
            "email" | "phone" => event["traits"][kind] = value.into(),
            _ => external.push(json!({"type": kind, "id": value, "collection": "users", "encoding": "none"})),
        }
    }
    if !external.is_empty() {
        event["context"]["externalIds"] = external.into();
    }
    if event["userId"].is_null() && event["anonymousId"].is_null() {
        // An event has to have one of the two; this value identifies nobody.
        event["anonymousId"] = "unknown".into();
    }
    event
}

/// What the server says to a decision (`sever`, `block` or `alias`); it has to take it.
pub(crate) fn decide(client: &Client, kind: &str, body: &Value) -> Value {
    decision(client, "POST", kind, body)
}

/// What the server says to the undo of a decision; it has to take it.
pub(crate) fn undo(client: &Client, kind: &str, body: &Value) -> Value {
    decision(client, "DELETE", kind, body)
}

fn decision(client: &Client, method: &str, kind: &str, body: &Value) -> Value {
    let reply = client.call(method, &format!("/v1/identity/{kind}"), body);
    assert_eq!(reply.status, 200, "{method} {kind} {body}: {}", reply.text());
    reply.json()
}

/// The profile id of whoever an identifier belongs to.
pub(crate) fn profile_id(client: &Client, id: &str) -> String {
    client.json(&format!("/v1/profiles/{id}"))["profile_id"].as_str().expect("a profile id").to_owned()
}

/// Each identifier with the one that represents its customer, both as `type:value`.
pub(crate) fn representatives(client: &Client) -> BTreeMap<String, String> {
    let reply = client.get("/v1/identities");
    assert_eq!(reply.status, 200, "{}", reply.text());
    let name = |value: &Value| format!("{}:{}", value["type"].as_str().expect("a type"), value["value"].as_str().expect("a value"));
    let text = reply.text();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    lines.map(|line| (name(&line), name(&line["representative"]))).collect()
}

/// The identifiers of each customer, under the one that represents them.
pub(crate) fn clusters(client: &Client) -> BTreeMap<String, Vec<String>> {
    let mut clusters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (identifier, representative) in representatives(client) {
        clusters.entry(representative).or_default().push(identifier);
    }
    clusters
}

/// All that readers see of everybody: who is who, the list of customers, and of these all that there is.
pub(crate) fn whole(client: &Client, customers: &[&str]) -> Value {
    let of = |id: &&str| {
        let all = json!({
            "profile": client.json(&format!("/v1/profiles/{id}?verbose=1")),
            "events": timeline::events(client, id),
            "identity": own_graph(client, id),
        });
        ((*id).to_owned(), all)
    };
    let customers: Map<_, _> = customers.iter().map(of).collect();
    let (identities, profiles) = (representatives(client), client.json("/v1/profiles?limit=200"));
    // The last, since it waits for nothing.
    let overview = client.json("/v1/overview");
    let totals = json!({"profiles": overview["profiles"], "identifiers": overview["identifiers"]});
    json!({"identities": identities, "profiles": profiles, "totals": totals, "customers": customers})
}

/// The graph of a customer without what is shown of a sever: where nothing is left of it, that somebody parted the two stays on record.
fn own_graph(client: &Client, id: &str) -> Value {
    let mut graph = client.json(&format!("/v1/profiles/{id}/identity"));
    graph["edges"].as_array_mut().expect("edges").retain(|edge| edge["state"] != "severed");
    graph["nodes"].as_array_mut().expect("nodes").retain(|node| node["is_member"] == true);
    graph
}

/// Asserts that two answers are the same, and says where they are not.
#[track_caller]
pub(crate) fn assert_same(found: &Value, expected: &Value, what: &str) {
    let mut differences = Vec::new();
    differ("", found, expected, &mut differences);
    assert!(differences.is_empty(), "{what}: found and expected differ\n{}", differences.join("\n"));
}

fn differ(place: &str, found: &Value, expected: &Value, differences: &mut Vec<String>) {
    match (found, expected) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            names.for_each(|name| differ(&format!("{place}/{name}"), &found[name], &expected[name], differences));
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs.for_each(|(at, (one, other))| differ(&format!("{place}/{at}"), one, other, differences));
        }
        _ if found != expected => differences.push(format!("{place}: {found} and {expected}")),
        _ => {}
    }
}
