//! `nora erase`: whoever is erased is in no answer and in no byte of the data directory any more; everybody else is as before.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::Output;

use nora_tests::client::basic;
use nora_tests::disk::texts_in;
use nora_tests::{Nora, SECRET_KEY, run, timeline};
use serde_json::{Value, json};

/// What was sent of the customer that is erased, in lower case: identifiers, values, names, message ids.
const THEIRS: [&str; 12] = [
    "zelda-user-55",
    "zelda.quartz@example.com",
    "visitor-zelda-1",
    "visitor-zelda-2",
    "0655501234",
    "zelda quartzstone",
    "sku-only-zelda-saw",
    "large-zelda-text",
    "zelda-message-",
    "held-zelda-payload",
    "asked by zelda",
    "zelda's old id",
];

/// What stays.
const OTHERS: [&str; 3] = ["bystander-3@example.com", "held-of-somebody-else", "sku-of-everybody"];

fn theirs() -> Vec<Value> {
    let mut events = vec![
        json!({"type": "identify", "userId": "zelda-user-55", "anonymousId": "visitor-zelda-1", "traits":
            {"email": "Zelda.Quartz@Example.com", "phone": "06-55501234", "name": "Zelda Quartzstone"}}),
        json!({"type": "track", "event": "Read", "anonymousId": "visitor-zelda-2", "properties": {"text": "large-zelda-text ".repeat(1_500)}}),
        json!({"type": "identify", "userId": "zelda-user-55", "anonymousId": "visitor-zelda-2"}),
        json!({"type": "alias", "userId": "zelda-user-55", "previousId": "zelda's old id"}),
        // Of two people: it carries an identifier of theirs, so it goes.
        json!({"type": "track", "event": "Shared", "userId": "bystander-1", "anonymousId": "visitor-zelda-1"}),
    ];
    for number in 0..40 {
        events.push(json!({"type": "track", "event": "Seen", "anonymousId": "visitor-zelda-1", "properties":
            {"sku": format!("SKU-only-Zelda-saw-{number}")}}));
    }
    for (number, event) in events.iter_mut().enumerate() {
        event["messageId"] = format!("zelda-message-{number}").into();
    }
    events
}

fn of_others(round: usize) -> Vec<Value> {
    let event = |number: usize| {
        let person = number % 5;
        json!({"type": "identify", "messageId": format!("other-{round}-{number}"), "userId": format!("bystander-{person}"),
            "anonymousId": format!("visitor-{person}"), "traits": {"email": format!("bystander-{person}@example.com"), "seen": "sku-of-everybody"}})
    };
    (0..100).map(event).collect()
}

/// Everything that is answered of the others.
fn answers(nora: &Nora) -> Vec<Value> {
    (0..5)
        .flat_map(|person| {
            let id = format!("user_id:bystander-{person}");
            [nora.json(&format!("/v1/profiles/{id}")), json!(timeline::events(nora, &id))]
        })
        .collect()
}

