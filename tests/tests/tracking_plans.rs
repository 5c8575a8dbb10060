//! Tracking plans: made and changed while the server runs, events that are not as planned counted and held, plans that follow from what has
//! arrived, and typed clients of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value)]

use std::fs;
use std::path::Path;
use std::process::Command;

use nora_tests::client::basic;
use nora_tests::{Nora, Reply, SECRET_KEY, WRITE_KEY, run, timeline};
use serde_json::{Value, json};

const BOUGHT: &str = r#"{"type":"track","event":"Bought","userId":"ann","properties":{"price":"much","sku":"mug"}}"#;

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {"price": {"type": "number", "minimum": 0}, "sku": {"type": "string", "pattern": "^[a-z0-9-]+$"}},
        "required": ["price", "sku"],
        "additionalProperties": false,
    })
}

fn plan(mode: &str, rules: Value) -> Value {
    json!({"name": "Web shop", "sources": ["website"], "mode": mode, "rules": rules})
}

fn bought(mode: &str) -> Value {
    plan(mode, json!([{"type": "track", "event": "Bought", "schema": schema()}]))
}

fn create(nora: &Nora, plan: &Value) -> Value {
    let made = nora.call("POST", "/v1/tracking_plans", plan);
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()
}

fn event(properties: Value) -> Value {
    json!({"type": "track", "event": "Bought", "userId": "ann", "properties": properties})
}

fn accepted() -> (String, Option<String>) {
    ("accepted".to_owned(), None)
}

fn held() -> (String, Option<String>) {
    ("quarantined".to_owned(), Some("tracking_plan_violation".to_owned()))
}

/// Event, rule, keyword and count of everything that is listed.
fn violations(nora: &Nora, query: &str) -> Vec<(String, String, String, u64)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let page = nora.json(&format!("/v1/tracking_plans/web-shop/violations{query}"));
    let rows = page["data"].as_array().unwrap().iter();
    let mut rows: Vec<_> =
        rows.map(|row| (text(&row["event"]), text(&row["rule"]), text(&row["keyword"]), row["count"].as_u64().unwrap())).collect();
    rows.sort();
    rows
}

