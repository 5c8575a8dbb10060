//! What people decide about identifiers, how it is asked for, and its undo.

use nora_tests::client::{basic, bearer};
use nora_tests::{ADMIN_TOKEN, Nora, SECRET_KEY, WRITE_KEY};
use serde_json::{Value, json};

use super::support::{assert_same, clusters, decide, event, seen, send, undo, whole};

const CUSTOMERS: [&str; 3] = ["user_id:1", "crm_id:c1", "crm_id:c2"];

fn start() -> Nora {
    let nora = Nora::start();
    seen(&nora, &["user_id:1", "email:ann@example.org"]);
    seen(&nora, &["email:ann@example.org", "anonymous_id:v1"]);
    send(&nora, SECRET_KEY, &[event(&["crm_id:c1", "phone:0612345678"]), event(&["crm_id:c2", "loyalty_id:l2"])]);
    nora
}

#[test]
fn a_blocked_identifier_joins_nobody_until_it_is_unblocked() {
    let nora = start();
    let before = whole(&nora, &CUSTOMERS);
    for (block, unblock) in [
        (json!({"identifier": "email:ann@example.org"}), json!({"identifier": {"type": "email", "value": "ann@example.org"}})),
        // Written by hand, and under the other name.
        (json!({"a": {"type": "email", "value": " Ann@Example.org"}, "note": "A list."}), json!({"a": "email:ANN@example.org"})),
    ] {
        let said = decide(&nora, "block", &block);
        assert_eq!(said["decision"]["a"], json!({"type": "email", "value": "ann@example.org"}));
        let apart = clusters(&nora);
        for alone in ["user_id:1", "email:ann@example.org", "anonymous_id:v1"] {
            assert_eq!(apart[alone], [alone]);
        }
        // Twice is as good as once.
        decide(&nora, "block", &block);
        assert_eq!(clusters(&nora), apart);
        undo(&nora, "block", &unblock);
        assert_same(&whole(&nora, &CUSTOMERS), &before, "unblocked");
        undo(&nora, "block", &unblock);
        assert_same(&whole(&nora, &CUSTOMERS), &before, "unblocked twice");
    }
}

#[test]
fn what_comes_while_it_is_blocked_counts_once_it_is_not() {
    let (blocked, never) = (start(), start());
    decide(&blocked, "block", &json!({"identifier": "email:ann@example.org"}));
    for nora in [&blocked, &never] {
        seen(nora, &["anonymous_id:v2", "email:ann@example.org"]);
        seen(nora, &["anonymous_id:v2", "crm_id:c1"]);
    }
    let blocked = blocked.kill_and_restart();
    assert_eq!(clusters(&blocked)["crm_id:c1"], ["anonymous_id:v2", "crm_id:c1", "phone:0612345678"]);
    undo(&blocked, "block", &json!({"identifier": "email:ann@example.org"}));
    assert_eq!(clusters(&blocked), clusters(&never));
}

#[test]
fn a_blocked_identifier_is_one_neighbour_less_until_it_is_unblocked() {
    let nora = Nora::start();
    (1..=4).for_each(|user| seen(&nora, &[&format!("user_id:{user}"), "email:info@example.org"]));
    let over = || nora.json("/v1/profiles/email:info@example.org/identity")["nodes"][0]["over"].clone();
    let too_many = json!([{"type": "user_id", "neighbours": 4, "limit": 3}]);
    assert_eq!(over(), too_many);
    decide(&nora, "block", &json!({"identifier": "user_id:4"}));
    assert_eq!(over(), json!([]));
    undo(&nora, "block", &json!({"identifier": "user_id:4"}));
    assert_eq!(over(), too_many);
}

#[test]
fn an_alias_makes_two_customers_one_and_its_undo_two() {
    let nora = start();
    let before = whole(&nora, &CUSTOMERS);
    let aliases = [
        (json!({"a": "crm_id:c1", "b": "crm_id:c2"}), json!({"a": "crm_id:c2", "b": "crm_id:c1"})),
        (
            json!({"a": {"type": "crm_id", "value": "c2"}, "b": "crm_id:c1"}),
            json!({"a": "crm_id:c1", "b": {"type": "crm_id", "value": "c2"}}),
        ),
    ];
    for (alias, unalias) in aliases {
        let said = decide(&nora, "alias", &alias);
        assert_eq!((&said["together"], &said["why"]["path"][0]["kind"]), (&true.into(), &"alias".into()));
        assert_eq!(clusters(&nora)["crm_id:c1"], ["crm_id:c1", "crm_id:c2", "loyalty_id:l2", "phone:0612345678"]);
        assert_eq!(nora.json("/v1/profiles/crm_id:c2")["event_count"], 2);
        let said = undo(&nora, "alias", &unalias);
        assert_eq!(said["together"], false);
        let mut after = whole(&nora, &CUSTOMERS);
        leave_out_undone_aliases(&mut after);
        assert_same(&after, &before, "the alias is undone");
    }
}

