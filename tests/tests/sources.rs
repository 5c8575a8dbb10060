//! Sources: their keys, the sites that their tags may stand on, and what has to be signed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use hmac::{Hmac, Mac};
use nora_tests::client::basic;
use nora_tests::{Nora, Reply, SECRET_KEY, SIGNING_SECRET, WRITE_KEY, timeline};
use serde_json::{Value, json};
use sha2::Sha256;

const EVENT: &str = r#"{"event":"A","anonymousId":"a"}"#;

fn post(nora: &Nora, key: &str, origin: Option<&str>, body: &str) -> Reply {
    let request = nora.request("POST", "/v1/track").header("authorization", basic(key));
    let request = if let Some(origin) = origin { request.header("origin", origin) } else { request };
    nora.send(request, body)
}

fn signature(secret: &str, user: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(user);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_source_is_made_changed_and_removed_while_the_server_runs() {
    let nora = Nora::start();
    let made = nora.call("POST", "/v1/sources", &json!({"name": "Web shop (NL)", "allowed_origins": ["https://Shop.example:443"]}));
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["id"], &made["allowed_origins"]), (&json!("web-shop-nl"), &json!(["https://shop.example"])));
    let (write, secret) = (made["write_key"].as_str().unwrap(), made["secret_key"].as_str().unwrap());
    assert_eq!(post(&nora, write, Some("https://shop.example"), EVENT).status, 200, "at once");
    assert_eq!(post(&nora, secret, None, EVENT).status, 200, "a server has no origin");
    let sources: Vec<_> = timeline::events(&nora, "anonymous_id:a").iter().map(|event| event["source"].clone()).collect();
    assert_eq!(sources, ["web-shop-nl", "web-shop-nl"]);

    let nora = nora.kill_and_restart();
    let shown = nora.json("/v1/sources/web-shop-nl");
    assert_eq!((&shown["name"], shown.get("secret_key")), (&json!("Web shop (NL)"), None));
    let changed = nora.call("PUT", "/v1/sources/web-shop-nl", &json!({"name": "Shop"})).json();
    assert_eq!((&changed["name"], &changed["allowed_origins"]), (&json!("Shop"), &json!([])));
    assert_eq!(post(&nora, write, None, EVENT).status, 200);
    assert_eq!(nora.json("/v1/sources")["data"].as_array().unwrap().len(), 2);
    assert_eq!(nora.call("DELETE", "/v1/sources/web-shop-nl", &Value::Null).status, 204);
    assert_eq!(post(&nora, write, None, EVENT).outcome(), (401, "invalid_write_key".to_owned()));
    assert_eq!(post(&nora, secret, None, EVENT).outcome(), (401, "invalid_write_key".to_owned()));
    assert_eq!(timeline::event_count(&nora, "anonymous_id:a"), 3, "its events stay");
    assert_eq!(nora.call("DELETE", "/v1/sources/website", &Value::Null).outcome(), (409, "conflict".to_owned()));
}

#[test]
fn what_makes_no_source_is_named() {
    let nora = Nora::start();
    for (wanted, status, code) in [
        (json!({}), 400, "invalid_body"),
        (json!({"name": ""}), 400, "invalid_body"),
        (json!({"name": "x", "id": "Not An Id"}), 400, "invalid_body"),
        (json!({"name": "x", "id": "website"}), 409, "conflict"),
        (json!({"name": "x", "allowed_origins": ["*"]}), 400, "invalid_body"),
        (json!({"name": "x", "allowed_origins": ["https://shop.example/path"]}), 400, "invalid_body"),
        (json!({"name": "x", "write_key": "mine"}), 400, "invalid_body"),
    ] {
        assert_eq!(nora.call("POST", "/v1/sources", &wanted).outcome(), (status, code.to_owned()), "{wanted}");
    }
    assert_eq!(nora.call("PUT", "/v1/sources/nothing", &json!({"name": "x"})).status, 404);
    let rotate = |body: Value| nora.call("POST", "/v1/sources/website/rotate", &body).outcome();
    assert_eq!(rotate(json!({"which": "token"})), (400, "invalid_body".to_owned()));
    assert_eq!(rotate(json!({"which": "write_key", "old_valid_until": "soon"})), (400, "invalid_parameter".to_owned()));
    assert_eq!(nora.json("/v1/sources")["data"].as_array().unwrap().len(), 1);
}

