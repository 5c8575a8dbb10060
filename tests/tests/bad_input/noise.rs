//! Random bytes, and good requests with a few of their bytes changed.

use fastrand::Rng;
use nora_tests::WRITE_KEY;
use nora_tests::client::{basic, gzip};
use serde_json::json;

use crate::Watched;

const CALLS: usize = 300;

/// What a request that makes no sense may be answered: nothing else is documented.
const CODES: [(u16, &[&str]); 5] = [
    (200, &[""]),
    (
        400,
        &[
            "malformed_json",
            "invalid_utf8",
            "invalid_body",
            "invalid_field",
            "invalid_timestamp",
            "missing_id",
            "missing_event",
            "missing_group_id",
            "missing_previous_id",
            "unknown_type",
            "blocked_id",
            "too_long",
            "too_deep",
        ],
    ),
    (401, &["missing_write_key", "invalid_write_key"]),
    (413, &["batch_too_large", "event_too_large", "too_many_events"]),
    (415, &["invalid_encoding"]),
];

fn noise(rng: &mut Rng) -> Vec<u8> {
    let event = json!({"type": "track", "event": "A", "userId": "noise", "timestamp": "2026-01-31T12:00:00Z", "context": {"locale": "nl"},
        "properties": {"list": [1, 2.5, {"deep": [null, true]}], "text": "caf\u{e9} \"quoted\" \\"}});
    let call =
        json!({"id": "1", "t": "2026-01-31T12:00:00Z", "m": "track", "a": ["A", {"price": 1}], "v": {"a": "noise"}, "c": {"page": {}}});
    let good = [event.clone(), json!({"batch": [event], "sentAt": "2026-01-31T12:00:00Z"}), json!({"raw": [call]})];
    let mut bytes = rng.choice(good).unwrap().to_string().into_bytes();
    match rng.u8(0..4) {
        0 => {
            bytes = vec![0; rng.usize(0..4_000)];
            rng.fill(&mut bytes);
        }
        1 => bytes.truncate(rng.usize(0..bytes.len())),
        2 => {
            for _ in 0..rng.usize(1..=4) {
                let place = rng.usize(0..bytes.len());
                bytes[place] = rng.u8(..);
            }
        }
        // Characters that mean something to JSON, moved about.
        _ => {
            for _ in 0..rng.usize(1..=4) {
                let place = rng.usize(0..bytes.len());
                bytes.insert(place, *rng.choice(b"{}[]\",:\\0-eE.nt ").unwrap());
            }
        }
    }
    bytes
}

#[test]
fn noise_is_answered_as_documented() {
    let mut server = Watched::start();
    let mut rng = Rng::with_seed(0x006E_6F69_7365);
    for call in 0..CALLS {
        let path = rng.choice(["/v1/track", "/v1/identify", "/v1/alias", "/v1/batch", "/v1/raw"]).unwrap();
        let bytes = noise(&mut rng);
        let request = server.request("POST", path).header("authorization", basic(WRITE_KEY));
        let reply = match rng.u8(0..8) {
            0 => server.send(request.header("content-encoding", "gzip"), bytes.clone()),
            1 => server.send(request.header("content-encoding", "gzip"), gzip(&bytes)),
            _ => server.send(request, bytes.clone()),
        };
        let (status, code) = reply.outcome();
        let documented = CODES.iter().find(|(known, _)| *known == status).is_some_and(|(_, codes)| codes.contains(&code.as_str()));
        assert!(documented, "call {call}: {path} answers {status} {code} to {}", String::from_utf8_lossy(&bytes));
        if call % 50 == 0 {
            server.assert_unharmed();
        }
    }
    server.assert_unharmed();
    // What was taken of it can be shown, too.
    assert_eq!(server.get("/v1/quarantine?limit=200").status, 200);
    assert!(!nora_tests::timeline::events(&server, "user_id:noise").is_empty());
}
