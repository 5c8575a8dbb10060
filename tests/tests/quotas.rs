//! How much is taken of each key and each address, and what those are told who bring more.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use nora_tests::client::basic;
use nora_tests::{Nora, Reply, SECRET_KEY, WRITE_KEY};
use serde_json::json;

fn batch(nora: &Nora, key: &str, address: &str, events: usize) -> Reply {
    let event = json!({"type": "track", "event": "A", "userId": "u"});
    let request = nora.request("POST", "/v1/batch").header("authorization", basic(key)).header("x-forwarded-for", address);
    nora.send(request.header("origin", "https://shop.example"), json!({"batch": vec![event; events]}).to_string())
}

/// 429, and a whole number of seconds within the minute that a quota is of.
fn assert_limited(reply: &Reply) {
    assert_eq!(reply.outcome(), (429, "rate_limited".to_owned()));
    let seconds: u64 = reply.header("retry-after").parse().expect("whole seconds");
    assert!((1..=61).contains(&seconds), "{seconds}");
    assert_eq!(reply.header("access-control-allow-origin"), "https://shop.example", "a page can read it");
    assert!(reply.header("access-control-expose-headers").contains("retry-after"));
}

#[test]
fn each_key_has_its_own_quota_of_requests() {
    let nora = Nora::start_with(&["--write-key-requests", "3", "--secret-key-requests", "5"]);
    let other = nora.call("POST", "/v1/sources", &json!({"name": "Other"})).json()["write_key"].as_str().unwrap().to_owned();
    let taken = |key: &str| (0..8).map(|_| batch(&nora, key, "", 1)).take_while(|reply| reply.status == 200).count();
    assert_eq!([taken(WRITE_KEY), taken(SECRET_KEY), taken(&other)], [3, 5, 3]);
    assert_limited(&batch(&nora, WRITE_KEY, "", 1));
    assert_eq!(nora.json("/v1/overview")["events"]["accepted"], 11, "nothing else was kept");
    let figures = nora.get("/metrics").text();
    assert!(figures.contains("nora_requests_limited_total{by=\"write_key\"} 3"), "{figures}");
}

#[test]
fn whatever_takes_a_key_takes_of_its_quota() {
    let (event, link) = (r#"{"event":"A","path":"/","anonymousId":"a","batch":[],"raw":[]}"#, r#"{"userId":"u"}"#);
    let nora = Nora::start_with(&["--write-key-requests", "1", "--secret-key-requests", "1"]);
    let post = |path: &str, key: &str, body: &'static str| {
        nora.send(nora.request("POST", path).header("authorization", basic(key)).header("origin", "https://shop.example"), body)
    };
    for path in ["/v1/track", "/v1/raw", "/v1/id", "/v1/link", "/v1/count"] {
        let source = nora.call("POST", "/v1/sources", &json!({"name": path, "allowed_origins": ["https://shop.example"]})).json();
        let key = source["write_key"].as_str().unwrap();
        assert!(post(path, key, event).status < 300, "{path}");
        assert_limited(&post(path, key, event));
    }
    assert_eq!(post("/v1/links", SECRET_KEY, link).status, 200);
    assert_eq!(post("/v1/links", SECRET_KEY, link).outcome(), (429, "rate_limited".to_owned()));
}

#[test]
fn events_count_however_they_are_packed() {
    let nora = Nora::start_with(&["--write-key-events", "10"]);
    assert_eq!(batch(&nora, WRITE_KEY, "", 6).status, 200);
    assert_limited(&batch(&nora, WRITE_KEY, "", 6));
    assert_eq!(batch(&nora, WRITE_KEY, "", 4).status, 200, "what there is room for");
    assert_limited(&batch(&nora, WRITE_KEY, "", 1));
    assert_eq!(batch(&nora, SECRET_KEY, "", 100).status, 200, "secret keys have their own");
}

#[test]
fn each_address_has_its_own_and_none_takes_that_of_another() {
    let nora = Nora::start_with(&["--trusted-proxies", "127.0.0.1", "--address-requests", "3", "--address-events", "1000"]);
    let taken = |address: &str| (0..6).map(|_| batch(&nora, WRITE_KEY, address, 1)).take_while(|reply| reply.status == 200).count();
    assert_eq!([taken("192.0.2.1"), taken("192.0.2.2")], [3, 3]);
    assert_limited(&batch(&nora, WRITE_KEY, "192.0.2.1", 1));
    assert_limited(&batch(&nora, WRITE_KEY, "6.6.6.6, 192.0.2.1", 1));
    assert_eq!([taken("2001:db8:0:1::1"), taken("2001:db8:0:1::2"), taken("2001:db8:0:2::1")], [3, 0, 3], "a network of 64 bits is one");
    let server = (0..5).map(|_| batch(&nora, SECRET_KEY, "192.0.2.1", 1).status);
    assert!(server.into_iter().all(|status| status == 200), "a server has the quota of its key alone");
    let log_in = || {
        let request = nora.request("POST", "/v1/session").header("content-type", "application/json").header("x-forwarded-for", "192.0.2.9");
        nora.send(request, r#"{"token":"guess"}"#).status
    };
    assert_eq!([log_in(), log_in(), log_in(), log_in()], [401, 401, 401, 429]);
}

#[test]
fn nobody_s_address_is_believed_without_a_proxy_that_is_trusted() {
    let nora = Nora::start_with(&["--address-requests", "1"]);
    // All come from this machine, which has no quota: what they say does not make them others.
    assert!((0..5).all(|_| batch(&nora, WRITE_KEY, "192.0.2.1", 1).status == 200));
}