#[test]
fn other_sites_are_refused_and_their_pages_cannot_read_why() {
    let nora = Nora::start();
    let settings = json!({"name": "Website", "allowed_origins": ["https://shop.example", "https://*.shop.example"]});
    assert_eq!(nora.call("PUT", "/v1/sources/website", &settings).status, 200);
    for (origin, is_allowed) in [
        (Some("https://shop.example"), true),
        (Some("https://www.shop.example"), true),
        (Some("http://shop.example"), false),
        (Some("https://shop.example.evil.example"), false),
        (Some("https://evilshop.example"), false),
        (Some("null"), false),
        (None, false),
    ] {
        let reply = post(&nora, WRITE_KEY, origin, EVENT);
        let expected = if is_allowed { (200, String::new()) } else { (403, "origin_not_allowed".to_owned()) };
        assert_eq!(reply.outcome(), expected, "{origin:?}");
        let readable = reply.header("access-control-allow-origin");
        assert_eq!(readable, origin.filter(|_| is_allowed).unwrap_or_default(), "{origin:?}");
        let Some(origin) = origin else { continue };
        let preflight = nora.send(nora.request("OPTIONS", "/v1/track").header("origin", origin), "");
        assert_eq!(preflight.header("access-control-allow-origin"), if is_allowed { origin } else { "" }, "{origin:?}");
        let settings = nora.send(nora.request("GET", &format!("/v1/projects/{WRITE_KEY}/settings")).header("origin", origin), "");
        assert_eq!(settings.status, if is_allowed { 200 } else { 403 });
    }
    for path in ["/v1/batch", "/v1/raw", "/v1/id", "/v1/link", "/v1/count"] {
        let request = nora.request("POST", path).header("origin", "https://evil.example");
        let body = json!({"writeKey": WRITE_KEY, "batch": [], "raw": [], "path": "/", "anonymousId": "a"}).to_string();
        assert_eq!(nora.send(request, body).outcome(), (403, "origin_not_allowed".to_owned()), "{path}");
    }
    assert_eq!(post(&nora, SECRET_KEY, None, EVENT).status, 200, "a secret key needs no origin");
    assert_eq!(nora.json("/v1/overview")["events"]["accepted"], 3);
}

