//! The anonymous id in a cookie of the server's.

use nora_tests::client::Reply;
use nora_tests::{Nora, SECRET_KEY, WRITE_KEY};
use serde_json::{Value, json};

/// Asks as a page of the same site does.
fn ask(nora: &Nora, body: Value, cookie: Option<&str>) -> Reply {
    ask_from(nora, "same-site", body, cookie)
}

fn ask_from(nora: &Nora, site: &str, mut body: Value, cookie: Option<&str>) -> Reply {
    body["writeKey"] = WRITE_KEY.into();
    let request = nora.request("POST", "/v1/id").header("content-type", "text/plain").header("origin", "https://www.shop.example");
    let request = request.header("sec-fetch-site", site);
    let request = if let Some(cookie) = cookie { request.header("cookie", format!("a=1; nora_id={cookie}")) } else { request };
    nora.send(request, body.to_string())
}

fn id(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    body["anonymousId"].as_str().unwrap().to_owned()
}

#[test]
fn the_id_is_kept_in_a_cookie_that_scripts_cannot_read() {
    let nora = Nora::start();
    let made = ask(&nora, json!({}), None);
    let uuid = id(&made);
    assert!(uuid.len() == 36 && uuid.as_bytes()[14] == b'4', "a UUID of version 4: {uuid}");
    assert_eq!(made.header("set-cookie"), format!("nora_id={uuid}; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"));
    let again = ask(&nora, json!({}), Some(&uuid));
    assert_eq!(id(&again), uuid);
    assert!(again.header("set-cookie").contains("Max-Age=34560000"), "it is renewed");
    let behind_tls = |nora: &Nora| {
        let request = nora.request("POST", "/v1/id").header("x-forwarded-for", "192.0.2.1").header("x-forwarded-proto", "https");
        nora.send(request, json!({"writeKey": WRITE_KEY}).to_string()).header("set-cookie")
    };
    assert!(!behind_tls(&nora).contains("Secure"), "not every client is believed");
    let behind_proxy = Nora::start_with(&["--trusted-proxies", "127.0.0.1"]);
    assert!(behind_tls(&behind_proxy).contains("; Secure"), "{}", behind_tls(&behind_proxy));
}

#[test]
fn the_cookie_goes_before_what_is_given_and_a_reset_before_the_cookie() {
    let nora = Nora::start();
    assert_eq!(id(&ask(&nora, json!({"anonymousId": "given"}), None)), "given");
    assert_eq!(id(&ask(&nora, json!({"anonymousId": "given"}), Some("kept"))), "kept");
    assert_eq!(id(&ask(&nora, json!({"anonymousId": "  "}), Some("kept"))), "kept");
    let reset = ask(&nora, json!({"anonymousId": "given", "reset": true}), Some("kept"));
    assert_eq!(id(&reset), "given");
    assert!(reset.header("set-cookie").starts_with("nora_id=given;"));
    assert_ne!(id(&ask(&nora, json!({"reset": true}), Some("kept"))), "kept");
    // What identifies nobody is no id, wherever it comes from.
    for nobody in ["undefined", "00000000-0000-0000-0000-000000000000", &"x".repeat(501)] {
        assert_eq!(id(&ask(&nora, json!({"anonymousId": "given"}), Some(nobody))), "given");
    }
    let odd = "ünï; Domain=evil.example\r\nx: y";
    let cookie = ask(&nora, json!({"anonymousId": odd}), None).header("set-cookie");
    assert!(cookie.starts_with("nora_id=%C3%BCn%C3%AF%3B%20Domain"), "{cookie}");
    let value = cookie.split([';', '=']).nth(1).unwrap().to_owned();
    assert_eq!(id(&ask(&nora, json!({}), Some(&value))), odd);
}

#[test]
fn forgetting_removes_the_cookie() {
    let nora = Nora::start_with(&["--cookie-domain", ".Shop.Example"]);
    assert!(ask(&nora, json!({}), None).header("set-cookie").contains("; Domain=shop.example"));
    let forgotten = ask(&nora, json!({"forget": true, "anonymousId": "given"}), Some("kept"));
    assert_eq!((forgotten.status, forgotten.body.len()), (204, 0));
    assert_eq!(forgotten.header("set-cookie"), "nora_id=; HttpOnly; SameSite=Lax; Path=/; Domain=shop.example; Max-Age=0");
}

#[test]
fn a_page_of_another_site_gets_back_what_it_gave_and_no_cookie() {
    let nora = Nora::start();
    for (site, has_cookie) in [("cross-site", false), ("same-site", true), ("same-origin", true)] {
        let reply = ask_from(&nora, site, json!({"anonymousId": "given"}), None);
        assert_eq!(id(&reply), "given");
        assert_eq!(reply.headers.contains_key("set-cookie"), has_cookie, "{site}");
        let forgotten = ask_from(&nora, site, json!({"forget": true}), None);
        assert_eq!((forgotten.status, forgotten.headers.contains_key("set-cookie")), (204, has_cookie), "{site}");
    }
    assert_eq!(id(&ask_from(&nora, "cross-site", json!({"anonymousId": "given"}), Some("kept"))), "given");
}

