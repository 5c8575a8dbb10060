//! Signed identity: what a browser says is verified where the site's own server has signed the user id.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use nora_tests::client::basic;
use nora_tests::{Nora, SECRET_KEY, SIGNING_SECRET, WRITE_KEY, timeline};
use serde_json::{Value, json};
use sha2::Sha256;

fn hmac(message: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(SIGNING_SECRET.as_bytes()).unwrap().chain_update(message).finalize().into_bytes().to_vec()
}

/// What the site's server makes of a user id.
fn signature(user: &str) -> String {
    hmac(user).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A token that ends so many seconds from now.
#[allow(clippy::disallowed_methods, reason = "the server under test goes by the machine's clock")]
fn token(alg: &str, user: &str, seconds: i64) -> String {
    let exp = jiff::Timestamp::now().as_second() + seconds;
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(json!({"alg": alg, "typ": "JWT"})), part(json!({"sub": user, "exp": exp})));
    let signature = if alg == "none" { String::new() } else { URL_SAFE_NO_PAD.encode(hmac(&signed)) };
    format!("{signed}.{signature}")
}

fn identify(user: &str, email: &str, identity: &Value) -> Value {
    json!({"type": "identify", "userId": user, "traits": {"email": email}, "context": {"identity": identity}})
}

fn accepted() -> (String, Option<String>) {
    ("accepted".into(), None)
}

fn quarantined() -> (String, Option<String>) {
    ("quarantined".into(), Some("invalid_signature".into()))
}

/// Whether the newest event of a user is verified.
fn is_verified(nora: &Nora, user: &str) -> bool {
    timeline::events(nora, &format!("user_id:{user}"))[0]["verified"].as_bool().unwrap()
}

#[test]
fn a_signature_or_a_token_of_the_user_verifies() {
    let nora = Nora::start();
    let identities = [
        ("hmac", json!({"signature": signature("hmac")}), true),
        ("jwt", json!({"token": token("HS256", "jwt", 60)}), true),
        ("late", json!({"token": token("HS256", "late", -30)}), true),
        ("both", json!({"signature": signature("both"), "token": token("HS256", "both", 60)}), true),
        ("no", json!({"level": 2}), false),
    ];
    for (user, identity, verified) in identities {
        let event = identify(user, &format!("{user}@example.com"), &identity);
        nora.track("/v1/identify", &event);
        assert_eq!(is_verified(&nora, user), verified, "{user}");
    }
}

#[test]
fn whatever_is_wrong_is_held_and_named() {
    let nora = Nora::start();
    let good = signature("u");
    let wrong = [
        json!({"signature": signature("other")}),
        json!({"signature": good.to_uppercase()}),
        json!({"signature": "garbage"}),
        json!({"signature": {"of": "a wrong type"}}),
        json!({"token": token("HS256", "u", -90)}),
        json!({"token": token("HS256", "other", 60)}),
        json!({"token": token("none", "u", 60)}),
        json!({"token": token("RS256", "u", 60)}),
        json!({"token": "a.b.c"}),
        json!({"token": "garbage"}),
        json!({"signature": good, "token": token("none", "u", 60)}),
    ];
    for identity in &wrong {
        let event = identify("u", "ann@example.com", identity);
        assert_eq!(nora.verdicts(json!({"batch": [event]}).to_string()), [quarantined()], "{identity}");
        assert_eq!(nora.post("/v1/identify", event.to_string()).outcome(), (400, "invalid_signature".to_owned()));
    }
    // A secret key makes no wrong signature right.
    let request = nora.request("POST", "/v1/identify").header("authorization", basic(SECRET_KEY));
    assert_eq!(nora.send(request, identify("u", "a@b.nl", &wrong[0]).to_string()).outcome().1, "invalid_signature");
    let nobody = json!({"type": "page", "anonymousId": "a", "context": {"identity": {"signature": good}}});
    assert_eq!(nora.verdicts(json!({"batch": [nobody]}).to_string()), [quarantined()]);
    assert_eq!(timeline::event_count(&nora, "user_id:u"), 0);
    let held = nora.json("/v1/quarantine?limit=200")["data"].clone();
    assert!(held.as_array().unwrap().iter().all(|item| item["reason"] == "invalid_signature"));
    assert_eq!(held.as_array().unwrap().len(), 2 * wrong.len() + 2);
}