#[test]
fn who_somebody_is_has_to_be_signed_where_the_source_says_so() {
    let nora = Nora::start();
    assert_eq!(nora.call("PUT", "/v1/sources/website", &json!({"name": "Website", "requires_signature": true})).status, 200);
    let identify = |user: &str, context: Value| json!({"type": "identify", "anonymousId": "a", "userId": user, "context": context});
    let signed = identify("ann", json!({"identity": {"signature": signature(SIGNING_SECRET, "ann")}}));
    let track = json!({"type": "track", "event": "Bought", "anonymousId": "a", "userId": "bob", "context": {"traits": {"email": "bob@example.com"}}});
    let no_browser = json!({"type": "track", "event": "Bought", "userId": "bob"});
    let verdicts = nora.verdicts(json!({"batch": [signed, identify("bob", json!({})), track, no_browser]}).to_string());
    let held = || ("quarantined".to_owned(), Some("missing_signature".to_owned()));
    let taken = || ("accepted".to_owned(), None);
    assert_eq!(verdicts, [taken(), held(), taken(), held()]);
    let profile = nora.json("/v1/profiles/user_id:ann");
    assert_eq!(profile["event_count"], 2, "the browser's later events are those of the user who signed: {profile}");
    assert_eq!(nora.get("/v1/profiles/user_id:bob").status, 404);
    assert_eq!(nora.get("/v1/profiles/email:bob@example.com").status, 404);
    let ticket = nora.send(nora.request("POST", "/v1/links").header("authorization", basic(SECRET_KEY)), r#"{"userId":"eve"}"#).json();
    let arrives = json!({"type": "identify", "anonymousId": "e", "userId": "bob", "context": {"identity": {"link": ticket["token"]}}});
    assert_eq!(nora.verdicts(json!({"batch": [arrives]}).to_string()), [taken()], "a newsletter's token says it, too");
    assert_eq!(nora.json("/v1/profiles/user_id:eve")["event_count"], 1);
    assert_eq!(nora.get("/v1/profiles/user_id:bob").status, 404);
    let request = nora.request("POST", "/v1/identify").header("authorization", basic(SECRET_KEY));
    assert_eq!(nora.send(request, identify("bob", json!({})).to_string()).status, 200, "the site's own server says so");
}

#[test]
fn keys_are_replaced_without_losing_an_event() {
    let nora = Nora::start();
    let rotate = |which: &str, until: Option<&str>| {
        let reply = nora.call("POST", "/v1/sources/website/rotate", &json!({"which": which, "old_valid_until": until}));
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    };
    for (which, old) in [("write_key", WRITE_KEY), ("secret_key", SECRET_KEY)] {
        let answer = rotate(which, None);
        let new = answer["key"].as_str().unwrap().to_owned();
        assert!([old, &new].iter().all(|key| post(&nora, key, None, EVENT).status == 200), "{which}: both for a while");
        let keys = answer["source"][format!("{which}s")].as_array().unwrap();
        assert_eq!((keys.len(), keys[0]["valid_until"].is_null(), keys[1]["valid_until"].is_string()), (2, true, true));
        let third = nora.call("POST", "/v1/sources/website/rotate", &json!({"which": which}));
        assert_eq!(third.outcome(), (409, "conflict".to_owned()), "two at a time are enough");
        let newest = rotate(which, Some("2020-01-01T00:00:00Z"))["key"].as_str().unwrap().to_owned();
        let status = [old, &new, &newest].map(|key| post(&nora, key, None, EVENT).status);
        assert_eq!(status, [401, 401, 200], "{which}: the old ones have ended at once");
    }
    let key = nora.json("/v1/sources/website")["write_key"].as_str().unwrap().to_owned();
    let outcome = |secret: &str| {
        let identity = json!({"signature": signature(secret, "ann")});
        let event = json!({"event": "A", "userId": "ann", "context": {"identity": identity}});
        post(&nora, &key, None, &event.to_string()).status
    };
    let pass = || {
        let body = json!({"writeKey": key, "anonymousId": "ann"}).to_string();
        nora.send(nora.request("POST", "/v1/link"), body).json()["token"].as_str().unwrap().to_owned()
    };
    let arrives = |link: &str| {
        let body = json!({"writeKey": key, "anonymousId": "new", "link": link}).to_string();
        nora.send(nora.request("POST", "/v1/id"), body).json()["anonymousId"].as_str().unwrap().to_owned()
    };
    let old_pass = pass();
    let new = rotate("signing_secret", None)["key"].as_str().unwrap().to_owned();
    let new_pass = pass();
    assert_eq!([&old_pass, &new_pass].map(|link| arrives(link)), ["ann", "ann"], "links, too");
    assert_eq!([outcome(SIGNING_SECRET), outcome(&new), outcome("neither of them, but of 32 bytes")], [200, 200, 400]);
    rotate("signing_secret", Some("2020-01-01T00:00:00Z"));
    assert_eq!([outcome(SIGNING_SECRET), outcome(&new)], [400, 400]);
    assert_eq!([&old_pass, &new_pass].map(|link| arrives(link)), ["new", "new"]);
}