/// As of severs, it stays on record of whom somebody thought that they were one.
fn leave_out_undone_aliases(whole: &mut Value) {
    for customer in CUSTOMERS {
        let edges = whole["customers"][customer]["identity"]["edges"].as_array_mut().unwrap();
        edges.retain(|edge| edge["kind"] == "seen_together");
    }
}

#[test]
fn people_are_believed_before_events_that_declare_an_alias() {
    let nora = Nora::start();
    let declare = || send(&nora, WRITE_KEY, &[json!({"type": "alias", "userId": "new", "previousId": "old"})]);
    seen(&nora, &["user_id:new", "anonymous_id:v1"]);
    seen(&nora, &["user_id:old", "anonymous_id:v2"]);
    declare();
    assert_eq!(clusters(&nora)["user_id:new"].len(), 4);
    let both = json!({"a": "user_id:old", "b": "user_id:new"});
    undo(&nora, "alias", &both);
    let apart = clusters(&nora);
    assert_eq!(apart["user_id:new"], ["anonymous_id:v1", "user_id:new"]);
    declare();
    assert_eq!(clusters(&nora), apart, "declared again");
    decide(&nora, "alias", &both);
    assert_eq!(clusters(&nora)["user_id:new"].len(), 4);
}

#[test]
fn decisions_are_listed_with_who_and_why() {
    let nora = start();
    decide(&nora, "sever", &json!({"a": "email:ann@example.org", "b": "user_id:1", "set_aside": true, "note": "A typing error."}));
    decide(&nora, "block", &json!({"identifier": "phone:0612345678"}));
    undo(&nora, "block", &json!({"identifier": "phone:0612345678", "note": "It is his own."}));
    let page = nora.json("/v1/identity/decisions");
    let decisions: Vec<Value> = page["data"].as_array().unwrap().clone();
    let told: Vec<_> = decisions.iter().map(|one| json!([one["kind"], one["is_active"], one["set_aside"], one["note"]])).collect();
    // The last one about the phone number holds. The newest is the first.
    assert_eq!(told, [json!(["block", false, false, "It is his own."]), json!(["sever", true, true, "A typing error."])]);
    assert_eq!(decisions[1]["a"], json!({"type": "user_id", "value": "1"}), "the stronger comes first");
    assert!(decisions.iter().all(|one| !one["by"].as_str().unwrap().is_empty() && one["at"].is_string()));
    let about = |id: &str| nora.json(&format!("/v1/identity/decisions?identifier={id}"))["data"].as_array().unwrap().len();
    assert_eq!((about("user_id:1"), about("phone:0612345678"), about("crm_id:c2")), (1, 1, 0));
    let profile_id = nora.json("/v1/profiles/crm_id:c1")["profile_id"].as_str().unwrap().to_owned();
    assert_eq!(about(&format!("profile_id:{profile_id}")), 1);
    // Page by page it is the same.
    let first = nora.json("/v1/identity/decisions?limit=1");
    let second = nora.json(&format!("/v1/identity/decisions?limit=1&cursor={}", first["next"].as_str().unwrap()));
    assert_eq!((&first["data"][0], &second["data"][0], &second["next"]), (&decisions[0], &decisions[1], &Value::Null));
    let nora = nora.kill_and_restart();
    assert_eq!(nora.json("/v1/identity/decisions"), page);
}

#[test]
fn an_undo_without_a_body_names_them_in_the_query() {
    let nora = start();
    let delete = |path: &str| nora.send(nora.request("DELETE", path).header("authorization", bearer(ADMIN_TOKEN)), "");
    let before = clusters(&nora);
    decide(&nora, "sever", &json!({"a": "user_id:1", "b": "email:ann@example.org"}));
    decide(&nora, "alias", &json!({"a": "crm_id:c1", "b": "crm_id:c2"}));
    decide(&nora, "block", &json!({"identifier": "loyalty_id:l2"}));
    assert_ne!(clusters(&nora), before);
    for path in ["sever?a=user_id:1&b=email:ann%40example.org&note=no", "alias?a=crm_id:c1&b=crm_id:c2", "block?identifier=loyalty_id:l2"] {
        let reply = delete(&format!("/v1/identity/{path}"));
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    }
    assert_eq!(clusters(&nora), before);
    assert_eq!(delete("/v1/identity/sever").outcome(), (400, "invalid_body".to_owned()));
    assert_eq!(delete("/v1/identity/block?identifier=unknown").outcome(), (400, "invalid_body".to_owned()));
}