#[test]
fn a_batch_s_context_signs_for_the_events_without_one() {
    let nora = Nora::start();
    let page = |user: &str, context: Value| json!({"type": "page", "userId": user, "context": context});
    let batch = json!({
        "context": {"identity": {"signature": signature("ann")}},
        "batch": [page("ann", json!({})), page("bob", json!({})), page("bob", json!({"identity": {"signature": signature("bob")}})),
            page("cas", json!({"identity": null}))],
    });
    assert_eq!(nora.verdicts(batch.to_string()), [accepted(), quarantined(), accepted(), accepted()]);
    assert_eq!(["ann", "bob", "cas"].map(|user| is_verified(&nora, user)), [true, true, false]);
    assert_eq!(timeline::events(&nora, "user_id:ann")[0]["context"].get("identity"), None);
}

#[test]
fn the_options_of_a_raw_call_sign() {
    let nora = Nora::start();
    let call = |id: &str, user: &str, signature: &str| {
        json!({"id": id, "t": "2026-01-31T12:00:00.000Z", "m": "identify", "v": {"a": format!("a-{user}")},
            "a": [user, null, {"context": {"identity": {"signature": signature}}}]})
    };
    let mut unknown = call("3", "cas", &signature("cas"));
    unknown["m"] = "purchase".into();
    let calls = [call("1", "ann", &signature("ann")), call("2", "bob", &signature("ann")), unknown];
    let reply = nora.post("/v1/raw?verbose=1", json!({"writeKey": WRITE_KEY, "raw": calls}).to_string());
    let outcomes: Vec<_> = reply.json()["results"].as_array().unwrap().iter().map(|result| result["reason"].clone()).collect();
    assert_eq!(outcomes, [Value::Null, "invalid_signature".into(), "unknown_type".into()]);
    assert!(is_verified(&nora, "ann"));
    let held = nora.get("/v1/quarantine").text();
    assert!(held.contains("***") && !held.contains(&signature("ann")) && !held.contains(&signature("cas")), "{held}");
}

/// Scenario 4: verified evidence is placed first.
#[test]
fn the_identity_graph_believes_what_is_signed() {
    let nora = Nora::start();
    let signed = |user: &str, email| identify(user, email, &json!({"signature": signature(user)}));
    nora.track("/v1/identify", &identify("u1", "bob@example.com", &json!({})));
    nora.track("/v1/identify", &signed("u1", "ann@example.com"));
    nora.track("/v1/identify", &signed("u2", "bob@example.com"));
    let cluster = |user: &str| -> BTreeSet<String> {
        let profile = nora.json(&format!("/v1/profiles/user_id:{user}"));
        profile["identifiers"].as_array().unwrap().iter().map(|found| found["value"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(cluster("u1"), ["ann@example.com", "u1"].map(str::to_owned).into());
    assert_eq!(cluster("u2"), ["bob@example.com", "u2"].map(str::to_owned).into());
}

#[test]
fn credentials_are_in_no_answer_no_log_and_no_file() {
    let mut nora = Nora::start_with(&["--log", "trace"]);
    let (good, bad, jwt) = (signature("ann"), signature("wrong"), token("HS256", "ann", 60));
    let secrets = [SIGNING_SECRET, &good, &bad, &jwt];
    let mut answers = String::new();
    for identity in [json!({"signature": good}), json!({"signature": bad}), json!({"token": jwt}), json!({"token": format!("{jwt}x")})] {
        answers += &nora.post("/v1/identify?verbose=1", identify("ann", "ann@example.com", &identity).to_string()).text();
        // Held for another reason, its signature is a credential all the same.
        answers += &nora.post("/v1/track", json!({"userId": "ann", "context": {"identity": identity}}).to_string()).text();
    }
    let paths = ["profiles/user_id:ann", "profiles/user_id:ann/events", "quarantine", "sources", "overview", "identities", "session"];
    for path in paths {
        answers += &nora.get(&format!("/v1/{path}")).text();
    }
    assert_eq!(timeline::event_count(&nora, "user_id:ann"), 2);
    assert!(answers.contains("***"));
    nora.stop();
    let (log, mut files) = (nora.log(), Vec::new());
    assert!(log.contains("TRACE"), "the log says everything");
    read_all(&nora.data().join("sled"), &mut files);
    for secret in secrets {
        assert!(!answers.contains(secret), "in an answer");
        assert!(!log.contains(secret), "in the log");
        assert!(!files.windows(secret.len()).any(|window| window == secret.as_bytes()), "in a file");
    }
}

/// The bytes of every file in a folder.
fn read_all(folder: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { read_all(&path, bytes) } else { bytes.extend(std::fs::read(path).unwrap()) }
    }
}
