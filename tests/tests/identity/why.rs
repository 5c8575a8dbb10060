//! Why identifiers are one person, or what keeps them apart; and the picture of both.

use nora_tests::client::basic;
use nora_tests::{Client, Nora, SECRET_KEY, WRITE_KEY};
use serde_json::{Value, json};

use super::support::{decide, event, seen, send};

fn why(client: &Client, a: &str, b: &str) -> Value {
    client.json(&format!("/v1/identity/why?a={a}&b={b}"))
}

fn graph(client: &Client, id: &str) -> Value {
    client.json(&format!("/v1/profiles/{id}/identity"))
}

fn name(identifier: &Value) -> String {
    format!("{}:{}", identifier["type"].as_str().unwrap(), identifier["value"].as_str().unwrap())
}

/// Whether two are together, and what keeps them apart, each with where: `R2 at email:a@b.nl`.
fn barriers(why: &Value) -> (bool, Vec<String>) {
    let barrier = |barrier: &Value| {
        let at: Vec<_> = barrier["at"].as_array().unwrap().iter().map(name).collect();
        assert!(!barrier["explanation"].as_str().unwrap().is_empty());
        format!("{} at {}", barrier["rule"].as_str().unwrap(), at.join(" "))
    };
    assert!(!why["explanation"].as_str().unwrap().is_empty());
    (why["together"].as_bool().unwrap(), why["barriers"].as_array().unwrap().iter().map(barrier).collect())
}

/// Each edge of a graph: `user_id:1 email:a@b.nl joins`.
fn edges(graph: &Value) -> Vec<String> {
    let edge = |edge: &Value| {
        let mut ends = [name(&edge["a"]), name(&edge["b"])];
        ends.sort();
        assert_eq!(edge["reason"].is_null(), edge["state"] == "joins", "the reason of {edge}");
        format!("{} {} {}", ends[0], ends[1], edge["state"].as_str().unwrap())
    };
    let mut edges: Vec<_> = graph["edges"].as_array().unwrap().iter().map(edge).collect();
    edges.sort();
    edges
}

/// Each identifier of a graph: `user_id:1 member identifying`.
fn nodes(graph: &Value) -> Vec<String> {
    let node = |node: &Value| {
        let whose = if node["is_member"] == true { "member" } else { "other" };
        assert_eq!(node["is_member"] == true, node["profile_id"] == graph["profile_id"]);
        format!("{} {whose} {}", name(node), node["state"].as_str().unwrap())
    };
    graph["nodes"].as_array().unwrap().iter().map(node).collect()
}