#[test]
fn what_is_no_decision_is_refused_and_changes_nothing() {
    let nora = start();
    let before = whole(&nora, &CUSTOMERS);
    let long = "x".repeat(2_001);
    let pair = |a: Value, b: Value| json!({"a": a, "b": b});
    let wrong = [
        ("sever", json!({}), "invalid_body"),
        ("sever", json!([]), "invalid_body"),
        ("sever", json!(["crm_id:c1", "phone:0612345678"]), "invalid_body"),
        ("sever", json!("user_id:1"), "invalid_body"),
        ("sever", json!({"a": "user_id:1"}), "invalid_body"),
        ("sever", json!({"a": "user_id:1", "b": "email:ann@example.org", "c": 1}), "invalid_body"),
        ("sever", json!({"a": "user_id:1", "b": "email:ann@example.org", "set_aside": "yes"}), "invalid_body"),
        ("sever", json!({"a": "user_id:1", "b": "email:ann@example.org", "note": 1}), "invalid_body"),
        ("sever", pair("user_id".into(), "user_id:2".into()), "invalid_body"),
        ("sever", pair("user_id:".into(), "user_id:2".into()), "invalid_body"),
        ("sever", pair(":1".into(), "user_id:2".into()), "invalid_body"),
        ("sever", pair(json!({"type": "user_id"}), "user_id:2".into()), "invalid_body"),
        ("sever", pair(json!({"type": "user_id", "value": 1}), "user_id:2".into()), "invalid_body"),
        ("sever", pair(Value::Null, "user_id:2".into()), "invalid_body"),
        ("sever", pair("user_id:undefined".into(), "user_id:2".into()), "invalid_body"),
        ("sever", pair("user_id:1".into(), "email:test@test.com".into()), "invalid_body"),
        ("sever", pair("user_id:1".into(), "email:ann".into()), "invalid_body"),
        ("sever", pair("user_id:1".into(), "user_id: 1 ".into()), "invalid_parameter"),
        ("sever", pair("email:ann@example.org".into(), "email:Ann@Example.org".into()), "invalid_parameter"),
        ("sever", json!({"a": "user_id:1", "b": "email:ann@example.org", "note": long}), "invalid_parameter"),
        ("alias", pair("user_id:1".into(), "user_id:1".into()), "invalid_parameter"),
        ("alias", pair("user_id:1".into(), "crm_id:c1".into()), "invalid_parameter"),
        ("alias", pair("email:ann@example.org".into(), "email:bob@example.org".into()), "invalid_parameter"),
        ("alias", pair("anonymous_id:v1".into(), "anonymous_id:v2".into()), "invalid_parameter"),
        ("block", json!({}), "invalid_body"),
        ("block", json!({"identifier": "user_id:null"}), "invalid_body"),
        ("block", json!({"identifier": "user_id:1", "b": "user_id:2"}), "invalid_body"),
        ("block", json!({"identifier": "user_id:1", "note": long}), "invalid_parameter"),
    ];
    for (kind, body, code) in &wrong {
        for method in ["POST", "DELETE"] {
            let reply = nora.call(method, &format!("/v1/identity/{kind}"), body);
            assert_eq!(reply.outcome(), (400, (*code).to_owned()), "{method} {kind} {body}");
        }
    }
    let raw = |path: &str, body: &str| nora.send(nora.request("POST", path).header("authorization", bearer(ADMIN_TOKEN)), body).outcome();
    assert_eq!(raw("/v1/identity/sever", r#"{"a":"user_id:1","#), (400, "malformed_json".to_owned()));
    assert_eq!(raw("/v1/identity/sever", &format!(r#"{{"a":"{}"}}"#, "x".repeat(70_000))).0, 413);

    for kind in ["sever", "alias", "block"] {
        for method in ["POST", "DELETE"] {
            let request = || nora.request(method, &format!("/v1/identity/{kind}"));
            let keys = [bearer("nobody"), bearer(WRITE_KEY), basic(WRITE_KEY), basic(SECRET_KEY)];
            let requests = keys.iter().map(|key| request().header("authorization", key)).chain([request()]);
            for request in requests {
                let body = json!({"a": "crm_id:c1", "b": "crm_id:c2", "identifier": "crm_id:c1"}).to_string();
                assert_eq!(nora.send(request, body).outcome(), (401, "unauthorized".to_owned()), "{method} {kind}");
            }
        }
    }
    nora.assert_healthy();
    assert_same(&whole(&nora, &CUSTOMERS), &before, "after all that was refused");
    assert_eq!(nora.json("/v1/identity/decisions")["data"], json!([]));
}
