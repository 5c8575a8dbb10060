//! `nora import`: files of events and customers, into a data directory or into the server that has it open.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use nora_tests::{Nora, run, timeline};
use serde_json::Value;
use tempfile::TempDir;

/// Five good rows among four that are not, one of them over two lines.
const ORDERS: &[u8] = b"customer,what,when,total,note\n\
    u1,Order Placed,2024-01-04 11:45:38,12.5,\"first,\nin two lines\"\n\
    u2,Order Placed\n\
    u3,Order Placed,yesterday,3,\n\
    u1,Order Paid,2024-01-05,12.5,\n\
    ,Order Placed,2024-01-05,1,nobody\n\
    u4,Order Placed,2024-01-05,\xff,\n\
    u4,Order Placed,1704455138,7,\n\
    u5,Order Placed,2024-01-06T10:00:00+01:00,9,\n\
    u6,Order Placed,2024-01-07,10,last";

const CUSTOMERS: &str = concat!(
    r#"{"user_id":"u1","email":"One@Example.com","city":"Delft"}"#,
    "\n\n",
    r#"{"user_id":"u2","email":"two@example.com""#,
    "\n",
    r#"["user_id","u3"]"#,
    "\n",
    r#"{"type":"track","event":"Called","userId":"u1","messageId":"call-1","properties":{"minutes":3}}"#,
    "\n",
    r#"{"city":"Nowhere"}"#,
    "\n",
);

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn report(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn orders(file: &str) -> Vec<&str> {
    vec!["import", file, "--source", "till", "--map", "userId=customer,event=what,timestamp=when"]
}

/// What is in the quarantine, the oldest first: reason, and where it stood in the file.
fn quarantine(nora: &Nora) -> Vec<String> {
    let page = nora.json("/v1/quarantine?limit=200");
    let line = |held: &Value| {
        let message = held["message"].as_str().unwrap();
        let place = message.find("line ").map_or("", |start| &message[start..]).split(':').next().unwrap();
        format!("{} {place}", held["reason"].as_str().unwrap())
    };
    page["data"].as_array().unwrap().iter().rev().map(line).collect()
}

fn assert_orders(nora: &Nora, lots: usize) {
    let bad = ["unreadable_row line 4", "invalid_timestamp line 5", "missing_id line 7", "unreadable_row line 8"];
    assert_eq!(quarantine(nora), bad.repeat(lots), "bad rows are kept, each with its line");
    let profile = nora.json("/v1/profiles/user_id:u1");
    assert_eq!(profile["event_count"], 2);
    assert_eq!(profile["first_seen"], "2024-01-04T11:45:38.000Z");
    let first = &timeline::events(nora, "user_id:u1")[1];
    assert_eq!((&first["source"], &first["event"], &first["verified"]), (&"till".into(), &"Order Placed".into(), &true.into()));
    assert_eq!(first["properties"], serde_json::json!({"total": 12.5, "note": "first,\nin two lines"}));
    for (user, count) in [("u2", 0), ("u3", 0), ("u4", 1), ("u5", 1), ("u6", 1)] {
        assert_eq!(timeline::event_count(nora, &format!("user_id:{user}")), count, "{user}");
    }
}

#[test]
fn a_csv_file_goes_into_a_data_directory_without_a_server() {
    let folder = Folder::new();
    let file = folder.file("orders.csv", ORDERS);
    insta::assert_snapshot!(report(&run(&folder.data(), &orders(&file))), @r"
    9 rows
      5 accepted
      4 quarantined
      line 4: The row cannot be read. it has 2 fields; the header names 5 (unreadable_row)
      line 5: A timestamp cannot be read. (invalid_timestamp)
      line 7: The event has neither a userId nor an anonymousId. (missing_id)
      line 8: The row cannot be read. the field total is not UTF-8 (unreadable_row)
    ");
    let again = report(&run(&folder.data(), &orders(&file)));
    assert!(again.starts_with("9 rows\n  5 duplicate\n  4 quarantined\n"), "the same file again changes nothing: {again}");
    assert_orders(&Nora::start_on(&folder.data()), 2);
}

#[test]
fn a_csv_file_goes_into_a_server_that_runs() {
    let (folder, nora) = (Folder::new(), Nora::start());
    let file = folder.file("orders.csv", ORDERS);
    let first = report(&nora.command(&orders(&file)));
    assert!(first.starts_with("9 rows\n  5 accepted\n  4 quarantined\n  line 4: "), "{first}");
    assert_orders(&nora, 1);
    // With the server or without, it is the same file.
    let nora = nora.stop_and_restart();
    let again = report(&nora.command(&orders(&file)));
    assert!(again.starts_with("9 rows\n  5 duplicate\n"), "{again}");
    assert_orders(&nora, 2);
}

#[test]
fn an_ndjson_file_holds_events_and_customers() {
    let (folder, nora) = (Folder::new(), Nora::start());
    let file = folder.file("customers.ndjson", CUSTOMERS);
    let report = report(&nora.command(&["import", &file, "--source", "crm"]));
    assert!(report.starts_with("5 rows\n  2 accepted\n  3 quarantined\n"), "{report}");
    assert_eq!(quarantine(&nora), ["unreadable_row line 3", "unreadable_row line 4", "missing_id line 6"]);
    let profile = nora.json("/v1/profiles/email:one@example.com");
    assert_eq!((&profile["event_count"], &profile["traits"]["city"]), (&2.into(), &"Delft".into()));
}

#[test]
fn a_large_file_is_sent_in_parts_and_keeps_its_lines() {
    const ROWS: usize = 40_000;
    let (folder, nora) = (Folder::new(), Nora::start());
    let filling = "x".repeat(150);
    let mut text = "user_id,event,filling\n".to_owned();
    for row in 0..ROWS {
        text += &format!("user{},Seen,{filling}\n", row % 50);
    }
    text += "too,many,fields,here\n";
    assert!(text.len() > 5 << 20, "larger than one request");
    let file = folder.file("large.csv", &text);
    let report = report(&nora.command(&["import", &file, "--source", "large"]));
    assert!(report.starts_with(&format!("{} rows\n  {ROWS} accepted\n  1 quarantined\n  line {}: ", ROWS + 1, ROWS + 2)), "{report}");
    assert_eq!(timeline::event_count(&nora, "user_id:user49"), ROWS as u64 / 50);
}

#[test]
fn what_cannot_be_imported_at_all_is_said() {
    let folder = Folder::new();
    let good = folder.file("good.csv", "user_id,event\nu,A\n");
    let nameless = folder.file("good.data", "user_id,event\nu,A\n");
    let missing = Path::new(&good).with_file_name("missing.csv").to_str().unwrap().to_owned();
    for (arguments, hint) in [
        (vec!["import", &missing, "--source", "s"], "missing.csv"),
        (vec!["import", &nameless, "--source", "s"], "--format"),
        (vec!["import", &good], "--source"),
        (vec!["import", &good, "--source", "s", "--map", "who=user_id"], "who=user_id"),
        (vec!["import", &good, "--source", "s", "--format", "xml"], "xml"),
    ] {
        let output = run(&folder.data(), &arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(hint), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}
