//! Other platforms' clients beside their tracking calls: pixels, beacons, settings, and the errors that they understand.
//! What the clients themselves send is in `tests/clients` and `tests/browser`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use nora_tests::client::{basic, bearer, gzip};
use nora_tests::{ADMIN_TOKEN, Nora, Reply, SECRET_KEY, WRITE_KEY, timeline};
use serde_json::{Value, json};

/// What a picture tells of its event, which has to be a picture of one pixel whatever it is.
fn pixel(nora: &Nora, path: &str) -> String {
    let reply = nora.send(nora.request("GET", path).header("origin", "https://mail.example"), "");
    assert_eq!((reply.status, reply.header("content-type").as_str()), (200, "image/gif"), "{path}");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("access-control-allow-origin"), "https://mail.example");
    // Its size stands behind the signature, and the trailer ends it.
    assert_eq!((&reply.body[..10], reply.body.last()), (&b"GIF89a\x01\x00\x01\x00"[..], Some(&b';')));
    reply.header("nora-outcome")
}

fn segment_pixel(nora: &Nora, kind: &str, event: &Value) -> String {
    pixel(nora, &format!("/v1/pixel/{kind}?verbose=1&data={}", URL_SAFE_NO_PAD.encode(event.to_string())))
}

#[test]
fn a_pixel_is_an_event() {
    let nora = Nora::start();
    let event = json!({"writeKey": WRITE_KEY, "messageId": "m1", "userId": "u", "event": "Opened ☕ÿ>?", "properties": {"total": 1.5, "list": [1]}});
    assert_eq!(segment_pixel(&nora, "track", &event), "accepted");
    assert_eq!(segment_pixel(&nora, "track", &event), "duplicate");
    for (kind, more) in [
        ("track", json!({"userId": "u0", "event": "Earlier"})),
        ("identify", json!({"traits": {"email": "ann@example.org"}})),
        ("page", json!({"name": "Docs"})),
        ("screen", json!({"name": "Home"})),
        ("group", json!({"groupId": "acme"})),
        ("alias", json!({"previousId": "u0"})),
    ] {
        let mut event = json!({"writeKey": WRITE_KEY, "userId": "u"});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(segment_pixel(&nora, kind, &event), "accepted", "{kind}");
    }
    // The other alphabet, with padding, in a query that was encoded as forms are.
    let standard = STANDARD.encode(json!({"writeKey": WRITE_KEY, "userId": "u", "event": "ÿÿ>>>???"}).to_string());
    assert!(standard.contains('/') && standard.contains('+'), "{standard}");
    assert_eq!(pixel(&nora, &format!("/v1/pixel/track?data={standard}")), "", "nothing is told that was not asked for");

    let flat =
        format!("writeKey={WRITE_KEY}&userId=u&event=Opened+twice&properties.campaign=spring&properties.a.b=%E2%98%95&context.locale=nl");
    assert_eq!(pixel(&nora, &format!("/v1/pixel/track?verbose=1&{flat}")), "accepted");
    for (kind, name) in [("track", "event=Opened+by+rudder"), ("page", "name=Rudder")] {
        let path = format!("/pixel/v1/{kind}?verbose=1&writeKey={WRITE_KEY}&anonymousId=a&userId=u&{name}&properties.x=1");
        assert_eq!(pixel(&nora, &path), "accepted");
    }
    let events = timeline::events(&nora, "user_id:u");
    assert_eq!(events.len(), 11);
    let find = |name: &str| events.iter().find(|event| event["event"] == name || event["name"] == name).unwrap();
    assert_eq!(find("Opened ☕ÿ>?")["properties"], json!({"total": 1.5, "list": [1]}));
    find("ÿÿ>>>???");
    let flat = find("Opened twice");
    assert_eq!(flat["properties"], json!({"campaign": "spring", "a": {"b": "☕"}}));
    assert_eq!((&flat["context"]["locale"], &flat["context"]["ip"]), (&json!("nl"), &json!("127.0.0.1")));
    assert_eq!(find("Opened by rudder")["properties"], json!({"x": "1"}));
    assert_eq!((&find("Rudder")["type"], &find("Rudder")["anonymous_id"]), (&json!("page"), &json!("a")));
    assert_eq!(nora.json("/v1/profiles/user_id:u0")["traits"]["email"], "ann@example.org");
}

