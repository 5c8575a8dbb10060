//! Who it is that comes by a link: from another of the site's domains, or from a newsletter.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use nora_tests::client::{basic, bearer};
use nora_tests::{Nora, SECRET_KEY, SIGNING_SECRET, WRITE_KEY, timeline};
use serde_json::{Value, json};
use sha2::Sha256;

use super::metric;

/// A token for a newsletter.
fn ticket(nora: &Nora, body: &Value) -> String {
    let reply = nora.send(nora.request("POST", "/v1/links").header("authorization", basic(SECRET_KEY)), body.to_string());
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["token"].as_str().unwrap().to_owned()
}

fn identify(anonymous_id: &str, link: &str) -> Value {
    json!({"type": "identify", "anonymousId": anonymous_id, "context": {"identity": {"link": link}}})
}

/// The newest event of somebody: whether it is verified, and all of it.
fn newest(nora: &Nora, id: &str) -> (bool, Value) {
    let event = timeline::events(nora, id)[0].clone();
    (event["verified"].as_bool().unwrap(), event)
}

/// A token as the server makes them, with claims of one's own.
#[allow(clippy::disallowed_methods, reason = "the server under test goes by the machine's clock")]
fn forged(letter: char, source: &str, secret: &str, ends_in_seconds: i64, mut claims: Value) -> String {
    claims["e"] = (jiff::Timestamp::now().as_second() + ends_in_seconds).into();
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(b"nora link v1"), secret.as_bytes()).expand(source.as_bytes(), &mut key).unwrap();
    let (nonce, json) = ([7; 24], claims.to_string());
    let payload = Payload { msg: json.as_bytes(), aad: &[letter as u8] };
    let sealed = XChaCha20Poly1305::new(&key.into()).encrypt(XNonce::from_slice(&nonce), payload).unwrap();
    format!("{letter}{}", URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
}

