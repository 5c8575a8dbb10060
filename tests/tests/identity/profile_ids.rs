//! What becomes of profiles, and of links to them that somebody keeps.

use nora_tests::{Client, Nora};
use serde_json::{Value, json};

use super::support::{decide, profile_id, seen};

/// The profile of this identifier, and what it says that an older link to it was.
fn found(client: &Client, id: &str) -> (String, Option<String>) {
    let profile = client.json(&format!("/v1/profiles/{id}"));
    (profile["profile_id"].as_str().unwrap().to_owned(), profile["redirected_from"].as_str().map(str::to_owned))
}

/// What became of profiles, the newest first: kind, from and to, both sorted.
fn changes(client: &Client, query: &str) -> Vec<(String, Vec<String>, Vec<String>)> {
    let ids = |ids: &Value| {
        let mut ids: Vec<_> = ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let page = client.json(&format!("/v1/identity/changes{query}"));
    let change = |change: &Value| {
        assert!(change["at"].is_string() && change["cause"].is_string());
        (change["kind"].as_str().unwrap().to_owned(), ids(&change["from"]), ids(&change["to"]))
    };
    page["data"].as_array().unwrap().iter().map(change).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[test]
fn old_profile_ids_find_whoever_it_is_now() {
    let nora = Nora::start();
    seen(&nora, &["anonymous_id:v1"]);
    seen(&nora, &["anonymous_id:v2"]);
    let (first, second) = (profile_id(&nora, "anonymous_id:v1"), profile_id(&nora, "anonymous_id:v2"));
    assert_eq!(found(&nora, &format!("profile_id:{first}")), (first.clone(), None));
    assert_eq!(changes(&nora, ""), []);

    seen(&nora, &["anonymous_id:v1", "email:ann@example.org"]);
    let by_email = profile_id(&nora, "anonymous_id:v1");
    assert_ne!(by_email, first);
    assert_eq!(found(&nora, &format!("profile_id:{first}")), (by_email.clone(), Some(first.clone())), "re-keyed");
    let rekey = ("rekey".to_owned(), vec![first.clone()], vec![by_email.clone()]);
    assert_eq!(changes(&nora, ""), std::slice::from_ref(&rekey));

    seen(&nora, &["anonymous_id:v2", "email:ann@example.org"]);
    assert_eq!(found(&nora, &format!("profile_id:{second}")), (by_email.clone(), Some(second.clone())), "merged");
    let merge = ("merge".to_owned(), sorted(vec![by_email.clone(), second.clone()]), vec![by_email.clone()]);
    assert_eq!(changes(&nora, ""), [merge.clone(), rekey.clone()]);

    decide(&nora, "sever", &json!({"a": "anonymous_id:v2", "b": "email:ann@example.org"}));
    let split = |parts: Vec<String>| ("split".to_owned(), vec![by_email.clone()], sorted(parts));
    // Nothing is left of the visitor with whom the address was wrongly seen, but the visit before that.
    assert_eq!(found(&nora, &format!("profile_id:{second}")), (second.clone(), None), "split off");
    assert_eq!(found(&nora, &format!("profile_id:{first}")), (by_email.clone(), Some(first.clone())), "still re-keyed");
    let all = [split(vec![by_email.clone(), second.clone()]), merge, rekey];
    assert_eq!(changes(&nora, ""), all);

    let nora = nora.kill_and_restart();
    assert_eq!(changes(&nora, ""), all);
    assert_eq!(changes(&nora, &format!("?profile_id={first}")), all[2..]);
    assert_eq!(changes(&nora, &format!("?profile_id={second}")), all[..2]);
    assert_eq!(changes(&nora, "?limit=1"), all[..1]);
    let next = nora.json("/v1/identity/changes?limit=1")["next"].as_str().unwrap().to_owned();
    assert_eq!(changes(&nora, &format!("?limit=2&cursor={next}")), all[1..]);
    assert_eq!(found(&nora, &format!("profile_id:{first}")), (by_email, Some(first)));
    assert_eq!(nora.get("/v1/profiles/profile_id:p_nobody").outcome(), (404, "not_found".to_owned()));
}

#[test]
fn an_old_id_answers_for_events_and_graph_too() {
    let nora = Nora::start();
    seen(&nora, &["anonymous_id:v1"]);
    let old = profile_id(&nora, "anonymous_id:v1");
    seen(&nora, &["anonymous_id:v1", "user_id:1"]);
    let now = profile_id(&nora, "user_id:1");
    let events = |id: &str| nora.json(&format!("/v1/profiles/profile_id:{id}/events"));
    assert_eq!(events(&old)["data"].as_array().unwrap().len(), 2);
    assert_eq!(events(&old), events(&now));
    assert_eq!(nora.json(&format!("/v1/profiles/profile_id:{old}/identity"))["profile_id"], now);
}

#[test]
fn a_merge_of_several_at_once_is_one_change() {
    let nora = Nora::start();
    let browsers = ["anonymous_id:v1", "anonymous_id:v2", "anonymous_id:v3"];
    browsers.iter().for_each(|id| seen(&nora, &[id]));
    let old: Vec<_> = browsers.iter().map(|id| profile_id(&nora, id)).collect();
    // One event with all three, and a key.
    seen(&nora, &["user_id:1", browsers[0], browsers[1], browsers[2]]);
    let now = profile_id(&nora, "user_id:1");
    assert_eq!(changes(&nora, ""), [("merge".to_owned(), sorted(old.clone()), vec![now.clone()])]);
    for old in old {
        assert_eq!(found(&nora, &format!("profile_id:{old}")), (now.clone(), Some(old)));
    }
}
