//! The public log of a shop, of visitors on several devices: no row is lost, and events find the customer who logged in later.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::path::Path;

use nora_tests::{Nora, shared_data};
use serde_json::Value;

const MAP: &str = "anonymousId=anonymous_id,userId=user_id,timestamp=ts,event=event,context.sessionId=session_id";

/// One row: its anonymous id, and the user id that it carries or not.
struct Row {
    anonymous_id: String,
    user_id: String,
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name| headers.iter().position(|header| header == name).unwrap();
    let (anonymous_id, user_id) = (column("anonymous_id"), column("user_id"));
    let row = |record: csv::StringRecord| Row { anonymous_id: record[anonymous_id].to_owned(), user_id: record[user_id].to_owned() };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// Each anonymous id with the user id of its customer, where there is one.
fn user_of_visitor(nora: &Nora) -> HashMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let reply = nora.get("/v1/identities");
    assert_eq!((reply.status, reply.header("content-type").as_str()), (200, "application/x-ndjson"));
    let lines = reply.text();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter(|line| line["type"] == "anonymous_id" && line["representative"]["type"] == "user_id")
        .map(|line| (text(&line["value"]), text(&line["representative"]["value"])))
        .collect()
}

fn share(part: usize, whole: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole as f64)
}

#[test]
fn events_resolve_to_the_customer_who_logged_in_later() {
    let Some(file) = shared_data::file("ecom_cross_device.csv") else { return };
    let rows = rows(&file);
    assert_eq!(rows.len(), 31_106);
    assert_eq!(share(rows.iter().filter(|row| !row.user_id.is_empty()).count(), rows.len()), "31.6 %", "rows that carry a user id");

    let nora = Nora::start();
    let import = || {
        let output = nora.command(&["import", file.to_str().unwrap(), "--source", "shop", "--map", MAP]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(import(), "31106 rows\n  31106 accepted\n");
    assert_eq!(nora.json("/v1/overview")["events"]["accepted"], 31_106);

    let users = user_of_visitor(&nora);
    let resolved = rows.iter().filter(|row| !row.user_id.is_empty() || users.contains_key(&row.anonymous_id)).count();
    assert_eq!(share(resolved, rows.len()), "92.0 %", "{resolved} of {} events resolve", rows.len());
    // Nobody is taken for somebody else: whoever logged in on a device is the customer of that device.
    for row in rows.iter().filter(|row| !row.user_id.is_empty()) {
        assert_eq!(users.get(&row.anonymous_id), Some(&row.user_id), "the customer of {}", row.anonymous_id);
    }
    assert_eq!(profile_events(&nora), 31_106, "each event is in one profile");

    assert_eq!(import(), "31106 rows\n  31106 duplicate\n", "the same file again changes nothing");
    assert_eq!(profile_events(&nora), 31_106);
}

/// The events that all profiles count together.
fn profile_events(nora: &Nora) -> u64 {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = nora.json(&format!("/v1/profiles?limit=200{cursor}"));
        count += page["data"].as_array().unwrap().iter().map(|profile| profile["event_count"].as_u64().unwrap()).sum::<u64>();
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return count,
        }
    }
}
