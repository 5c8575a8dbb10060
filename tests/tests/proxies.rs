//! The visitor's address, and the scheme and host that it used, with and without proxies; and the headers of every answer.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use nora_tests::client::basic;
use nora_tests::{ADMIN_TOKEN, Nora, Reply, WRITE_KEY, timeline};
use serde_json::json;

/// Sends an event with these headers; the address that it is kept with.
fn address(nora: &Nora, user: &str, headers: &[(&str, &str)]) -> String {
    let mut request = nora.request("POST", "/v1/track").header("authorization", basic(WRITE_KEY));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    assert_eq!(nora.send(request, json!({"event": "A", "userId": user}).to_string()).status, 200);
    timeline::events(nora, &format!("user_id:{user}"))[0]["context"]["ip"].as_str().unwrap().to_owned()
}

fn log_in(nora: &Nora, headers: &[(&str, &str)]) -> Reply {
    let mut request = nora.request("POST", "/v1/session").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    nora.send(request, json!({"token": ADMIN_TOKEN}).to_string())
}

#[test]
fn nobody_is_believed_who_is_no_trusted_proxy() {
    let nora = Nora::start();
    for (user, header, value) in
        [("a", "x-forwarded-for", "192.0.2.1"), ("b", "forwarded", "for=192.0.2.1"), ("c", "x-real-ip", "192.0.2.1")]
    {
        assert_eq!(address(&nora, user, &[(header, value)]), "127.0.0.1", "{header}");
    }
    let reply = log_in(&nora, &[("x-forwarded-proto", "https"), ("forwarded", "proto=https;host=evil.example")]);
    assert!(!reply.header("set-cookie").contains("Secure") && reply.header("strict-transport-security").is_empty());
    let request = nora.request("GET", &format!("/v1/projects/{WRITE_KEY}/settings")).header("x-forwarded-host", "evil.example");
    assert!(!nora.send(request, "").text().contains("evil.example"));
}

#[test]
fn a_trusted_proxy_is_believed_about_what_it_saw() {
    let nora = Nora::start_with(&["--trusted-proxies", "127.0.0.0/8,10.0.0.0/8"]);
    for (user, list, expected) in [
        ("a", "192.0.2.1", "192.0.2.1"),
        ("b", "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        ("c", "6.6.6.6, 192.0.2.1, 10.0.0.7", "192.0.2.1"),
        ("d", "2001:db8::1", "2001:db8::1"),
        ("e", "nonsense", "127.0.0.1"),
    ] {
        assert_eq!(address(&nora, user, &[("x-forwarded-for", list), ("forwarded", "for=6.6.6.6")]), expected, "{list}");
    }
    let https = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "cdp.example.com")];
    let reply = log_in(&nora, &https);
    assert!(reply.header("set-cookie").contains("Secure"), "{}", reply.header("set-cookie"));
    assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
    let mut request = nora.request("GET", &format!("/v1/projects/{WRITE_KEY}/settings"));
    for (name, value) in https {
        request = request.header(name, value);
    }
    let settings = nora.send(request, "").json();
    let segment = &settings["integrations"]["Segment.io"];
    assert_eq!((&segment["apiHost"], &segment["protocol"]), (&json!("cdp.example.com/v1"), &json!("https")));
}

#[test]
fn the_standard_header_counts_where_it_is_chosen() {
    let nora = Nora::start_with(&["--trusted-proxies", "127.0.0.1", "--forwarded-header", "forwarded"]);
    let headers = [("x-forwarded-for", "6.6.6.6"), ("forwarded", r#"for=6.6.6.7, for="[2001:db8::1]:4711";proto=https"#)];
    assert_eq!(address(&nora, "a", &headers), "2001:db8::1");
}

#[test]
fn every_answer_says_what_a_browser_may_do_with_it() {
    let nora = Nora::start();
    for (path, status) in
        [("/v1/overview", 200), ("/v1/profiles/x", 400), ("/nothing", 404), ("/openapi.json", 200), ("/docs/", 200), ("/healthz", 200)]
    {
        let reply = nora.get(path);
        assert_eq!(reply.status, status, "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "strict-origin-when-cross-origin", "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src"), "{path}: {policy}");
        assert!(!policy.contains("script-src 'unsafe-inline'") && !policy.contains("unsafe-eval"), "{path}: {policy}");
        assert_eq!(reply.header("strict-transport-security"), "", "not without TLS");
        let is_page = path == "/docs/";
        assert_eq!(reply.header("cross-origin-opener-policy") == "same-origin", is_page, "{path}");
        assert_eq!(reply.header("permissions-policy").contains("camera=()"), is_page, "{path}");
    }
    let request = nora.request("POST", "/v1/track").header("authorization", basic(WRITE_KEY)).header("origin", "https://shop.example");
    let reply = nora.send(request, r#"{"event":"A","userId":"u"}"#);
    assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin", "other sites may read it");
}
