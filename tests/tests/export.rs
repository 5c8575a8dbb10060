//! `nora export`: what is kept, as files; and `nora import --exported`, which makes the same installation of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nora_tests::client::basic;
use nora_tests::{Nora, SECRET_KEY, run};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A data directory with customers from several sources, decisions, and something that is held.
fn made() -> (TempDir, PathBuf) {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let mut nora = Nora::start_on(&data);
    for round in 0..20 {
        let event = |number: usize| {
            let person = (number * 7 + round) % 30;
            let properties = json!({"order_id": format!("o{round}-{number}"), "total": 10.25, "currency": "EUR", "note": "a \"quoted\",\nlong\u{2028} one"});
            match number % 3 {
                0 => json!({"type": "identify", "userId": format!("u{person}"), "anonymousId": format!("a{}", number % 40),
                    "traits": {"email": format!("p{}@example.com", person / 2), "round": round}}),
                1 => json!({"type": "track", "event": "Order Completed", "userId": format!("u{person}"), "properties": properties}),
                _ => json!({"type": "page", "name": "Home", "anonymousId": format!("a{}", number % 40)}),
            }
        };
        let mut batch: Vec<Value> = (0..100).map(event).collect();
        for (number, event) in batch.iter_mut().enumerate() {
            event["messageId"] = format!("m{round}-{number}").into();
            event["timestamp"] = format!("2026-01-{:02}T10:{:02}:00.123Z", 1 + round, number % 60).into();
        }
        let key = if round % 2 == 0 { SECRET_KEY } else { nora_tests::WRITE_KEY };
        let request = nora.request("POST", "/v1/batch").header("authorization", basic(key));
        assert_eq!(nora.send(request, json!({"batch": batch}).to_string()).status, 200);
        if round == 10 {
            let pair = json!({"a": "user_id:u4", "b": "email:p2@example.com", "set_aside": true, "note": "mistyped"});
            assert_eq!(nora.call("POST", "/v1/identity/sever", &pair).status, 200);
        }
    }
    nora.track("/v1/batch", &json!({"batch": [{"type": "track", "userId": "u1", "messageId": "held"}]}));
    let file = temporary.path().join("till.csv");
    fs::write(&file, "user_id,event,total\nu1,Order Completed,12.5\nu99,Order Completed,3\n").unwrap();
    let output = nora.command(&["import", file.to_str().unwrap(), "--source", "till"]);
    assert!(output.status.success());
    nora.json("/v1/profiles/user_id:u1");
    nora.stop();
    (temporary, data)
}

fn export(data: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = run(data, &[&["export"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn lines(text: &[u8]) -> Vec<Value> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// Everything that is answered of every customer, by profile id.
fn answers(nora: &Nora) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for line in lines(&nora.get("/v1/identities").body) {
        let id = line["profile_id"].as_str().unwrap().to_owned();
        let ask = |id: &String| {
            let events = nora_tests::timeline::events(nora, &format!("profile_id:{id}"));
            json!({"profile": nora.json(&format!("/v1/profiles/profile_id:{id}?verbose=1")), "events": events})
        };
        let answer = all.remove(&id).unwrap_or_else(|| ask(&id));
        all.insert(id, answer);
    }
    all
}

#[test]
fn what_was_exported_makes_the_same_customers_in_another_place() {
    let (temporary, data) = made();
    let file = temporary.path().join("events.ndjson");
    let arguments = ["export", "events", "--output", file.to_str().unwrap()];
    let output = run(&data, &arguments);
    assert!(output.status.success() && output.stdout.is_empty());
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().last(), Some("2003 rows"));
    assert!(String::from_utf8_lossy(&run(&data, &arguments).stderr).contains("exists"), "nothing is written over");

    let other = temporary.path().join("other");
    let import = ["import", file.to_str().unwrap(), "--exported"];
    for outcome in ["accepted", "duplicate"] {
        let output = run(&other, &import);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("2003 rows\n  2003 {outcome}\n"));
    }
    let (before, after) = (Nora::start_on(&data), Nora::start_on(&other));
    let (expected, found) = (answers(&before), answers(&after));
    assert!(expected.len() > 30);
    assert_eq!(found, expected);
    assert_eq!(after.json("/v1/identity/decisions"), before.json("/v1/identity/decisions"));
    let said = String::from_utf8_lossy(&after.command(&import).stderr).into_owned();
    assert!(said.contains("in use"), "not into a server that runs: {said}");

    let foreign = temporary.path().join("foreign.ndjson");
    fs::write(&foreign, r#"{"type":"track","userId":"u"}"#).unwrap();
    let said = run(&temporary.path().join("third"), &["import", foreign.to_str().unwrap(), "--exported"]);
    assert!(!said.status.success() && String::from_utf8_lossy(&said.stderr).contains("line 1 is not one"));
}

#[test]
fn profiles_and_identifiers_are_what_is_answered() {
    let (_temporary, data) = made();
    let (profiles, identities) = (lines(&export(&data, &["profiles"])), lines(&export(&data, &["identities"])));
    let table = |what: &str| {
        let text = export(&data, &[what, "--format", "csv"]);
        let mut reader = csv::Reader::from_reader(&text[..]);
        let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
        rows
    };
    let nora = Nora::start_on(&data);
    let answered = lines(&nora.get("/v1/identities").body);
    assert_eq!(identities.len(), answered.len());
    for (line, answered) in identities.iter().zip(&answered) {
        assert_eq!((&line["type"], &line["value"], &line["profile_id"]), (&answered["type"], &answered["value"], &answered["profile_id"]));
        assert_eq!(
            (&line["representative_type"], &line["representative_value"]),
            (&answered["representative"]["type"], &answered["representative"]["value"])
        );
    }
    assert_eq!(profiles.len() as u64, nora.json("/v1/overview")["profiles"].as_u64().unwrap());
    for profile in &profiles {
        let mut answered = nora.json(&format!("/v1/profiles/profile_id:{}", profile["profile_id"].as_str().unwrap()));
        answered.as_object_mut().unwrap().remove("redirected_from");
        assert_eq!(*profile, answered);
    }
    drop(nora);
    let rows = table("profiles");
    assert_eq!(rows.len(), profiles.len());
    for (row, profile) in rows.iter().zip(&profiles) {
        assert_eq!(row["profile_id"], profile["profile_id"]);
        assert_eq!(serde_json::from_str::<Value>(&row["traits"]).unwrap(), profile["traits"]);
        assert_eq!(row["event_count"], profile["event_count"].to_string());
    }
    assert_eq!(table("identities").len(), identities.len());
    let (events, rows) = (lines(&export(&data, &["events"])), table("events"));
    assert_eq!(rows.len(), events.len());
    for (row, event) in rows.iter().zip(&events) {
        assert_eq!((&row["source"], &row["messageId"]), (&text(event, "source"), &text(event, "messageId")));
        assert_eq!(serde_json::from_str::<Value>(&row["event"]).unwrap(), event["event"]);
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

#[test]
fn an_export_of_nothing_makes_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let nowhere = temporary.path().join("nowhere");
    let output = run(&nowhere, &["export", "events"]);
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("is no data directory"));
    assert!(!nowhere.exists());
}