/// A token with another last character but one.
fn tampered(token: &str) -> String {
    let at = token.len() - 2;
    let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

#[test]
fn a_link_to_another_domain_takes_the_visitor_along() {
    let nora = Nora::start();
    let pass = nora.send(nora.request("POST", "/v1/link"), json!({"writeKey": WRITE_KEY, "anonymousId": "ann"}).to_string());
    let (status, pass) = (pass.status, pass.json());
    assert_eq!((status, &pass["expiresIn"]), (200, &json!(120)));
    let token = pass["token"].as_str().unwrap();
    assert!(token.starts_with('x') && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{token}");
    let arrive = |link: &str, site: &str| {
        let body = json!({"writeKey": WRITE_KEY, "anonymousId": "bob", "link": link});
        let request = nora.request("POST", "/v1/id").header("sec-fetch-site", site).header("cookie", "nora_id=kept");
        let reply = nora.send(request, body.to_string());
        (reply.json()["anonymousId"].as_str().unwrap().to_owned(), reply.header("set-cookie"))
    };
    let (id, cookie) = arrive(token, "same-origin");
    assert_eq!(id, "ann");
    assert!(cookie.starts_with("nora_id=ann;"), "{cookie}");
    // What is not believed changes nothing.
    let newsletter = ticket(&nora, &json!({"userId": "u"}));
    for wrong in [&tampered(token), &token[1..], "x", "", &newsletter, &format!("x{}", &newsletter[1..])] {
        assert_eq!(arrive(wrong, "same-origin").0, "kept", "{wrong}");
    }
    assert_eq!(metric(&nora, r#"nora_links_total{kind="cross_domain",result="believed"}"#), 1);
    assert_eq!(metric(&nora, r#"nora_links_total{kind="cross_domain",result="invalid"}"#), 5);
    let stranger = Nora::start();
    let body = json!({"writeKey": WRITE_KEY, "anonymousId": "bob", "link": token});
    let reply = stranger.send(stranger.request("POST", "/v1/id"), body.to_string());
    assert_eq!(reply.json()["anonymousId"], "ann", "servers with one secret are one");
}

#[test]
fn a_token_for_another_domain_is_made_for_an_id_alone() {
    let nora = Nora::start();
    let long = "€".repeat(500);
    for (body, expected) in [
        (json!({"writeKey": WRITE_KEY}), (400, "missing_id")),
        (json!({"writeKey": WRITE_KEY, "anonymousId": " "}), (400, "missing_id")),
        (json!({"writeKey": WRITE_KEY, "anonymousId": "null"}), (400, "blocked_id")),
        (json!({"writeKey": WRITE_KEY, "anonymousId": long}), (400, "too_long")),
        (json!({"anonymousId": "a"}), (401, "missing_write_key")),
        (json!({"writeKey": "wrong", "anonymousId": "a"}), (401, "invalid_write_key")),
    ] {
        let reply = nora.send(nora.request("POST", "/v1/link"), body.to_string());
        assert_eq!(reply.outcome(), (expected.0, expected.1.to_owned()), "{body}");
    }
}

#[test]
fn a_newsletter_s_link_says_who_comes_by_it() {
    let nora = Nora::start();
    let token = ticket(&nora, &json!({"userId": "u1", "traits": {"email": "Ann@Example.com", "firstName": "Ann"}}));
    assert!(token.starts_with('n'), "{token}");
    nora.track("/v1/identify", &identify("a1", &token));
    let (verified, event) = newest(&nora, "user_id:u1");
    assert!(verified);
    assert_eq!((&event["anonymous_id"], &event["traits"]), (&json!("a1"), &json!({"email": "Ann@Example.com", "firstName": "Ann"})));
    let profile = nora.json("/v1/profiles/anonymous_id:a1");
    let values: Vec<_> = profile["identifiers"].as_array().unwrap().iter().map(|id| id["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["u1", "ann@example.com", "a1"]);
    // In a batch, by a context of the batch; and as a raw call.
    let batch = json!({"context": {"identity": {"link": ticket(&nora, &json!({"traits": {"email": "bob@example.com"}}))}},
        "batch": [{"type": "page", "anonymousId": "b1"}]});
    assert_eq!(nora.verdicts(batch.to_string()), [("accepted".to_owned(), None)]);
    assert!(newest(&nora, "email:bob@example.com").0);
    let link = ticket(&nora, &json!({"user_id": "u3"}));
    let raw = json!({"writeKey": WRITE_KEY, "raw": [{"id": "r1", "t": "2026-01-31T12:00:00.000Z", "m": "identify", "v": {"a": "c1"},
        "a": [null, null, {"context": {"identity": {"link": link}}}]}]});
    assert_eq!(nora.send(nora.request("POST", "/v1/raw"), raw.to_string()).status, 200);
    assert_eq!(newest(&nora, "user_id:u3").1["anonymous_id"], "c1");
    assert_eq!(metric(&nora, r#"nora_links_total{kind="newsletter",result="believed"}"#), 3);
    // A repeat is none.
    assert_eq!(nora.send(nora.request("POST", "/v1/raw"), raw.to_string()).status, 200);
    assert_eq!(metric(&nora, r#"nora_links_total{kind="newsletter",result="believed"}"#), 3);
}

#[test]
fn what_is_not_believed_costs_the_event_nothing() {
    let nora = Nora::start();
    let token = ticket(&nora, &json!({"userId": "u1"}));
    let pass = nora.send(nora.request("POST", "/v1/link"), json!({"writeKey": WRITE_KEY, "anonymousId": "a1"}).to_string());
    let pass = pass.json()["token"].as_str().unwrap().to_owned();
    for wrong in [tampered(&token), token[1..].to_owned(), format!("{token}A"), pass, "n".into(), "garbage".into()] {
        nora.track("/v1/identify", &identify("a1", &wrong));
        let (verified, event) = newest(&nora, "anonymous_id:a1");
        assert!(!verified && event["user_id"].is_null() && event["context"].get("identity").is_none(), "{wrong}: {event}");
    }
    assert_eq!(timeline::event_count(&nora, "user_id:u1"), 0);
    assert_eq!(metric(&nora, r#"nora_links_total{kind="newsletter",result="invalid"}"#), 6);
    assert_eq!(metric(&nora, "nora_links_total"), 6);
}

#[test]
fn tokens_end_and_are_one_source_s() {
    let nora = Nora::start();
    let person = || json!({"u": "u1"});
    for (token, result) in [
        (forged('n', "website", SIGNING_SECRET, 60, person()), "believed"),
        (forged('n', "website", SIGNING_SECRET, -1, person()), "expired"),
        (forged('n', "other", SIGNING_SECRET, 60, person()), "invalid"),
        (forged('n', "website", "another secret of thirty-two bytes", 60, person()), "invalid"),
    ] {
        nora.track("/v1/identify", &identify("a1", &token));
        assert_eq!(newest(&nora, "anonymous_id:a1").0, result == "believed", "{result}");
    }
    let visitor = || json!({"a": "ann"});
    for (token, expected) in [
        (forged('x', "website", SIGNING_SECRET, 60, visitor()), "ann"),
        (forged('x', "website", SIGNING_SECRET, -1, visitor()), "bob"),
        (forged('x', "other", SIGNING_SECRET, 60, visitor()), "bob"),
    ] {
        let body = json!({"writeKey": WRITE_KEY, "anonymousId": "bob", "link": token});
        assert_eq!(nora.send(nora.request("POST", "/v1/id"), body.to_string()).json()["anonymousId"], expected);
    }
    let results = |kind: &str| {
        ["believed", "expired", "invalid"].map(|result| metric(&nora, &format!(r#"nora_links_total{{kind="{kind}",result="{result}"}}"#)))
    };
    assert_eq!((results("newsletter"), results("cross_domain")), ([1, 1, 2], [1, 1, 1]));
}

#[test]
fn newsletter_links_are_made_with_the_secret_key_for_somebody() {
    let nora = Nora::start();
    let post = |key: Option<String>, body: &str| {
        let request = nora.request("POST", "/v1/links");
        let request = if let Some(key) = key { request.header("authorization", key) } else { request };
        nora.send(request, body)
    };
    let good = r#"{"userId":"u1","expires_in":60}"#;
    for key in [None, Some(basic(WRITE_KEY)), Some(bearer("wrong"))] {
        assert_eq!(post(key, good).outcome(), (401, "secret_key_needed".to_owned()));
    }
    assert_eq!(post(None, r#"{"writeKey":"sk_black_box","userId":"u1"}"#).outcome().0, 401, "not in the body");
    assert_eq!(post(Some(bearer(SECRET_KEY)), good).status, 200);
    let reply = nora.send(nora.request("OPTIONS", "/v1/links").header("origin", "https://x.example"), "");
    assert_eq!((reply.status, reply.header("access-control-allow-origin").as_str()), (405, ""), "never across origins");
    let large = format!(r#"{{"userId":"u","traits":{{"bio":"{}"}}}}"#, "x".repeat(1_024));
    for body in [
        "{}",
        r#"{"userId":"undefined"}"#,
        r#"{"userId":7}"#,
        r#"{"traits":{"email":"nobody"}}"#,
        r#"{"traits":[]}"#,
        r#"{"userId":"u","expires_in":59}"#,
        r#"{"userId":"u","expires_in":31622401}"#,
        r#"{"userId":"u","expiresIn":60}"#,
        "[]",
        &large,
    ] {
        let reply = post(Some(basic(SECRET_KEY)), body);
        assert_eq!(reply.outcome(), (400, "invalid_body".to_owned()), "{body}");
    }
    assert_eq!(post(Some(basic(SECRET_KEY)), "{").outcome(), (400, "malformed_json".to_owned()));
}

#[test]
fn the_command_line_makes_links_beside_a_running_server() {
    let nora = Nora::start();
    let run = |arguments: &[&str]| {
        let output = nora.command(&[&["link"], arguments].concat());
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (ok, out, err) = run(&[
        "https://shop.example/sale?utm_source=mail#top",
        "--user-id",
        "u9",
        "--email",
        "eve@example.com",
        "--trait",
        "firstName=Eve",
    ]);
    assert!(ok, "{err}");
    let token = out.trim().strip_prefix("https://shop.example/sale?utm_source=mail&nora_link=").unwrap().strip_suffix("#top").unwrap();
    nora.track("/v1/identify", &identify("e1", token));
    assert_eq!(nora.json("/v1/profiles/email:eve@example.com")["traits"]["firstName"], "Eve");
    assert!(newest(&nora, "user_id:u9").0);
    for wrong in
        [&["--user-id", "null"][..], &[], &["--trait", "x"], &["--user-id", "u", "--days", "0"], &["--user-id", "u", "--source", "nowhere"]]
    {
        let (ok, out, err) = run(wrong);
        assert!(!ok && out.is_empty() && !err.is_empty(), "{wrong:?}: {out}{err}");
    }
}

#[test]
fn tokens_are_in_no_answer_no_log_and_no_file() {
    let mut nora = Nora::start_with(&["--log", "trace"]);
    let token = ticket(&nora, &json!({"userId": "u1", "traits": {"email": "ann@example.com"}}));
    let mut answers = nora.post("/v1/identify?verbose=1", identify("a1", &token).to_string()).text();
    answers += &nora.post("/v1/identify?verbose=1", identify("a2", &tampered(&token)).to_string()).text();
    // Held for another reason, the token is a credential all the same.
    answers += &nora.post("/v1/track", json!({"anonymousId": "a", "context": {"identity": {"link": token}}}).to_string()).text();
    for path in ["profiles/user_id:u1", "profiles/user_id:u1/events", "quarantine", "identities"] {
        answers += &nora.get(&format!("/v1/{path}")).text();
    }
    assert!(answers.contains("***"), "{answers}");
    nora.stop();
    let files: Vec<u8> = std::fs::read_dir(nora.data().join("sled"))
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_file())
        .flat_map(|entry| std::fs::read(entry.path()).unwrap())
        .collect();
    for secret in [token.as_str(), &tampered(&token)] {
        assert!(!answers.contains(secret) && !nora.log().contains(secret));
        assert!(!files.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}
