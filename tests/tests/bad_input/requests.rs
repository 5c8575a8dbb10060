//! Requests that are wrong as a whole.

use nora_tests::client::{basic, gzip};
use nora_tests::{Reply, WRITE_KEY};
use serde_json::{Value, json};

use crate::{Watched, nested};

const GOOD: &str = r#"{"type":"track","event":"A","userId":"u"}"#;

/// Sends a body to both doors and asserts that both refuse it alike, and keep nothing of it.
fn refused(server: &mut Watched, body: &[u8], status: u16, code: &str) {
    for path in ["/v1/track", "/v1/batch", "/v1/raw"] {
        assert_eq!(server.post(path, body).outcome(), (status, code.to_owned()), "{path}: {:.60}", String::from_utf8_lossy(body));
    }
    server.assert_unharmed();
    let counts = &server.json("/v1/overview")["events"];
    assert_eq!((&counts["accepted"], &counts["quarantined"]), (&json!(server.good), &json!(0)), "something of it was kept");
}

#[test]
fn what_is_no_json_is_refused() {
    let mut server = Watched::start();
    let whole = format!(r#"{{"batch":[{GOOD}],"event":"A","userId":"u","raw":[]}}"#);
    let cut = &whole[..whole.len() - 1];
    let followed = format!("{whole}}}");
    for body in ["", " ", "{", "}", cut, &followed, "{'event':'A'}", "event=A&userId=u", "<event/>", "{\"event\":\"A\",}", "\u{feff}{}"] {
        refused(&mut server, body.as_bytes(), 400, "malformed_json");
    }
}

#[test]
fn json_of_another_form_is_refused() {
    let mut server = Watched::start();
    for body in ["null", "[]", "[[]]", "42", "true", "\"event\"", r#"{"writeKey":{},"batch":[],"raw":[]}"#] {
        refused(&mut server, body.as_bytes(), 400, "invalid_body");
    }
    for body in ["{}", r#"{"batch":null}"#, r#"{"batch":{}}"#, r#"{"batch":"x"}"#, r#"{"events":[]}"#] {
        assert_eq!(server.post("/v1/batch", body).outcome(), (400, "invalid_body".to_owned()), "{body}");
    }
    assert_eq!(server.post("/v1/batch", r#"{"batch":[]}"#).status, 200, "no events are no error");
    server.assert_unharmed();
}

#[test]
fn what_is_not_utf_8_is_refused() {
    let mut server = Watched::start();
    for bytes in
        [&b"\xff"[..], b"{\"event\":\"\xc3\x28\",\"userId\":\"u\"}", b"{\"event\":\"\xed\xa0\x80\"}", "{\"event\":\"\u{e9}".as_bytes()]
    {
        // The last one is cut within its text, but between characters.
        let (status, code) = (400, if std::str::from_utf8(bytes).is_ok() { "malformed_json" } else { "invalid_utf8" });
        refused(&mut server, bytes, status, code);
    }
}

#[test]
fn nobody_writes_without_a_key() {
    let mut server = Watched::start();
    let send = |path: &str, header: Option<String>, body: &Value| -> Reply {
        let request = server.request("POST", path);
        let request = if let Some(header) = header { request.header("authorization", header) } else { request };
        server.send(request, body.to_string())
    };
    for path in ["/v1/track", "/v1/batch", "/v1/raw"] {
        let body = |key: Value| json!({"writeKey": key, "event": "A", "userId": "u", "batch": [], "raw": []});
        for (header, key, code) in [
            (None, Value::Null, "missing_write_key"),
            (None, "".into(), "missing_write_key"),
            (Some(basic("")), Value::Null, "missing_write_key"),
            (Some("Digest x".to_owned()), Value::Null, "missing_write_key"),
            (Some("Basic !!!".to_owned()), Value::Null, "missing_write_key"),
            (None, "wrong".into(), "invalid_write_key"),
            (None, WRITE_KEY.to_uppercase().into(), "invalid_write_key"),
            (Some(basic("wrong")), Value::Null, "invalid_write_key"),
            (Some(basic(&WRITE_KEY[1..])), "wrong".into(), "invalid_write_key"),
        ] {
            assert_eq!(send(path, header.clone(), &body(key.clone())).outcome(), (401, code.to_owned()), "{path} {header:?} {key}");
        }
    }
    assert_eq!(server.json("/v1/overview")["events"]["accepted"], server.good);
    server.assert_unharmed();
}

#[test]
fn what_is_too_large_is_refused() {
    let mut server = Watched::start();
    let event = |bytes: usize| {
        let empty = json!({"event": "A", "userId": "u", "properties": {"text": ""}}).to_string();
        empty.replace("\"\"", &format!("\"{}\"", "x".repeat(bytes - empty.len())))
    };
    assert_eq!(server.post("/v1/track", event(32 * 1024)).status, 200, "32 KB are not too much");
    assert_eq!(server.post("/v1/track", event(32 * 1024 + 1)).outcome(), (413, "event_too_large".to_owned()));
    server.assert_unharmed();

    let batch = |bytes: usize| format!(r#"{{"batch":[{GOOD}]{}}}"#, " ".repeat(bytes - GOOD.len() - 12));
    assert_eq!(server.post("/v1/batch", batch(500 * 1024)).status, 200, "500 KB are not too much");
    for bytes in [500 * 1024 + 1, 600 * 1024, 20 << 20] {
        assert_eq!(server.post("/v1/batch", batch(bytes)).outcome(), (413, "batch_too_large".to_owned()), "{bytes} bytes");
        let request = server.request("POST", "/v1/batch").header("authorization", basic(WRITE_KEY)).header("content-encoding", "gzip");
        assert_eq!(
            server.send(request, gzip(batch(bytes).as_bytes())).outcome(),
            (413, "batch_too_large".to_owned()),
            "{bytes} bytes zipped"
        );
        server.assert_unharmed();
    }

    let events = |count: usize| format!(r#"{{"batch":[{}]}}"#, vec![GOOD; count].join(","));
    assert_eq!(server.post("/v1/batch", events(2_500)).status, 200, "2,500 events are not too many");
    assert_eq!(server.post("/v1/batch", events(2_501)).outcome(), (413, "too_many_events".to_owned()));
    server.assert_unharmed();
}

#[test]
fn what_is_nested_without_end_is_refused() {
    let mut server = Watched::start();
    let deep = |depth: usize| format!(r#"{{"event":"A","userId":"u","properties":{{"deep":{}}}}}"#, nested(depth));
    // Two levels are those of the event and of its properties.
    assert_eq!(server.post("/v1/track", deep(62)).status, 200);
    assert_eq!(server.post("/v1/track", deep(63)).outcome(), (400, "too_deep".to_owned()));
    assert_eq!(server.post("/v1/track", deep(10_000)).outcome(), (400, "too_deep".to_owned()));
    // So deep an event is too large, too, and that is looked at first.
    assert_eq!(server.post("/v1/track", deep(100_000)).outcome(), (413, "event_too_large".to_owned()));
    for path in ["/v1/track", "/v1/batch", "/v1/raw"] {
        assert_eq!(server.post(path, nested(100_000)).outcome(), (400, "invalid_body".to_owned()), "{path}");
        assert_eq!(server.post(path, "[".repeat(100_000)).outcome(), (400, "malformed_json".to_owned()), "{path}");
    }
    server.assert_unharmed();
}
