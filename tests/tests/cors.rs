//! Other origins: a tag may stand on any site, and nothing but a tag's calls may come from there.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use nora_tests::client::{basic, bearer};
use nora_tests::{ADMIN_TOKEN, Nora, WRITE_KEY};

const ORIGIN: &str = "https://shop.example";

#[test]
fn preflights_allow_what_known_clients_send() {
    let nora = Nora::start();
    let calls =
        ["identify", "track", "page", "screen", "group", "alias", "i", "t", "p", "s", "g", "a", "batch", "b", "m", "raw", "link", "count"];
    let others =
        ["/beacon/v1/batch", "/sourceConfig", "/sourceConfig/", "/api/s/track", "/api/s/s2s/page", "/v1/pixel/track", "/pixel/v1/page"];
    for path in calls.map(|call| format!("/v1/{call}")).into_iter().chain(others.map(str::to_owned)) {
        let request = nora.request("OPTIONS", &path).header("origin", ORIGIN);
        let request = request.header("access-control-request-method", "POST");
        let reply = nora.send(request.header("access-control-request-headers", "authorization,content-type,x-retry-count"), "");
        assert_eq!((reply.status, reply.body.len()), (204, 0), "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), ORIGIN);
        assert_eq!(reply.header("vary"), "origin");
        let allowed = reply.header("access-control-allow-headers").to_ascii_lowercase();
        let allowed: Vec<_> = allowed.split(',').map(str::trim).collect();
        let segment = ["authorization", "content-type", "x-retry-count"];
        let rudderstack = ["anonymousid", "sentat", "rsa-retry-attempt", "rsa-since-last-attempt", "rsa-since-first-attempt"];
        for header in segment.into_iter().chain(rudderstack).chain([
            "rsa-retry-reason",
            "rsa-recovered",
            "x-write-key",
            "x-ip-policy",
            "x-enable-debug",
        ]) {
            assert!(allowed.contains(&header), "{path}: {header} is not in {allowed:?}");
        }
        assert!(reply.header("access-control-allow-methods").contains("POST"));
        // Cookies stay at home, and a preflight holds for a day.
        assert_eq!(reply.header("access-control-allow-credentials"), "");
        assert_eq!(reply.header("access-control-max-age"), "86400");
    }
}

#[test]
fn answers_can_be_read_also_those_that_say_no() {
    let nora = Nora::start();
    let settings = nora.send(nora.request("GET", &format!("/v1/projects/{WRITE_KEY}/settings")).header("origin", ORIGIN), "");
    assert_eq!((settings.status, settings.header("access-control-allow-origin").as_str()), (200, ORIGIN));
    let large = "x".repeat(600 * 1024);
    for (body, key, status) in [
        (r#"{"event":"A","anonymousId":"a"}"#, WRITE_KEY, 200),
        ("{", WRITE_KEY, 400),
        (r#"{"event":"A"}"#, WRITE_KEY, 400),
        (r#"{"event":"A","anonymousId":"a"}"#, "wrong", 401),
        (&large, WRITE_KEY, 413),
    ] {
        let request = nora.request("POST", "/v1/t").header("origin", ORIGIN).header("authorization", basic(key));
        let reply = nora.send(request, body);
        assert_eq!((reply.status, reply.header("access-control-allow-origin").as_str()), (status, ORIGIN));
        assert!(reply.header("access-control-expose-headers").contains("retry-after"));
    }
}

/// analytics.js reads no answer, and with `keepalive` a browser counts what is left unread against the 64 KiB that a page may have on its way.
#[test]
fn pages_that_call_a_short_path_get_nothing_to_read() {
    let nora = Nora::start();
    let event = r#"{"type":"track","event":"A","anonymousId":"a","batch":[]}"#;
    for path in ["/v1/t", "/v1/b"] {
        let post = |path: &str, origin: Option<&str>| {
            let request = nora.request("POST", path).header("authorization", basic(WRITE_KEY));
            let reply = nora.send(origin.into_iter().fold(request, |request, origin| request.header("origin", origin)), event);
            assert_eq!((reply.status, reply.header("cache-control").as_str()), (200, ""));
            reply.text()
        };
        assert_eq!(post(path, Some(ORIGIN)), "");
        assert!(post(&format!("{path}?verbose=1"), Some(ORIGIN)).contains("results"));
        assert_eq!(post(path, None), r#"{"success":true}"#);
    }
}

#[test]
fn queries_are_for_nobody_else_s_pages() {
    let nora = Nora::start();
    nora.track("/v1/track", &serde_json::json!({"event": "A", "anonymousId": "a"}));
    let paths = [
        "/v1/profiles",
        "/v1/profiles/anonymous_id:a",
        "/v1/profiles/anonymous_id:a/events",
        "/v1/identities",
        "/v1/quarantine",
        "/v1/overview",
        "/v1/sources",
        "/v1/session",
        "/v1/counts",
        "/v1/spaces/s/collections/users/profiles/anonymous_id:a/traits",
        "/v1/spaces/s/collections/users/profiles/anonymous_id:a/external_ids",
        "/v1/spaces/s/collections/users/profiles/anonymous_id:a/events",
        "/v1/spaces/s/collections/users/profiles/anonymous_id:a/metadata",
        "/v1/spaces/s/collections/users/profiles/anonymous_id:a/links",
    ];
    for path in paths {
        for method in ["OPTIONS", "GET"] {
            let request = nora.request(method, path).header("origin", ORIGIN).header("authorization", bearer(ADMIN_TOKEN));
            let reply = nora.send(request.header("access-control-request-method", "GET"), "");
            assert_eq!(reply.status == 200, method == "GET", "{method} {path}");
            assert!(reply.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{method} {path}: {:?}", reply.headers);
        }
        let without = nora.send(nora.request("GET", path), "");
        assert_eq!(without.outcome(), (401, "unauthorized".to_owned()), "{path} without a token");
        let with_write_key = nora.send(nora.request("GET", path).header("authorization", basic(WRITE_KEY)), "");
        assert_eq!(with_write_key.outcome(), (401, "unauthorized".to_owned()), "{path} with a write key");
    }
}
