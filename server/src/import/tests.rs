use std::sync::Arc;

use super::*;
use crate::app::Beside;
use crate::clock::FixedClock;
use crate::counts::Counts;
use crate::keys::{FirstKeys, Keys};
use crate::plans::Plans;
use crate::profile::Precedence;
use crate::space::Space;
use crate::storage::EventLog;
use crate::storage::memory::MemoryStore;
use crate::time::Millis;

async fn import_text(text: &[u8], format: Format, map: &str) -> (Report, Arc<MemoryStore>) {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(MemoryStore::default());
    let keys = Keys::open(dir.path(), &FirstKeys::default()).unwrap();
    let (counts, clock) = (Counts::open(dir.path().join("counts")).unwrap(), FixedClock::at(Millis(1_769_860_800_000)));
    let space = Space::watch(dir.path(), 0).unwrap();
    let beside = Beside { keys, counts, plans: Plans::open(dir.path()).unwrap(), space };
    let (app, _threads) = App::start(store.clone(), beside, Precedence::default(), 1_000, clock).unwrap();
    let mapping = Mapping::parse(map, None).unwrap();
    let mut report = Report::default();
    for _ in 0..2 {
        report = import(&app, "crm", &mapping, Rows::new(text, format)).await.unwrap();
    }
    (report, store)
}

#[tokio::test]
async fn a_bad_row_is_named_and_kept_and_stops_nothing() {
    let text =
        b"who,what,when,total\nu1,Bought,2024-01-04 11:45:38,12\nu2,Bought\nu3,Bought,yesterday,1\n\xff,x,,\nu5,Bought,2024-01-04,1.50\n";
    let (report, store) = import_text(text, Format::Csv, "userId=who,event=what,timestamp=when").await;
    let problems: Vec<_> = report.problems.iter().map(|problem| (problem.line, problem.reason.as_str())).collect();
    assert_eq!(problems, [(3, "unreadable_row"), (4, "invalid_timestamp"), (5, "unreadable_row")]);
    // The second import of the same file found what the first had taken.
    assert_eq!((report.rows, report.outcomes["duplicate"]), (5, 2));
    let first = store.event(0).unwrap().unwrap().json.clone();
    assert!(first.contains(r#""userId":"u1","event":"Bought","timestamp":"2024-01-04T11:45:38.000Z""#), "{first}");
    assert!(first.contains(r#""properties":{"total":12}"#), "{first}");
    assert!(store.event(1).unwrap().unwrap().json.contains(r#""total":"1.50""#));
    assert!(store.held(None, 9).unwrap().iter().any(|(_, held)| held.payload == "u2,Bought" && held.detail.starts_with("line 3")));
}

#[tokio::test]
async fn ndjson_rows_are_events_or_customers() {
    let text = b"{\"type\":\"page\",\"anonymousId\":\"a\",\"messageId\":\"m1\"}\n\n{\"user_id\":\"u\",\"email\":\"a@b.nl\",\"city\":\"Delft\"}\n{oops\n";
    let (report, store) = import_text(text, Format::Ndjson, "").await;
    assert_eq!(report.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [4]);
    assert_eq!(store.event(0).unwrap().unwrap().message_id, "m1");
    let customer = store.event(1).unwrap().unwrap().json.clone();
    assert!(customer.contains(r#""type":"identify""#) && customer.contains(r#""traits":{"city":"Delft","email":"a@b.nl"}"#), "{customer}");
}

#[test]
fn a_mapping_that_names_no_field_is_refused() {
    assert!(Mapping::parse("user=who", None).is_err());
    assert!(Mapping::parse("userId", None).is_err());
    assert!(Mapping::parse(" userId = who , traits.firstName=voornaam ", None).is_ok());
}

#[tokio::test]
async fn a_row_without_an_end_is_one_bad_row() {
    let text = format!("{{\"user_id\":\"a\"}}\n{}\n{{\"user_id\":\"b\"}}\n", "x".repeat(3 << 20));
    let (report, store) = import_text(text.as_bytes(), Format::Ndjson, "").await;
    assert_eq!(report.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [2]);
    assert_eq!(store.len(), 2);
    assert!(store.held(None, 1).unwrap()[0].1.payload.len() <= HELD_BYTES);
}

#[tokio::test]
async fn an_event_of_the_spec_is_taken_as_it_is_but_not_moved_to_today() {
    let text = br#"{"type":"page","anonymousId":"a","name":"Home","timestamp":"2020-01-01T00:00:00Z","sentAt":"2020-01-01T00:00:00Z","writeKey":"k"}"#;
    let (_, store) = import_text(text, Format::Ndjson, "").await;
    let record = store.event(0).unwrap().unwrap();
    assert_eq!(record.timestamp.to_string(), "2020-01-01T00:00:00.000Z");
    assert!(record.json.contains(r#""name":"Home""#) && !record.json.contains("writeKey"), "{}", record.json);
}

#[test]
fn rows_go_through_their_own_format_unchanged() {
    let csv = "who,what\n5\" disk,a\n\"line\nend\",b\nshort\n";
    let rows: Vec<Row> = Rows::new(csv.as_bytes(), Format::Csv).collect();
    let sent: String = rows.iter().map(|row| serde_json::to_string(row).unwrap() + "\n").collect();
    assert_eq!(Rows::new(sent.as_bytes(), Format::Rows).collect::<Vec<_>>(), rows);
    assert_eq!(rows.iter().map(|row| (row.line, row.fields.is_ok())).collect::<Vec<_>>(), [(2, true), (3, true), (5, false)]);
}

#[test]
fn a_file_that_breaks_off_is_no_success() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    for format in [Format::Csv, Format::Ndjson] {
        let mut rows = Rows::new(std::io::BufReader::new(std::io::Read::chain(&b"a,b\n1,2\n"[..], Broken)), format);
        assert!(rows.by_ref().count() >= 1);
        assert!(rows.error().is_some());
    }
}
