//! Segment's Profile API: what tools ask for that know no other.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use nora_tests::client::basic;
use nora_tests::{ADMIN_TOKEN, Nora, Reply, WRITE_KEY};
use serde_json::{Value, json};

const PROFILES: &str = "/v1/spaces/spa_123/collections/users/profiles";

fn ask(nora: &Nora, path: &str) -> Reply {
    // As Segment says to ask: the token is the user name.
    nora.send(nora.request("GET", path).header("authorization", basic(ADMIN_TOKEN)), "")
}

fn json_of(nora: &Nora, path: &str) -> Value {
    let reply = ask(nora, path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// The same list, page by page, by the addresses that each page gives of the next.
fn pages(nora: &Nora, path: &str) -> Vec<Value> {
    let (mut pages, mut path) = (Vec::new(), path.to_owned());
    loop {
        let page = json_of(nora, &path);
        let cursor = page["cursor"].clone();
        pages.push(page);
        let url = cursor["url"].as_str().unwrap();
        assert_eq!(cursor["has_more"], !url.is_empty());
        assert_eq!(cursor["next"] == "", url.is_empty());
        if url.is_empty() {
            return pages;
        }
        path = url.to_owned();
    }
}

fn ann(nora: &Nora) {
    let day = |day: u32| format!("2026-01-{day:02}T12:00:00.000Z");
    let events = json!({"batch": [
        {"messageId": "m1", "type": "track", "event": "Viewed", "anonymousId": "a1", "timestamp": day(1)},
        {"messageId": "m2", "type": "identify", "userId": "u1", "anonymousId": "a1", "timestamp": day(2),
            "traits": {"email": "Ann@Example.org", "plan": "pro", "first name & co": {"x": [1]}, "age": 42}},
        {"messageId": "m3", "type": "group", "userId": "u1", "groupId": "acme", "timestamp": day(3), "traits": {"name": "Acme"}},
        {"messageId": "m4", "type": "group", "userId": "u1", "groupId": "old", "timestamp": day(3)},
        {"messageId": "m5", "type": "group", "userId": "u1", "groupId": "acme", "timestamp": day(4)},
        {"messageId": "m6", "type": "page", "userId": "u1", "name": "Docs", "timestamp": day(5), "context": {"locale": "nl"}},
        {"messageId": "m7", "type": "track", "event": "Order Completed", "userId": "u1", "timestamp": day(6), "properties": {"total": 18.50}},
    ]});
    nora.track("/v1/batch", &events);
}

#[test]
fn traits_are_shown_page_by_page() {
    let nora = Nora::start();
    ann(&nora);
    let all = json!({"age": 42, "email": "Ann@Example.org", "first name & co": {"x": [1]}, "plan": "pro"});
    let profile_id = nora.json("/v1/profiles/user_id:u1")["profile_id"].as_str().unwrap().to_owned();
    for id in ["user_id:u1", "email:ann@example.org", "email:Ann%40example.org", "anonymous_id:a1", &profile_id] {
        let found = json_of(&nora, &format!("{PROFILES}/{id}/traits"));
        assert_eq!(found, json!({"traits": all, "cursor": {"url": "", "has_more": false, "next": "", "limit": 10}}), "{id}");
    }
    let pages = pages(&nora, &format!("{PROFILES}/user_id:u1/traits?limit=1&verbose=true"));
    let traits: Vec<_> = pages.iter().flat_map(|page| page["traits"].as_object().unwrap().clone()).collect();
    assert_eq!((pages.len(), traits.len()), (4, 4));
    for (name, trait_) in traits {
        assert_eq!(trait_, json!({"value": all[&name], "source_id": "website", "updated_at": "2026-01-02T12:00:00.000Z"}));
    }
    let some = json_of(&nora, &format!("{PROFILES}/user_id:u1/traits?include=plan,age,nothing"));
    assert_eq!(some["traits"], json!({"age": 42, "plan": "pro"}));
    let computed = json_of(&nora, &format!("{PROFILES}/user_id:u1/traits?class=computed_trait&include=page_views"));
    assert_eq!(computed["traits"], json!({"page_views": 1}));
    assert_eq!(json_of(&nora, &format!("{PROFILES}/user_id:u1/traits?class=audience"))["traits"], json!({}));
    assert_eq!(json_of(&nora, &format!("{PROFILES}/user_id:u1/traits?limit=1000"))["cursor"]["limit"], 200);
}

#[test]
fn external_ids_come_with_their_first_event() {
    let nora = Nora::start();
    ann(&nora);
    let id = |kind: &str, id: &str, day: u32, message: &str| {
        json!({"source_id": "website", "collection": "users", "id": id, "type": kind, "created_at": format!("2026-01-{day:02}T12:00:00.000Z"),
            "encoding": "none", "first_message_id": message})
    };
    let all = [id("user_id", "u1", 2, "m2"), id("email", "ann@example.org", 2, "m2"), id("anonymous_id", "a1", 1, "m1")];
    assert_eq!(json_of(&nora, &format!("{PROFILES}/user_id:u1/external_ids"))["data"], json!(all));
    let pages = pages(&nora, &format!("{PROFILES}/user_id:u1/external_ids?limit=2"));
    assert_eq!(pages.iter().map(|page| page["data"].clone()).collect::<Vec<_>>(), [json!(all[..2]), json!(all[2..])]);
    let emails = json_of(&nora, &format!("{PROFILES}/user_id:u1/external_ids?include=email"));
    assert_eq!(emails["data"], json!([all[1]]));
}

#[test]
fn events_are_filtered_and_sorted() {
    let nora = Nora::start();
    ann(&nora);
    let ids = |query: &str| -> Vec<String> {
        let pages = pages(&nora, &format!("{PROFILES}/user_id:u1/events{query}"));
        let data = pages.iter().flat_map(|page| page["data"].as_array().unwrap());
        data.map(|event| event["message_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(""), ["m7", "m6", "m5", "m4", "m3", "m2", "m1"]);
    assert_eq!(ids("?limit=2&sort=asc"), ["m1", "m2", "m3", "m4", "m5", "m6", "m7"]);
    assert_eq!(ids("?limit=3"), ids(""));
    assert_eq!(ids("?include=Viewed,Order%20Completed"), ["m7", "m1"]);
    assert_eq!(ids("?exclude=group,Viewed&limit=1"), ["m7", "m6", "m2"]);
    assert_eq!(ids("?start=2026-01-02T12:00:00Z&end=2026-01-04T12:00:00Z"), ["m4", "m3", "m2"]);
    let order = &json_of(&nora, &format!("{PROFILES}/user_id:u1/events?limit=1"))["data"][0];
    let context = &order["context"];
    assert_eq!(
        *order,
        json!({"external_ids": [{"collection": "users", "type": "user_id", "id": "u1", "encoding": "none"}], "context": context, "type": "track",
            "message_id": "m7", "source_id": "website", "timestamp": "2026-01-06T12:00:00.000Z", "properties": {"total": 18.5},
            "event": "Order Completed", "related": {}})
    );
    let group = &json_of(&nora, &format!("{PROFILES}/user_id:u1/events?include=group&sort=asc&limit=1"))["data"][0];
    assert_eq!((&group["related"], &group["traits"]), (&json!({"group_id": "acme"}), &json!({"name": "Acme"})));
}

#[test]
fn metadata_and_links_follow_from_the_timeline() {
    let nora = Nora::start();
    ann(&nora);
    let metadata = json!({"metadata": {"created_at": "2026-01-01T12:00:00.000Z", "updated_at": "2026-01-06T12:00:00.000Z", "expires_at": null,
        "first_message_id": "m1", "first_source_id": "website", "last_message_id": "m7", "last_source_id": "website"}});
    for query in ["", "?verbose=true"] {
        assert_eq!(json_of(&nora, &format!("{PROFILES}/user_id:u1/metadata{query}")), metadata);
    }
    let link = |id: &str| json!({"to_collection": "accounts", "external_ids": [{"collection": "accounts", "type": "group_id", "id": id, "encoding": "none"}]});
    assert_eq!(json_of(&nora, &format!("{PROFILES}/user_id:u1/links"))["data"], json!([link("acme"), link("old")]));
    let pages = pages(&nora, &format!("{PROFILES}/user_id:u1/links?limit=1"));
    assert_eq!(pages.iter().map(|page| page["data"].clone()).collect::<Vec<_>>(), [json!([link("acme")]), json!([link("old")])]);
    // What somebody has set aside is in none of it.
    let pair = json!({"a": "user_id:u1", "b": "anonymous_id:a1", "set_aside": true});
    assert_eq!(nora.call("POST", "/v1/identity/sever", &pair).status, 200);
    let found = json_of(&nora, &format!("{PROFILES}/user_id:u1/events?include=identify"));
    assert_eq!(found["data"], json!([]), "{found}");
}

#[test]
fn nobody_is_told_without_a_token() {
    let nora = Nora::start();
    ann(&nora);
    for what in ["traits", "external_ids", "events", "metadata", "links"] {
        let missing = ask(&nora, &format!("{PROFILES}/user_id:nobody/{what}"));
        assert_eq!((missing.outcome(), missing.json()["error"]["message"].is_string()), ((404, "not_found".to_owned()), true));
        let path = format!("{PROFILES}/user_id:u1/{what}");
        for key in ["", "wrong", WRITE_KEY] {
            let reply = nora.send(nora.request("GET", &path).header("authorization", basic(key)), "");
            assert_eq!(reply.outcome(), (401, "unauthorized".to_owned()), "{what} {key}");
        }
    }
}