#[test]
fn a_pixel_that_is_no_event_is_kept_or_counted() {
    let nora = Nora::start();
    for (path, outcome) in [
        (format!("/v1/pixel/track?verbose=1&writeKey={WRITE_KEY}&userId=u"), "quarantined missing_event"),
        (format!("/v1/pixel/track?verbose=1&writeKey={WRITE_KEY}&data=%%%"), "quarantined malformed_json"),
        (format!("/v1/pixel/track?verbose=1&writeKey={WRITE_KEY}&data={}", STANDARD.encode("[1]")), "quarantined invalid_body"),
        (format!("/v1/pixel/track?verbose=1&writeKey={WRITE_KEY}&data={}", STANDARD.encode([0xff])), "quarantined invalid_utf8"),
        (format!("/v1/pixel/track?verbose=1&writeKey={WRITE_KEY}&userId=u&{}=1", "a.".repeat(99)), "quarantined too_deep"),
        (format!("/v1/pixel/track?verbose=1&writeKey={SECRET_KEY}&data=%%%"), "quarantined malformed_json"),
        ("/v1/pixel/track?verbose=1&writeKey=wrong&userId=u&event=A".to_owned(), "refused invalid_write_key"),
        ("/v1/pixel/track?verbose=1&userId=u&event=A".to_owned(), "refused missing_write_key"),
        ("/pixel/v1/track?verbose=1&data=%%%".to_owned(), "refused missing_write_key"),
        ("/v1/pixel/page?verbose=1".to_owned(), "refused missing_write_key"),
    ] {
        assert_eq!(pixel(&nora, &path), outcome, "{path}");
    }
    let kept = nora.json("/v1/quarantine");
    let payloads: Vec<_> = kept["data"].as_array().unwrap().iter().rev().map(|held| held["payload"].as_str().unwrap()).collect();
    assert_eq!(payloads.len(), 6);
    assert!(payloads[0].contains(r#""userId":"u""#) && payloads[2] == "[1]", "{payloads:?}");
    assert!(payloads.iter().all(|payload| !payload.contains(SECRET_KEY)), "{payloads:?}");
    let metrics = nora.get("/metrics").text();
    let refused = r#"nora_events_total{source="",outcome="refused",reason="invalid_write_key"} 1"#;
    assert!(metrics.contains(refused), "{metrics}");
    assert_eq!(nora.get("/v1/pixel/buy").status, 404);
}

fn openly(nora: &Nora, path: &str) -> Reply {
    nora.send(nora.request("GET", path), "")
}

#[test]
fn rudderstack_s_browser_client_finds_its_source_and_sends_beacons() {
    let nora = Nora::start();
    for path in ["/sourceConfig", "/sourceConfig/"] {
        let asked = format!("{path}?p=npm&v=3.34.1&build=modern&writeKey={WRITE_KEY}&lockIntegrationsVersion=true");
        let reply = nora.send(nora.request("GET", &asked).header("origin", "https://shop.example"), "");
        assert_eq!((reply.status, reply.header("access-control-allow-origin").as_str()), (200, "https://shop.example"));
        let source = &reply.json()["source"];
        assert_eq!((&source["id"], &source["name"], &source["writeKey"]), (&json!("website"), &json!("Website"), &json!(WRITE_KEY)));
        assert_eq!((&source["enabled"], &source["destinations"]), (&json!(true), &json!([])));
        assert!(source["workspaceId"].is_string());
        let off = json!({"enabled": false});
        assert_eq!(source["config"], json!({"statsCollection": {"errors": off, "metrics": off}}));
        // Mobile clients say whose they are in the header alone.
        let by_header = nora.send(nora.request("GET", path).header("authorization", basic(WRITE_KEY)), "");
        assert_eq!(by_header.json(), reply.json());
        for key in ["wrong", SECRET_KEY] {
            assert_eq!(openly(&nora, &format!("{path}?writeKey={key}")).outcome(), (401, "invalid_write_key".to_owned()));
        }
        assert_eq!(openly(&nora, path).outcome(), (401, "missing_write_key".to_owned()));
    }

    let event =
        json!({"type": "track", "event": "A", "anonymousId": "a", "messageId": "m1", "originalTimestamp": "2026-01-31T12:00:00.000Z"});
    let beacon = |path: &str, body: String| {
        let request = nora.request("POST", path).header("content-type", "text/plain;charset=UTF-8");
        nora.send(request.header("origin", "https://shop.example"), body)
    };
    let body = json!({"batch": [event], "sentAt": "2026-01-31T12:00:01.000Z"}).to_string();
    let taken = beacon(&format!("/beacon/v1/batch?writeKey={WRITE_KEY}"), body.clone());
    assert_eq!((taken.status, taken.body.len(), taken.header("cache-control")), (200, 0, String::new()));
    let again = beacon(&format!("/beacon/v1/batch?writeKey={WRITE_KEY}&verbose=1"), body.clone());
    assert_eq!(again.json()["results"], json!([{"messageId": "m1", "outcome": "duplicate", "reason": null}]));
    assert_eq!(beacon("/beacon/v1/batch?writeKey=wrong", body).outcome(), (401, "invalid_write_key".to_owned()));
    assert_eq!(
        beacon(&format!("/beacon/v1/batch?writeKey={WRITE_KEY}"), "x".repeat(600 * 1024)).outcome(),
        (413, "batch_too_large".to_owned())
    );
    let events = timeline::events(&nora, "anonymous_id:a");
    assert_eq!((events.len(), &events[0]["original_timestamp"]), (1, &json!("2026-01-31T12:00:00.000Z")));
}

#[test]
fn a_batch_at_import_is_told_from_a_file() {
    let nora = Nora::start();
    let event = |id: &str| json!({"type": "track", "event": "A", "userId": "u", "messageId": id, "timestamp": "2020-05-05T00:00:00.000Z"});
    let batch = json!({"batch": [event("m1"), event("m2")]}).to_string();
    for key in [WRITE_KEY, SECRET_KEY] {
        let request = nora.request("POST", "/v1/import?verbose=1").header("authorization", basic(key));
        assert_eq!(nora.send(request, batch.clone()).json()["results"].as_array().unwrap().len(), 2);
    }
    assert_eq!(timeline::events(&nora, "user_id:u")[0]["timestamp"], "2020-05-05T00:00:00.000Z", "what is imported is as old as it says");
    // As rudder-sdk-node sends: compressed, and announced as something else.
    let request = nora.request("POST", "/v1/import").header("authorization", basic(WRITE_KEY)).header("content-encoding", "gzip");
    let form = request.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(nora.send(form, gzip(json!({"batch": [event("m3")]}).to_string().as_bytes())).status, 200);
    assert_eq!(timeline::event_count(&nora, "user_id:u"), 3);
    // Files, with a token or with a secret key, say their format.
    for key in [bearer(ADMIN_TOKEN), basic(SECRET_KEY)] {
        let request = nora.request("POST", "/v1/import?source=website&format=csv").header("authorization", key);
        assert_eq!(nora.send(request, "user_id,event\nv,A\n").json()["rows"], 1);
    }
    let wrong = nora.request("POST", "/v1/import").header("authorization", basic("wrong"));
    assert_eq!(nora.send(wrong, batch).outcome(), (401, "invalid_write_key".to_owned()));
}

#[test]
fn a_key_is_found_wherever_a_client_puts_it() {
    let nora = Nora::start();
    let mut number = 0;
    let mut post = |path: &str, headers: &[(&str, String)], body: Value| -> Reply {
        number += 1;
        let mut event = json!({"userId": "u", "event": "A", "messageId": format!("m{number}")});
        event.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let request = headers.iter().fold(nora.request("POST", path), |request, (name, value)| request.header(*name, value));
        nora.send(request, event.to_string())
    };
    let without_colon = format!("Basic {}", STANDARD.encode(WRITE_KEY));
    assert_eq!(post("/v1/track", &[("authorization", without_colon)], json!({})).status, 200);
    assert_eq!(post("/v1/track", &[("authorization", bearer("something else"))], json!({"writeKey": WRITE_KEY})).status, 200);
    assert_eq!(post("/v1/track", &[], json!({"writeKey": WRITE_KEY})).status, 200);
    for key in [WRITE_KEY.to_owned(), format!("nora:{WRITE_KEY}"), format!("{WRITE_KEY}:nora"), format!("nora:{SECRET_KEY}")] {
        for path in ["/api/s/track", "/api/s/s2s/track"] {
            let reply = post(path, &[("x-write-key", key.clone())], json!({"writeKey": "nora:***", "context": {"clientIds": {}}}));
            assert_eq!((reply.status, reply.text()), (200, r#"{"success":true}"#.to_owned()), "{path} {key}");
        }
    }
    let events = timeline::events(&nora, "user_id:u");
    assert_eq!(events.len(), 11);
    assert_eq!(events.iter().filter(|event| event["verified"] == true).count(), 2, "those with the secret key");
    for (headers, code) in [(vec![], "missing_write_key"), (vec![("x-write-key", "a:b".to_owned())], "invalid_write_key")] {
        assert_eq!(post("/api/s/track", &headers, json!({})).outcome(), (401, code.to_owned()));
    }
}

#[test]
fn errors_are_those_that_clients_understand() {
    let nora = Nora::start();
    let large = "x".repeat(33 * 1024);
    for (path, body, status, code) in [
        ("/v1/track", json!({"userId": "u"}), 400, "missing_event"),
        ("/v1/track", json!({"userId": "u", "event": "A", "properties": {"large": large}}), 413, "event_too_large"),
        ("/v1/batch", json!({"batch": vec![0; 2_501]}), 413, "too_many_events"),
        ("/v1/batch", json!({"batch": "x".repeat(501 * 1024)}), 413, "batch_too_large"),
    ] {
        let reply = nora.post(path, body.to_string());
        assert_eq!(reply.outcome(), (status, code.to_owned()));
        // Where Segment's and RudderStack's clients look: without both of them, one that is wrong is sent ten times.
        let body = reply.json();
        assert_eq!((&body["success"], &body["code"], &body["message"]), (&json!(false), &json!(code), &body["error"]["message"]));
    }
    let batch = json!({"batch": vec![json!({"type": "track", "event": "A", "userId": "u"}); 2_500]});
    assert_eq!(nora.post("/v1/batch", batch.to_string()).status, 200);
    let other = nora.get("/v1/profiles/user_id:nobody").json();
    assert!(other.get("code").is_none() && other["error"]["code"] == "not_found", "{other}");
}

/// RudderStack's clients say in `originalTimestamp` when they were called; a `timestamp` beside it is the caller's own.
#[test]
fn a_given_timestamp_beside_the_time_of_the_call_stands() {
    let nora = Nora::start();
    let event = json!({"type": "track", "event": "A", "userId": "u", "timestamp": "2019-07-01T10:20:30.456Z",
        "originalTimestamp": "2026-01-31T12:00:00.000Z", "sentAt": "2026-01-31T12:00:01.000Z"});
    nora.track("/v1/batch", &json!({"batch": [event], "sentAt": "2026-01-31T12:00:01.000Z"}));
    let found = &timeline::events(&nora, "user_id:u")[0];
    assert_eq!((&found["timestamp"], &found["original_timestamp"]), (&event["timestamp"], &event["originalTimestamp"]));
}

/// What a visitor agreed to goes with each event, and the last answer in each category is in the profile. Without categories nothing is answered.
#[test]
fn consent_stays_with_the_event_and_is_in_the_profile() {
    let nora = Nora::start();
    let consent = |preferences: Value| json!({"consent": {"categoryPreferences": preferences}});
    let event = |id: &str, day: u32, context: Value| {
        json!({"type": "track", "event": "Segment Consent Preference Updated", "userId": "u", "messageId": id,
            "timestamp": format!("2026-01-{day:02}T12:00:00.000Z"), "context": context})
    };
    let given = consent(json!({"Advertising": true, "Analytics": false}));
    nora.track("/v1/batch", &json!({"batch": [event("m1", 1, given.clone())]}));
    nora.track("/v1/batch", &json!({"batch": [event("m2", 2, json!({"locale": "nl"}))], "context": consent(json!({"Analytics": true}))}));
    nora.track("/v1/batch", &json!({"batch": [event("m3", 3, json!({})), event("m4", 4, json!({"consent": {}}))]}));
    let kept: Vec<_> = timeline::events(&nora, "user_id:u").iter().rev().map(|event| event["context"]["consent"].clone()).collect();
    let of_batch = consent(json!({"Analytics": true}))["consent"].clone();
    assert_eq!(kept, [given["consent"].clone(), of_batch, Value::Null, json!({})]);
    let profile = nora.json("/v1/profiles/user_id:u");
    assert_eq!(profile["consent"], json!({"Advertising": true, "Analytics": true}));
}
