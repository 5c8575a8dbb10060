//! Data directories that earlier versions wrote are opened, and nothing in them is lost. `data/README.md` says how they were made.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::io::Read;
use std::path::Path;

use nora_tests::{Nora, timeline};
use serde_json::{Value, json};

/// What depends on the day on which it is asked, and what profiles did not tell then.
const OF_TODAY: [&str; 4] = ["rfm", "active_days_30d", "category_affinities", "delivery"];

fn unpack(folder: &Path, data: &Path) {
    let sled = data.join("sled");
    fs::create_dir_all(&sled).unwrap();
    let mut database = Vec::new();
    flate2::read::GzDecoder::new(&fs::read(folder.join("db.gz")).unwrap()[..]).read_to_end(&mut database).unwrap();
    fs::write(sled.join("db"), database).unwrap();
    fs::copy(folder.join("conf"), sled.join("conf")).unwrap();
}

fn assert_as_before(nora: &Nora, expected: &Value) {
    for (id, expected) in expected["profiles"].as_object().unwrap() {
        let mut profile = nora.json(&format!("/v1/profiles/{id}?verbose=1"));
        for name in OF_TODAY {
            assert!(profile["computed"].as_object_mut().unwrap().remove(name).is_some(), "{name}");
        }
        if expected["is_bot"].is_null() {
            // Nobody was marked then.
            assert_eq!(profile.as_object_mut().unwrap().remove("is_bot"), Some(Value::Bool(false)));
        }
        assert_eq!(profile, *expected, "{id}");
        // Counted, and there. An event that was set aside is neither.
        assert_eq!(timeline::message_ids(nora, id).len() as u64, expected["event_count"].as_u64().unwrap(), "{id}");
    }
    assert_eq!(nora.json("/v1/identity/decisions")["data"], expected["decisions"]);
}

#[test]
fn a_directory_of_layout_1_is_opened_with_all_that_it_held() {
    assert_opened("layout-1", 303);
}

#[test]
fn a_directory_of_layout_2_is_opened_with_all_that_it_held() {
    assert_opened("layout-2", 1_803);
}

fn assert_opened(layout: &str, events: u64) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(layout);
    let expected: Value = serde_json::from_str(&fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    unpack(&folder, &data);
    let mut nora = Nora::start_on(&data);
    for _ in 0..2 {
        assert_eq!(nora.json("/v1/overview")["events"]["accepted"], events + 2, "events and two decisions");
        assert_as_before(&nora, &expected);
        let held = nora.json("/v1/quarantine");
        assert_eq!(held["data"][0]["reason"], "missing_id");
        assert!(held["data"][0]["payload"].as_str().unwrap().contains("Nobody"), "{held}");
        // A client that had not heard the answer sends it again.
        for id in ["old-0", "old-299", "large"] {
            let event = json!({"messageId": id, "event": "Again", "userId": "user-1"});
            let reply = nora.post("/v1/track?verbose=1", event.to_string());
            assert_eq!(reply.json()["results"][0]["outcome"], "duplicate", "{id}");
        }
        // The second time, it is of the present layout.
        nora = nora.stop_and_restart();
    }
    nora.assert_healthy();
    nora.stop();
    for command in ["rebuild", "check"] {
        let output = nora_tests::run(&data, &[command]);
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