#[test]
fn a_plan_is_made_changed_and_removed_while_the_server_runs_and_every_version_stays() {
    let nora = Nora::start();
    let made = create(&nora, &bought("quarantine"));
    assert_eq!((&made["id"], &made["version"], &made["allow_unplanned"]), (&json!("web-shop"), &json!(1), &json!(true)));
    assert_eq!(made["rules"][0]["schema"], schema());
    assert_eq!(nora.post("/v1/track", BOUGHT).outcome(), (400, "tracking_plan_violation".to_owned()), "with the next request");

    let nora = nora.kill_and_restart();
    assert_eq!(nora.json("/v1/tracking_plans/web-shop"), made, "it was durable");
    assert_eq!(nora.post("/v1/track", BOUGHT).status, 400, "and is in force");
    // What was read can be sent back, with a change in it.
    let mut change = made.clone();
    change["mode"] = json!("observe");
    let changed = nora.call("PUT", "/v1/tracking_plans/web-shop", &change);
    assert_eq!((changed.status, &changed.json()["version"]), (200, &json!(2)), "{}", changed.text());
    let stale = nora.call("PUT", "/v1/tracking_plans/web-shop", &change);
    assert_eq!(stale.outcome(), (409, "conflict".to_owned()), "somebody has changed it since");
    assert_eq!(nora.post("/v1/track", BOUGHT).status, 200);

    let nora = nora.kill_and_restart();
    let versions = nora.json("/v1/tracking_plans/web-shop/versions");
    let numbers: Vec<_> = versions["data"].as_array().unwrap().iter().map(|version| version["version"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(nora.json("/v1/tracking_plans/web-shop/versions/1"), made);
    assert_eq!(nora.get("/v1/tracking_plans/web-shop/versions/3").status, 404);
    let listed = nora.json("/v1/tracking_plans");
    assert_eq!((&listed["data"][0]["id"], &listed["data"][0]["rules"]), (&json!("web-shop"), &json!(1)));

    assert_eq!(nora.call("DELETE", "/v1/tracking_plans/web-shop", &Value::Null).status, 204);
    assert_eq!(nora.get("/v1/tracking_plans/web-shop").status, 404);
    assert_eq!(nora.get("/v1/tracking_plans/web-shop/versions/1").status, 404);
    let nora = nora.kill_and_restart();
    assert_eq!(nora.json("/v1/tracking_plans")["data"], json!([]));
    assert_eq!(create(&nora, &bought("observe"))["version"], 1, "its id is free again");
}

#[test]
fn what_makes_no_plan_is_named_with_its_place() {
    let nora = Nora::start();
    create(&nora, &bought("observe"));
    let rule = |schema: Value| plan("observe", json!([{"type": "track", "event": "A", "schema": schema}]));
    let track = |more: Value| plan("observe", json!([more]));
    for (wanted, pointer) in [
        (json!({"name": " "}), "/name"),
        (json!({"name": "x", "id": "Not An Id"}), "/id"),
        (json!({"name": "x", "sources": ["website", "Not An Id"]}), "/sources/1"),
        (track(json!({"type": "track", "schema": {}})), "/rules/0"),
        (track(json!({"type": "identify", "event": "A", "schema": {}})), "/rules/0/event"),
        (track(json!({"type": "group", "name": "A", "schema": {}})), "/rules/0/name"),
        (track(json!({"type": "page", "name": "", "schema": {}})), "/rules/0/name"),
        (plan("observe", json!([{"type": "page", "schema": {}}, {"type": "page", "schema": {}}])), "/rules/1"),
        (rule(json!(7)), "/rules/0/schema"),
        (rule(json!({"properties": {"x": {"type": "decimal"}}})), "/rules/0/schema/properties/x/type"),
        (rule(json!({"properties": {"x": {"$ref": "http://127.0.0.1:9/schema.json"}}})), "/rules/0/schema/properties/x/$ref"),
        (rule(json!({"$ref": "file:///etc/hostname"})), "/rules/0/schema/$ref"),
        (rule(json!({"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"})), "/rules/0/schema/$defs/a/$ref"),
        (rule(json!({"pattern": "(a)\\1"})), "/rules/0/schema/pattern"),
        (rule((0..50).fold(json!({}), |inner, _| json!({"items": inner}))), &format!("/rules/0/schema{}", "/items".repeat(49))),
    ] {
        let reply = nora.call("POST", "/v1/tracking_plans", &wanted);
        assert_eq!(reply.outcome(), (400, "invalid_plan".to_owned()), "{wanted}");
        assert_eq!(reply.json()["error"]["pointer"], json!(pointer), "{}", reply.text());
        let changed = nora.call("PUT", "/v1/tracking_plans/web-shop", &wanted);
        assert!(matches!(changed.status, 400), "{wanted}");
    }
    for (wanted, outcome) in [
        (json!({}), (400, "invalid_body")),
        (json!({"name": "x", "mode": "drop"}), (400, "invalid_body")),
        (json!({"name": "x", "rule": []}), (400, "invalid_body")),
        (track(json!({"type": "alias", "schema": {}})), (400, "invalid_body")),
        (track(json!({"type": "track", "event": "A"})), (400, "invalid_body")),
        (json!({"name": "x", "id": "web-shop"}), (409, "conflict")),
        (json!({"name": "x", "sources": ["app", "website"]}), (409, "conflict")),
    ] {
        assert_eq!(nora.call("POST", "/v1/tracking_plans", &wanted).outcome(), (outcome.0, outcome.1.to_owned()), "{wanted}");
    }
    assert_eq!(nora.call("PUT", "/v1/tracking_plans/none", &bought("observe")).status, 404);
    assert_eq!(nora.call("DELETE", "/v1/tracking_plans/none", &Value::Null).status, 404);
    let present = nora.json("/v1/tracking_plans");
    assert_eq!((present["data"].as_array().unwrap().len(), &present["data"][0]["version"]), (1, &json!(1)), "nothing has changed");
}

#[test]
fn what_is_observed_is_kept_and_counted_also_across_a_restart() {
    let nora = Nora::start();
    let mut wanted = bought("observe");
    wanted["allow_unplanned"] = json!(false);
    create(&nora, &wanted);
    let good = event(json!({"price": 18.5, "sku": "mug-01"}));
    let text = event(json!({"price": "18.50", "sku": "mug-01"}));
    let mail = event(json!({"price": 1, "sku": "ann@example.com", "colour": "red", "bob@example.com": 1}));
    let unplanned = json!({"type": "track", "event": "Sold", "userId": "ann", "messageId": "once"});
    let verdicts = nora.verdicts(json!({"batch": [good, text, text, mail, unplanned, unplanned]}).to_string());
    assert_eq!(verdicts[..5], [accepted(), accepted(), accepted(), accepted(), accepted()]);
    assert_eq!(timeline::event_count(&nora, "user_id:ann"), 5);
    let expected = [
        ("Bought", "/additionalProperties", "additionalProperties", 1),
        ("Bought", "/properties/price/type", "type", 2),
        ("Bought", "/properties/sku/pattern", "pattern", 1),
        ("Sold", "", "unplanned", 1),
    ]
    .map(|(event, rule, keyword, count)| (event.to_owned(), rule.to_owned(), keyword.to_owned(), count));
    assert_eq!(violations(&nora, ""), expected, "and the repeat is not counted");
    let page = nora.json("/v1/tracking_plans/web-shop/violations");
    assert_eq!(page["totals"], json!([{"version": 1, "source": "website", "checked": 5, "violating": 4, "quarantined": 0}]));
    let row = page["data"].as_array().unwrap().iter().find(|row| row["keyword"] == "type").unwrap();
    assert_eq!(row["sample"], json!({"pointer": "/properties/price", "message": "a string is not of type \"number\""}));
    assert!(row["first_seen"].is_string() && row["last_seen"].is_string() && row["source"] == "website" && row["version"] == 1, "{row}");
    assert!(page.to_string().contains("colour") && !page.to_string().contains("example.com"), "{page}");

    let nora = nora.stop_and_restart();
    assert_eq!(violations(&nora, ""), expected, "a stop loses nothing");
    assert_eq!(nora.call("PUT", "/v1/tracking_plans/web-shop", &bought("observe")).status, 200);
    nora.track("/v1/track", &text);
    assert_eq!(violations(&nora, "?version=2"), [("Bought".to_owned(), "/properties/price/type".to_owned(), "type".to_owned(), 1)]);
    assert_eq!(violations(&nora, "?event=Sold").len(), 1);
    assert_eq!(violations(&nora, "?source=app"), []);
    let figures = nora.send(nora.request("GET", "/metrics"), "").text();
    assert!(figures.contains(r#"nora_tracking_plan_events_total{plan="web-shop",result="observed"} 1"#), "{figures}");
    assert!(!figures.contains("Bought"));
}

#[test]
fn what_is_not_as_planned_is_held_at_every_door() {
    let nora = Nora::start();
    create(&nora, &bought("quarantine"));
    let page = json!({"type": "page", "userId": "ann"});
    let late = json!({"type": "track", "event": "Bought", "userId": "ann", "timestamp": "soon", "properties": {}});
    let batch = json!({"batch": [event(json!({"price": 1, "sku": "mug"})), event(json!({"price": 1})), page, late]});
    let verdicts = nora.verdicts(batch.to_string());
    let no_time = ("quarantined".to_owned(), Some("invalid_timestamp".to_owned()));
    assert_eq!(verdicts, [accepted(), held(), accepted(), no_time], "what is unplanned is allowed");
    let item = &nora.json("/v1/quarantine")["data"][1];
    assert_eq!(item["reason"], "tracking_plan_violation");
    assert!(item["message"].as_str().unwrap().contains(r#"web-shop version 1: /properties/sku: "sku" is a required property"#), "{item}");

    let raw = json!({"writeKey": WRITE_KEY, "raw": [{"m": "track", "a": ["Bought", {"price": -1, "sku": "mug"}], "id": "raw-1", "v": {"a": "ann"}}]});
    let doors: Vec<(&str, Reply)> = vec![
        ("track", nora.post("/v1/track", BOUGHT)),
        ("short", nora.post("/v1/t", BOUGHT)),
        ("secret", nora.send(nora.request("POST", "/v1/track").header("authorization", basic(SECRET_KEY)), BOUGHT)),
        ("raw", nora.post("/v1/raw?verbose=1", raw.to_string())),
        (
            "beacon",
            nora.send(
                nora.request("POST", &format!("/beacon/v1/batch?writeKey={WRITE_KEY}")),
                json!({"batch": [event(json!({}))]}).to_string(),
            ),
        ),
        ("jitsu", nora.send(nora.request("POST", "/api/s/track").header("x-write-key", format!("nora:{WRITE_KEY}")), BOUGHT)),
        ("pixel", nora.send(nora.request("GET", &format!("/v1/pixel/track?writeKey={WRITE_KEY}&userId=ann&event=Bought")), "")),
        (
            "import",
            nora.call(
                "POST",
                "/v1/import?source=website&format=ndjson",
                &json!({"type": "track", "event": "Bought", "user_id": "ann", "price": "x"}),
            ),
        ),
    ];
    let held = nora.json("/v1/quarantine?limit=200");
    let of_plan = held["data"].as_array().unwrap().iter().filter(|item| item["reason"] == "tracking_plan_violation").count();
    let answers: Vec<_> =
        doors.iter().map(|(door, reply)| format!("{door} {}: {}", reply.status, String::from_utf8_lossy(&reply.body))).collect();
    assert_eq!(of_plan, 1 + doors.len(), "{answers:#?}");
    let totals = &nora.json("/v1/tracking_plans/web-shop/violations")["totals"][0];
    assert_eq!((&totals["violating"], &totals["quarantined"]), (&json!(9), &json!(9)));
    assert_eq!(timeline::event_count(&nora, "user_id:ann"), 2);
}

#[test]
fn a_source_has_its_own_plan_or_that_of_all_or_none() {
    let nora = Nora::start();
    let app = nora.call("POST", "/v1/sources", &json!({"name": "App"})).json();
    let key = app["write_key"].as_str().unwrap();
    let send = |key: &str| nora.send(nora.request("POST", "/v1/track").header("authorization", basic(key)), BOUGHT).status;
    assert_eq!([send(WRITE_KEY), send(key)], [200, 200]);
    create(&nora, &bought("quarantine"));
    assert_eq!([send(WRITE_KEY), send(key)], [400, 200]);
    let rules = json!([{"type": "track", "event": "Bought", "schema": {"required": ["currency"]}}]);
    let all = json!({"id": "all", "name": "All", "sources": ["*"], "mode": "quarantine", "rules": rules});
    create(&nora, &all);
    assert_eq!([send(WRITE_KEY), send(key)], [400, 400]);
    let good = json!({"event": "Bought", "userId": "ann", "properties": {"price": 1, "sku": "mug"}}).to_string();
    assert_eq!(nora.post("/v1/track", good).status, 200, "its own plan alone");
    assert_eq!(nora.call("DELETE", "/v1/tracking_plans/all", &Value::Null).status, 204);
    assert_eq!([send(WRITE_KEY), send(key)], [400, 200]);
}

#[test]
fn a_plan_follows_from_what_has_arrived_and_takes_it_again() {
    let nora = Nora::start();
    let events: Vec<_> = (0..60)
        .map(|n| {
            let (user, quantity) = (format!("u{}", n % 6), if n == 7 { json!(1.5) } else { json!(n) });
            let kind = if n % 2 == 0 { "Bought" } else { "Seen \"it\"" };
            let properties = json!({"quantity": quantity, "plan": if n % 4 < 2 { "free" } else { "pro" }, "at": "2026-01-31T12:00:00Z",
                "lines": [{"sku": format!("s{n}")}], "mail": format!("u{}@example.com", n % 2)});
            [
                json!({"type": "track", "event": kind, "userId": user, "properties": properties}),
                json!({"type": "identify", "userId": user, "traits": {"email": format!("u{n}@example.com"), "plan": "pro"}}),
                json!({"type": "page", "userId": user, "properties": {"path": "/", "title": null}}),
            ]
        })
        .collect();
    let batch = json!({"batch": events.concat()});
    nora.track("/v1/batch", &batch);
    let inferred = nora.call("POST", "/v1/tracking_plans/infer", &json!({"source": "website"}));
    assert_eq!(inferred.status, 200, "{}", inferred.text());
    let inferred = inferred.json();
    let rules = |value: &Value| {
        let named = |rule: &Value| format!("{} {}", rule["type"].as_str().unwrap(), rule["event"].as_str().unwrap_or_default());
        value.as_array().unwrap().iter().map(named).collect::<Vec<_>>()
    };
    assert_eq!(rules(&inferred["plan"]["rules"]), ["track Bought", "track Seen \"it\"", "identify ", "page "]);
    assert_eq!(inferred["counts"]["events"], 180);
    assert_eq!(inferred["counts"]["rules"][2], json!({"type": "identify", "event": null, "events": 60}));
    assert_eq!(inferred["plan"]["rules"][2]["schema"]["properties"]["email"], json!({"type": "string", "format": "email"}));
    assert_eq!(inferred["plan"]["rules"][2]["schema"]["properties"]["plan"], json!({"type": "string", "enum": ["pro"]}));
    assert_eq!(inferred["plan"]["rules"][1]["schema"]["properties"]["quantity"], json!({"type": "number"}));
    assert!(!inferred.to_string().contains("example.com"), "{inferred}");

    let mut plan = inferred["plan"].clone();
    assert_eq!((&plan["mode"], &plan["allow_unplanned"]), (&json!("observe"), &json!(true)));
    plan["mode"] = json!("quarantine");
    plan["allow_unplanned"] = json!(false);
    create(&nora, &plan);
    let verdicts = nora.verdicts(batch.to_string());
    assert!(verdicts.iter().all(|verdict| *verdict == accepted()), "{verdicts:?}");
    let other = json!({"batch": [event(json!({"quantity": "one"})), {"type": "track", "event": "Sold", "userId": "u1"}]});
    assert_eq!(nora.verdicts(other.to_string()), [held(), held()]);
    let limited = nora.call("POST", "/v1/tracking_plans/infer", &json!({"source": "website", "limit": 30})).json();
    assert_eq!(limited["counts"]["events"], 30);
    let future = nora.call("POST", "/v1/tracking_plans/infer", &json!({"source": "website", "since": "2999-01-01T00:00:00Z"})).json();
    assert_eq!((&future["counts"]["events"], &future["plan"]["rules"]), (&json!(0), &json!([])));
    let outcome = |body: Value| nora.call("POST", "/v1/tracking_plans/infer", &body).outcome();
    assert_eq!(outcome(json!({"source": "Not An Id"})), (400, "invalid_parameter".to_owned()));
    assert_eq!(outcome(json!({"source": "website", "since": "soon"})), (400, "invalid_parameter".to_owned()));
}

/// What the compiler says to a file beside the client and the SDK's own types.
fn compiled(client: &str, usage: &str) -> (bool, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let compiler = root.join("node_modules/typescript/bin/tsc");
    assert!(compiler.is_file(), "there is no TypeScript: run `npm ci` first");
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("plan.ts"), client).unwrap();
    fs::write(dir.path().join("usage.ts"), usage).unwrap();
    for file in ["types.ts", "index.ts"] {
        fs::copy(root.join("sdk/js/src").join(file), dir.path().join(file)).unwrap();
    }
    let flags =
        ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom"];
    let output = Command::new("node").arg(compiler).args(flags).arg("usage.ts").current_dir(dir.path()).output().expect("Node runs");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_typed_client_compiles_and_refuses_what_is_not_as_planned() {
    let nora = Nora::start();
    let rules = json!([
        {"type": "track", "event": "Product Viewed", "description": "Ends */ here `${x}`\n*/ alert(1)", "schema": {
            "type": "object", "required": ["sku", "price"], "additionalProperties": false,
            "properties": {
                "sku": {"type": "string", "description": "*/ alert(1) /*"}, "price": {"type": ["number", "null"]},
                "size": {"anyOf": [{"enum": ["S", "M"]}, {"type": "integer"}]}, "lines": {"items": {"$ref": "#/$defs/line"}},
                "it's \"odd\"\n\u{2028}": {"const": "\u{2029}*/"}, "__proto__": {"type": "null"},
            },
            "$defs": {"line": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n", "m"], "additionalProperties": {"type": "string"}}},
        }},
        {"type": "track", "event": "product viewed", "schema": true},
        {"type": "track", "event": "product_viewed", "schema": {"type": "string"}},
        {"type": "track", "event": "100 % ! \"'`\\ \u{2028}*/", "schema": {"enum": [{"a": [1, -2.5e30]}, []]}},
        {"type": "track", "event": "страница", "schema": false},
        {"type": "track", "event": "delete", "schema": {"oneOf": [{"required": ["a"]}, {"properties": {"b": {"prefixItems": [true]}}}]}},
        {"type": "track", "event": "constructor", "schema": {"allOf": [{"type": "object"}, {"not": {"required": ["x"]}}]}},
        {"type": "track", "event": "Record", "schema": {"type": "object", "patternProperties": {"^a": {}}}},
        {"type": "page", "schema": {"properties": {"path": {"type": "string"}}}},
        {"type": "page", "name": "Home", "schema": {}},
        {"type": "screen", "name": "Home", "schema": {}},
        {"type": "identify", "schema": {"properties": {"email": {"type": "string", "format": "email"}}}},
        {"type": "group", "schema": {"type": "object", "properties": {"seats": {"type": "integer"}}, "required": ["seats"]}},
    ]);
    create(&nora, &plan("observe", rules));
    let reply = nora.get("/v1/tracking_plans/web-shop/typescript");
    assert_eq!((reply.status, reply.header("content-type").as_str()), (200, "text/plain; charset=utf-8"));
    let client = reply.text();
    let start = "import nora from './index.js';\nimport { trackingPlan, type ProductViewed } from './plan.js';\nconst plan = trackingPlan(nora);\nconst viewed: ProductViewed = { sku: 'mug', price: null, size: 'S', lines: [{ n: 1, m: 'x' }] };\n";
    let good = "plan.productViewed(viewed);\nplan.productViewed2();\nplan.productViewed3('x');\nplan.delete({ a: 1 });\nplan.pageHome();\nplan.page(null, { path: '/' });\nplan.identify('u', { email: 'a@b.nl' });\nplan.group('g', { seats: 1 });\nplan.record2({ ax: 1 });\ntrackingPlan(window.nora!).productViewed(viewed);\n";
    let (is_right, said) = compiled(&client, &format!("{start}{good}"));
    assert!(is_right, "{said}\n{client}");
    let wrong = [
        "plan.productViewed({ sku: 'mug' });",
        "plan.productViewed({ sku: 'mug', price: '1' });",
        "plan.productViewed({ sku: 'mug', price: 1, colour: 'red' });",
        "plan.productViewed({ sku: 'mug', price: 1, size: 'L' });",
        "plan.group('g', {});",
        "plan.identify('u', { mail: 'a@b.nl' });",
        "plan.sold();",
    ];
    let (_, said) = compiled(&client, &format!("{start}{}\n", wrong.join("\n")));
    for (place, wrong) in wrong.iter().enumerate() {
        assert!(said.contains(&format!("usage.ts({},", start.lines().count() + place + 1)), "{wrong}: {said}");
    }
    let first = nora.get("/v1/tracking_plans/web-shop/typescript?version=1").text();
    nora.call("PUT", "/v1/tracking_plans/web-shop", &bought("observe"));
    assert_eq!(nora.get("/v1/tracking_plans/web-shop/typescript?version=1").text(), first);
    assert!(nora.get("/v1/tracking_plans/web-shop/typescript").text().contains("version 2"));
    assert_eq!(nora.get("/v1/tracking_plans/web-shop/typescript?version=9").status, 404);
}

#[test]
fn plans_are_in_a_backup_and_one_that_was_damaged_stops_the_start() {
    let place = tempfile::tempdir().unwrap();
    let mut nora = Nora::start_with(&["--backup-dir", place.path().join("backups").to_str().unwrap()]);
    create(&nora, &bought("quarantine"));
    assert_eq!(nora.call("POST", "/v1/backup", &json!({"name": "monday"})).status, 200);
    nora.stop();
    let restored = place.path().join("restored");
    let backup = place.path().join("backups/monday");
    let output = run(&restored, &["restore", backup.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = restored.join("tracking_plans/web-shop/1.json");
    assert_eq!(fs::read(&file).unwrap(), fs::read(nora.data().join("tracking_plans/web-shop/1.json")).unwrap());
    fs::write(&file, "{").unwrap();
    let output = run(&restored, &["serve", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("tracking_plans/web-shop/1.json"), "{said}");
}

#[test]
fn what_a_plan_kept_out_comes_in_once_the_plan_is_mended() {
    let nora = Nora::start();
    create(&nora, &bought("quarantine"));
    let batch = json!({"batch": [event(json!({"price": 7, "sku": "Mug No. 1"})), event(json!({"price": "much", "sku": "mug"}))]});
    let verbose = nora.post("/v1/batch?verbose=1", batch.to_string());
    assert_eq!(verbose.json()["results"].as_array().unwrap().iter().filter(|result| result["outcome"] == "quarantined").count(), 2);
    let replay = |nora: &Nora| {
        let reply = nora.call("POST", "/v1/quarantine/replay", &json!({"reason": "tracking_plan_violation"}));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let report = reply.json();
        (report["accepted"].as_u64().unwrap(), report["quarantined"].as_u64().unwrap())
    };
    assert_eq!(replay(&nora), (0, 2), "nothing is mended yet");

    let mut mended = schema();
    mended["properties"]["sku"] = json!({"type": "string"});
    let rules = json!([{"type": "track", "event": "Bought", "schema": mended}]);
    assert_eq!(nora.call("PUT", "/v1/tracking_plans/web-shop", &plan("quarantine", rules)).status, 200);
    assert_eq!(replay(&nora), (1, 1));
    let events = timeline::events(&nora, "user_id:ann");
    assert_eq!(events.iter().map(|event| &event["properties"]["sku"]).collect::<Vec<_>>(), [&json!("Mug No. 1")]);
    let left = nora.json("/v1/quarantine");
    let detail = left["data"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("version 2") && detail.contains("/price"), "as the plan of now says it: {detail}");
}