#[test]
fn a_path_of_evidence_leads_from_one_to_the_other() {
    let nora = Nora::start();
    let with = |id: &str, day: u8, mut event: Value| {
        event["messageId"] = id.into();
        event["timestamp"] = format!("2026-03-{day:02}T10:00:00.000Z").into();
        event
    };
    let (user, email, browser) = ("user_id:ann", "email:ann@example.org", "anonymous_id:laptop");
    send(&nora, WRITE_KEY, &[with("m-3", 3, event(&[user, email])), with("m-2", 2, event(&[email, browser]))]);
    send(&nora, SECRET_KEY, &[with("m-1", 5, event(&[user, email]))]);

    let found = why(&nora, browser, user);
    let sources = nora.json(&format!("/v1/profiles/{user}"))["identifiers"][0]["sources"].clone();
    assert_eq!(sources.as_array().unwrap().len(), 1);
    let [ann, mail, laptop] = [("user_id", "ann"), ("email", "ann@example.org"), ("anonymous_id", "laptop")]
        .map(|(kind, value)| json!({"type": kind, "value": value}));
    let edge = |a: &Value, b: &Value, level: u8, count: u8, days: [u8; 2], example: &str| {
        json!({"a": a, "b": b, "kind": "seen_together", "level": level, "verified": level.is_multiple_of(2), "count": count,
            "first_seen": format!("2026-03-{:02}T10:00:00.000Z", days[0]), "last_seen": format!("2026-03-{:02}T10:00:00.000Z", days[1]),
            "sources": sources, "example": example, "state": "joins", "reason": null})
    };
    let steps = [edge(&laptop, &mail, 7, 1, [2, 2], "m-2"), edge(&mail, &ann, 2, 2, [3, 5], "m-1")];
    assert_eq!(found["path"], Value::from(steps.to_vec()));
    assert_eq!(barriers(&found), (true, vec![]));
    let profile_id = &nora.json(&format!("/v1/profiles/{user}"))["profile_id"];
    for (end, identifier) in [("a", &laptop), ("b", &ann)] {
        let mut expected = identifier.clone();
        expected["profile_id"] = profile_id.clone();
        assert_eq!(found[end], expected);
    }

    // The way back is the same way.
    let back = why(&nora, user, browser);
    let flipped = |edge: &Value| json!([edge["b"], edge["a"], edge["count"]]);
    let there: Vec<_> = found["path"].as_array().unwrap().iter().rev().map(flipped).collect();
    let back: Vec<_> = back["path"].as_array().unwrap().iter().map(|edge| json!([edge["a"], edge["b"], edge["count"]])).collect();
    assert_eq!(back, there);
    assert_eq!(why(&nora, user, user)["path"], json!([]));
    assert_eq!(barriers(&why(&nora, user, user)), (true, vec![]));

    let graph = graph(&nora, browser);
    assert_eq!((&graph["mode"], &graph["truncated"]), (&"whole".into(), &false.into()));
    assert_eq!(
        nodes(&graph),
        ["user_id:ann member identifying", "email:ann@example.org member identifying", "anonymous_id:laptop member identifying"]
    );
    assert_eq!(edges(&graph), ["anonymous_id:laptop email:ann@example.org joins", "email:ann@example.org user_id:ann joins"]);
    let counts: Vec<_> = graph["nodes"].as_array().unwrap().iter().map(|node| node["event_count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [2, 3, 1]);
}

#[test]
fn what_is_shared_by_too_many_keeps_them_apart() {
    let nora = Nora::start();
    for user in 1..=4 {
        seen(&nora, &[&format!("user_id:{user}"), "email:info@example.org"]);
        let together = why(&nora, "user_id:1", "email:info@example.org")["together"].as_bool().unwrap();
        // Two classes of a key type: the address is as near to one as to the other.
        assert_eq!(together, user == 1);
    }
    let limit = || (false, vec!["R2 at email:info@example.org".to_owned()]);
    assert_eq!(barriers(&why(&nora, "user_id:1", "user_id:2")), limit());
    assert_eq!(barriers(&why(&nora, "user_id:4", "email:info@example.org")), limit());
    let graph = graph(&nora, "email:info@example.org");
    assert_eq!(graph["nodes"][0]["over"], json!([{"type": "user_id", "neighbours": 4, "limit": 3}]));
    let expected = |user: u8| format!("user_id:{user} other identifying");
    assert_eq!(nodes(&graph)[0], "email:info@example.org member over_limit");
    let mut others = nodes(&graph)[1..].to_vec();
    others.sort();
    assert_eq!(others, [1, 2, 3, 4].map(expected));
    assert_eq!(edges(&graph), [1, 2, 3, 4].map(|user| format!("email:info@example.org user_id:{user} over_limit")));
}

#[test]
fn conflicts_and_ties_keep_them_apart() {
    let nora = Nora::start();
    seen(&nora, &["user_id:1", "anonymous_id:v1"]);
    seen(&nora, &["user_id:2", "anonymous_id:v2"]);
    seen(&nora, &["anonymous_id:v1", "anonymous_id:v2"]);
    let conflict = || (false, vec!["R5 at anonymous_id:v1 anonymous_id:v2".to_owned()]);
    assert_eq!(barriers(&why(&nora, "anonymous_id:v1", "anonymous_id:v2")), conflict());
    assert_eq!(barriers(&why(&nora, "user_id:1", "user_id:2")), conflict());
    let first = graph(&nora, "user_id:1");
    assert_eq!(first["mode"], "solved");
    assert_eq!(edges(&first), ["anonymous_id:v1 anonymous_id:v2 cut", "anonymous_id:v1 user_id:1 joins"]);

    seen(&nora, &["user_id:3", "email:fam@example.org"]);
    seen(&nora, &["user_id:4", "email:fam@example.org"]);
    seen(&nora, &["anonymous_id:v3", "email:fam@example.org"]);
    let tie = why(&nora, "user_id:3", "email:fam@example.org");
    assert_eq!(barriers(&tie), (false, vec!["R5 at user_id:3 email:fam@example.org".to_owned()]));
    assert!(tie["barriers"][0]["explanation"].as_str().unwrap().contains("belongs to neither"), "{tie}");
    let family = graph(&nora, "anonymous_id:v3");
    assert_eq!(
        edges(&family),
        ["anonymous_id:v3 email:fam@example.org joins", "email:fam@example.org user_id:3 cut", "email:fam@example.org user_id:4 cut"]
    );
}

#[test]
fn what_people_decided_keeps_them_apart() {
    let nora = Nora::start();
    seen(&nora, &["user_id:1", "email:ann@example.org"]);
    seen(&nora, &["email:ann@example.org", "anonymous_id:v1"]);
    decide(&nora, "sever", &json!({"a": "anonymous_id:v1", "b": "email:ann@example.org"}));
    let severed = || (false, vec!["sever at email:ann@example.org anonymous_id:v1".to_owned()]);
    let (together, found) = barriers(&why(&nora, "email:ann@example.org", "anonymous_id:v1"));
    assert_eq!((together, found), severed());
    let graph_of = |id: &str| graph(&nora, id);
    let own = graph_of("user_id:1");
    assert_eq!(edges(&own), ["anonymous_id:v1 email:ann@example.org severed", "email:ann@example.org user_id:1 joins"]);
    assert_eq!(barriers(&why(&nora, "user_id:1", "anonymous_id:v1")).1.len(), 1);

    decide(&nora, "block", &json!({"identifier": "email:ann@example.org"}));
    assert_eq!(barriers(&why(&nora, "user_id:1", "email:ann@example.org")), (false, vec!["block at email:ann@example.org".to_owned()]));
    let own = graph_of("user_id:1");
    assert_eq!(nodes(&own), ["user_id:1 member identifying", "email:ann@example.org other blocked"]);
    assert_eq!(edges(&own), ["email:ann@example.org user_id:1 blocked"]);
}

#[test]
fn strangers_and_unknown_identifiers_are_apart() {
    let nora = Nora::start();
    seen(&nora, &["user_id:1"]);
    seen(&nora, &["user_id:2"]);
    assert_eq!(barriers(&why(&nora, "user_id:1", "user_id:2")), (false, vec!["unconnected at user_id:1 user_id:2".to_owned()]));
    let unknown = why(&nora, "user_id:1", "email:nobody@example.org");
    assert_eq!(barriers(&unknown), (false, vec!["unconnected at ".to_owned()]));
    assert_eq!((unknown["a"]["profile_id"].is_string(), &unknown["b"]["profile_id"]), (true, &Value::Null));

    for query in ["", "?a=user_id:1", "?a=user_id:1&b=two", "?a=user_id:1&b=user_id:undefined", "?a=user_id:1&b=email:nobody"] {
        let (status, code) = nora.get(&format!("/v1/identity/why{query}")).outcome();
        assert_eq!((status, code.starts_with("invalid_")), (400, true), "{query}: {code}");
    }
    for path in ["/v1/identity/why?a=user_id:1&b=user_id:2", "/v1/profiles/user_id:1/identity", "/v1/identity/changes"] {
        let with_key = nora.request("GET", path).header("authorization", basic(WRITE_KEY));
        for request in [nora.request("GET", path), with_key] {
            assert_eq!(nora.send(request, "").outcome(), (401, "unauthorized".to_owned()), "{path}");
        }
    }
    assert_eq!(nora.get("/v1/profiles/user_id:3/identity").outcome(), (404, "not_found".to_owned()));
}

#[test]
fn the_picture_of_a_hub_is_bounded_and_says_so() {
    let nora = Nora::start();
    let browsers = |numbers: std::ops::Range<usize>| -> Vec<Value> {
        numbers.map(|number| event(&["email:hub@example.org".to_owned(), format!("anonymous_id:v{number}")])).collect()
    };
    send(&nora, WRITE_KEY, &browsers(0..200));
    let hub = graph(&nora, "email:hub@example.org");
    assert_eq!(hub["truncated"], true);
    assert_eq!(nodes(&hub)[0], "email:hub@example.org member identifying");
    assert!(hub["nodes"].as_array().unwrap().len() <= 400);
    let path = why(&nora, "anonymous_id:v0", "anonymous_id:v199")["path"].clone();
    assert_eq!(path.as_array().unwrap().len(), 2);

    // One more is too many, and there is no customer of 201 browsers any more.
    send(&nora, WRITE_KEY, &browsers(200..201));
    assert_eq!(barriers(&why(&nora, "anonymous_id:v0", "anonymous_id:v199")), (false, vec!["R2 at email:hub@example.org".to_owned()]));
    let hub = graph(&nora, "email:hub@example.org");
    assert_eq!(hub["truncated"], true);
    assert_eq!(hub["nodes"][0]["over"], json!([{"type": "anonymous_id", "neighbours": 201, "limit": 200}]));
}