#[test]
fn only_pages_of_the_site_may_read_the_answer() {
    let nora = Nora::start();
    for (site, method, allowed) in
        [("same-site", "POST", true), ("same-site", "OPTIONS", true), ("cross-site", "POST", false), ("cross-site", "OPTIONS", false)]
    {
        let request = nora.request(method, "/v1/id").header("origin", "https://www.shop.example").header("sec-fetch-site", site);
        let reply = nora.send(request, if method == "POST" { json!({"writeKey": WRITE_KEY}).to_string() } else { String::new() });
        let origin = if allowed { "https://www.shop.example" } else { "" };
        assert_eq!(reply.header("access-control-allow-origin"), origin, "{method} {site}");
        assert_eq!(reply.header("access-control-allow-credentials"), if allowed { "true" } else { "" }, "{method} {site}");
        assert_eq!(reply.header("vary"), "origin");
    }
    // Safari before 16.4 does not say where a page is from.
    let own = format!("http://{}", nora.address());
    for (origin, allowed) in [(own.as_str(), true), ("https://evil.example", false)] {
        let reply = nora.send(nora.request("POST", "/v1/id").header("origin", origin), json!({"writeKey": WRITE_KEY}).to_string());
        assert_eq!(reply.header("access-control-allow-credentials") == "true", allowed, "{origin}");
    }
    let wrong = nora.request("POST", "/v1/id").header("origin", own.as_str()).header("sec-fetch-site", "same-origin");
    let wrong = nora.send(wrong, "{");
    assert_eq!((wrong.status, wrong.header("access-control-allow-origin")), (400, own), "an error can be read, too");
}

#[test]
fn pages_that_the_source_lists_may_read_the_answer_too() {
    let nora = Nora::start();
    let listed = json!({"name": "Website", "allowed_origins": ["https://blog.example"]});
    let other = nora.call("POST", "/v1/sources", &json!({"name": "Other"})).json()["write_key"].as_str().unwrap().to_owned();
    let ask = |method: &str, origin: &str, site: &str, body: &Value| {
        let request = nora.request(method, "/v1/id").header("origin", origin).header("sec-fetch-site", site);
        let reply = nora.send(request, if method == "POST" { body.to_string() } else { String::new() });
        let is_readable = reply.header("access-control-allow-credentials") == "true";
        assert_eq!(reply.header("access-control-allow-origin"), if is_readable { origin } else { "" });
        (reply.status, is_readable)
    };
    let (blog, shop, evil) = ("https://blog.example", "https://shop.example", "https://evil.example");
    let website = json!({"writeKey": WRITE_KEY});
    assert_eq!(ask("OPTIONS", blog, "cross-site", &website), (204, false), "a source without a list lists nobody");
    assert_eq!(ask("POST", blog, "cross-site", &website), (200, false));
    assert_eq!(nora.call("PUT", "/v1/sources/website", &listed).status, 200);
    for (method, origin, site, key, expected) in [
        ("OPTIONS", blog, "cross-site", WRITE_KEY, (204, true)),
        ("OPTIONS", evil, "cross-site", WRITE_KEY, (204, false)),
        ("POST", blog, "cross-site", WRITE_KEY, (200, true)),
        ("POST", blog, "cross-site", &other, (200, false)),
        ("POST", evil, "cross-site", WRITE_KEY, (403, false)),
        ("POST", shop, "same-site", WRITE_KEY, (403, false)),
        ("POST", shop, "same-site", &other, (200, true)),
    ] {
        assert_eq!(ask(method, origin, site, &json!({"writeKey": key})), expected, "{method} {origin} {site} {key}");
    }
    let wrong = json!({"writeKey": WRITE_KEY, "anonymousId": "undefined"});
    assert_eq!(ask("POST", blog, "cross-site", &wrong), (400, true), "an error can be read, too");
}

#[test]
fn bad_input_is_named_and_sets_nothing() {
    let nora = Nora::start();
    let long = "x".repeat(501);
    for (body, expected) in [
        ("{".to_owned(), (400, "malformed_json")),
        ("[]".to_owned(), (400, "invalid_body")),
        (json!({"writeKey": WRITE_KEY, "anonymousId": {}}).to_string(), (400, "invalid_body")),
        (json!({"writeKey": WRITE_KEY, "reset": "yes"}).to_string(), (400, "invalid_body")),
        (json!({"writeKey": WRITE_KEY, "anonymousId": "undefined"}).to_string(), (400, "blocked_id")),
        (json!({"writeKey": WRITE_KEY, "anonymousId": long}).to_string(), (400, "too_long")),
        (json!({"anonymousId": "a"}).to_string(), (401, "missing_write_key")),
        (json!({"writeKey": "wrong"}).to_string(), (401, "invalid_write_key")),
        (json!({"writeKey": SECRET_KEY}).to_string(), (401, "invalid_write_key")),
    ] {
        let reply = nora.send(nora.request("POST", "/v1/id"), body.clone());
        assert_eq!(reply.outcome(), (expected.0, expected.1.to_owned()), "{body}");
        assert!(!reply.headers.contains_key("set-cookie"), "{body}");
    }
    for domain in ["shop", "https://shop.example", "shop.example/x", "a..b"] {
        let output = nora.command(&["--cookie-domain", domain]);
        assert!(!output.status.success(), "{domain}");
    }
}
