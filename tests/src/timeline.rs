//! What a customer's timeline holds.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Client;

/// Every event of a customer, page by page, the newest first; none where there is no such customer. `id` is `type:value`.
pub fn events(client: &Client, id: &str) -> Vec<Value> {
    let (mut events, mut cursor) = (Vec::new(), String::new());
    loop {
        let reply = client.get(&format!("/v1/profiles/{id}/events?limit=1000{cursor}"));
        if reply.status == 404 {
            return events;
        }
        assert_eq!(reply.status, 200, "the events of {id}: {}", reply.text());
        let mut page = reply.json();
        let Value::Array(data) = page["data"].take() else { panic!("a page without data: {page}") };
        events.extend(data);
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return events,
        }
    }
}

/// The message ids of all of a customer's events. An event that is there twice fails the test.
pub fn message_ids(client: &Client, id: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for event in events(client, id) {
        let message_id = event["message_id"].as_str().expect("a message id").to_owned();
        assert!(!ids.contains(&message_id), "{message_id} of {id} is there twice");
        ids.insert(message_id);
    }
    ids
}

/// How many events a customer's profile counts; 0 where there is no such customer.
pub fn event_count(client: &Client, id: &str) -> u64 {
    let reply = client.get(&format!("/v1/profiles/{id}"));
    match reply.status {
        404 => 0,
        200 => reply.json()["event_count"].as_u64().expect("a count"),
        _ => panic!("the profile of {id}: {}", reply.text()),
    }
}