fn said(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn assert_gone(nora: &Nora) {
    for id in ["user_id:zelda-user-55", "email:zelda.quartz@example.com", "anonymous_id:visitor-zelda-2", "phone:0655501234"] {
        assert_eq!(nora.get(&format!("/v1/profiles/{id}")).status, 404, "{id}");
    }
    let paths = [
        "/v1/profiles?limit=200",
        "/v1/profiles?q=zelda",
        "/v1/identities",
        "/v1/quarantine?limit=200",
        "/v1/identity/decisions",
        "/v1/identity/changes",
        "/v1/overview",
    ];
    for path in paths {
        let reply = nora.get(path);
        assert_eq!(reply.status, 200);
        assert!(!reply.text().to_lowercase().contains("zelda"), "{path}: {}", reply.text());
    }
}

#[test]
fn a_customer_is_erased_from_every_answer_and_from_every_byte() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let mut nora = Nora::start_on(&data);
    let mut expected = Vec::new();
    for round in 0..6 {
        nora.track("/v1/batch", &json!({"batch": of_others(round)}));
        if round == 3 {
            // What the others have without the event that is of both.
            expected = theirs();
            // Verified, so that the browser is theirs and not whoever's it was once seen with.
            let (shared, own): (Vec<_>, Vec<_>) = expected.iter().partition(|event| event["event"] == "Shared");
            let request = nora.request("POST", "/v1/batch").header("authorization", basic(SECRET_KEY));
            assert_eq!(nora.send(request, json!({"batch": own}).to_string()).status, 200);
            nora.track("/v1/batch", &json!({"batch": shared}));
        }
    }
    let held = [
        json!({"type": "track", "userId": "zelda-user-55", "properties": {"x": "held-zelda-payload"}}),
        json!({"type": "track", "userId": "bystander-2", "properties": {"x": "held-of-somebody-else"}}),
        json!({"type": "track", "event": "E", "properties": {"to": ["zelda.quartz@example.com", "held-zelda-payload"]}}),
    ];
    nora.track("/v1/batch", &json!({"batch": held}));
    // Nothing in the event itself names them, but what its batch shared.
    let shared = json!({"traits": {"email": "zelda.quartz@example.com"}});
    nora.track("/v1/batch", &json!({"batch": [{"type": "track"}], "context": shared}));
    let pairs =
        [("user_id:zelda-user-55", "email:bystander-3@example.com", "asked by Zelda"), ("user_id:bystander-4", "email:x@y.example", "")];
    for (a, b, note) in pairs {
        assert_eq!(nora.call("POST", "/v1/identity/sever", &json!({"a": a, "b": b, "note": note})).status, 200);
    }
    let mut before = answers(&nora);
    let in_use = said(&nora.command(&["erase", "user_id:zelda-user-55"]));
    assert!(in_use.1.contains("in use"), "{in_use:?}");
    nora.stop();
    let all: Vec<&str> = THEIRS.into_iter().chain(OTHERS).collect();
    assert_eq!(texts_in(&data, &all).len(), all.len(), "the search finds what is there");

    let output = run(&data, &["--log", "trace", "erase", "email:ZELDA.quartz@example.com"]);
    let (out, err) = said(&output);
    assert!(output.status.success(), "{err}");
    assert!(out.starts_with("erased: 7 identifiers, 45 events, 1 decisions, 3 held items\n"), "{out}");
    assert!(!(out.clone() + &err).to_lowercase().contains("zelda"), "{out}{err}");
    let (out, _) = said(&run(&data, &["rebuild"]));
    assert!(out.contains(": 0 differences"), "{out}");
    let output = run(&data, &["compact"]);
    assert!(output.status.success(), "{}", said(&output).1);
    assert_eq!(texts_in(&data, &all).into_iter().collect::<Vec<_>>(), OTHERS);

    for arguments in [&["check"][..], &["export", "events"], &["export", "profiles"], &["export", "identities"], &["export", "quarantine"]]
    {
        let output = run(&data, arguments);
        assert!(output.status.success() && !output.stdout.is_empty(), "{arguments:?}: {}", said(&output).1);
        assert!(!said(&output).0.to_lowercase().contains("zelda"), "{arguments:?}");
    }

    let nora = Nora::start_on(&data);
    assert_gone(&nora);
    let mut after = answers(&nora);
    // The one event that was of both is not counted any more.
    let shared = before[3].as_array_mut().unwrap();
    shared.retain(|event| event["event"] != "Shared");
    let count = |profile: &mut Value| profile["event_count"].take().as_u64().unwrap();
    assert_eq!(count(&mut before[2]), count(&mut after[2]) + 1);
    before[2]["computed"].take();
    after[2]["computed"].take();
    assert_eq!(after, before);

    let verdicts = nora.verdicts(json!({"batch": expected}).to_string());
    assert!(verdicts.iter().all(|(outcome, _)| outcome == "duplicate"), "a client's retry brings nothing back: {verdicts:?}");
    assert_gone(&nora);
}

#[test]
fn who_is_not_there_is_said_and_what_many_share_is_not_erased_by_accident() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let mut nora = Nora::start_on(&data);
    for user in 0..6 {
        let event =
            json!({"userId": format!("colleague-{user}"), "traits": {"email": "info@shared.example"}, "messageId": format!("m{user}")});
        nora.track("/v1/identify", &event);
    }
    nora.track("/v1/track", &json!({"userId": "colleague-9", "event": "Invited", "properties": {"by": "Colleague-0"}}));
    nora.stop();
    let erase = |arguments: &[&str]| {
        let output = run(&data, &[&["erase"], arguments].concat());
        let (out, err) = said(&output);
        (output.status.success(), out + &err)
    };
    let cases: [(&[&str], &str); 4] = [
        (&["user_id:nobody"], "nothing here has any of these"),
        (&["nobody"], "TYPE:VALUE"),
        (&["user_id:undefined"], "no customer has such a value"),
        (&["user_id:colleague-0", "email:info@shared.example"], "identifier 2 identifies nobody"),
    ];
    for (arguments, hint) in cases {
        let (success, text) = erase(arguments);
        assert!(!success && text.contains(hint), "{arguments:?}: {text}");
    }
    assert_eq!(counts(&data), [1, 1, 1, 1, 1, 1, 0, 0, 0, 1], "nothing was erased");

    let (success, text) = erase(&["user_id:colleague-0"]);
    assert!(
        success && text.contains("1 identifiers, 1 events, 0 decisions") && text.contains("\n1 events of others mention them"),
        "{text}"
    );
    assert_eq!(counts(&data), [0, 1, 1, 1, 1, 1, 0, 0, 0, 1]);
    let (success, text) = erase(&["user_id:colleague-0", "--mentions"]);
    assert!(success && text.contains("1 events, 0 decisions"), "{text}");
    assert_eq!(counts(&data), [0, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
    let (success, text) = erase(&["email:info@shared.example", "--even-shared"]);
    assert!(success && text.contains("5 events"), "{text}");
    assert_eq!(counts(&data), [0; 10]);
}

fn counts(data: &Path) -> [u64; 10] {
    let mut nora = Nora::start_on(data);
    let counts = std::array::from_fn(|user| timeline::event_count(&nora, &format!("user_id:colleague-{user}")));
    nora.stop();
    counts
}
