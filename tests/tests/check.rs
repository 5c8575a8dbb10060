//! `nora check`: whatever is damaged is named, with what to do about it, and nothing else is.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};

use nora_tests::disk::{copied, copy_into};
use nora_tests::{Nora, run};
use serde_json::json;
use tempfile::TempDir;

/// A data directory with some of everything.
fn made() -> (TempDir, PathBuf) {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let mut nora = Nora::start_on(&data);
    for round in 0..10 {
        let event = |number: usize| {
            let person = number % 4;
            json!({"type": "identify", "messageId": format!("m{round}-{number}"), "userId": format!("u{person}"),
                "anonymousId": format!("a{number}"), "traits": {"email": format!("{person}@example.com")}})
        };
        nora.track("/v1/batch", &json!({"batch": (0..60).map(event).collect::<Vec<_>>()}));
    }
    // Larger than one value of the database, once the context of the batch is in it.
    let mut rng = fastrand::Rng::with_seed(7);
    let mut noise = || std::iter::repeat_with(|| rng.alphanumeric()).take(25_000).collect::<String>();
    let large = json!({"type": "identify", "messageId": "large", "userId": "u1", "traits": {"bio": noise()}});
    nora.track("/v1/batch", &json!({"batch": [large], "context": {"more": noise()}}));
    let alias = json!({"type": "alias", "messageId": "alias", "userId": "u2", "previousId": "u3"});
    let held = json!({"type": "track", "messageId": "held", "userId": "u3"});
    nora.track("/v1/batch", &json!({"batch": [alias, held]}));
    assert_eq!(nora.call("POST", "/v1/identity/block", &json!({"identifier": "email:0@example.com"})).status, 200);
    nora.track("/v1/track", &json!({"userId": "erased", "event": "E", "messageId": "erased"}));
    nora.json("/v1/profiles/user_id:u1");
    nora.stop();
    // Which makes a run of the message ids.
    assert!(run(&data, &["erase", "user_id:erased"]).status.success());
    (temporary, data)
}

/// Whether `nora check` finds nothing, and what it says.
fn check(data: &Path) -> (bool, String) {
    let output = run(data, &["check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    (output.status.success(), said)
}

fn database(data: &Path) -> sled::Db {
    sled::Config::new().path(data.join("sled")).segment_size(2 << 20).open().unwrap()
}

fn first_key(db: &sled::Db, prefix: &[u8], length: usize) -> Vec<u8> {
    db.scan_prefix(prefix).keys().map(|key| key.unwrap().to_vec()).find(|key| key.len() == length).unwrap()
}

/// Changes one byte of the value under a key.
fn flip(db: &sled::Db, key: &[u8], place: usize) {
    let mut value = db.get(key).unwrap().unwrap().to_vec();
    value[place] ^= 0x40;
    db.insert(key, value).unwrap();
}

type Damage = (&'static str, fn(&sled::Db), &'static str);

/// What is done to the database, what is said of it, and whether deriving again mends it.
const DERIVED: [Damage; 10] = [
    ("an identifier is gone", |db| drop(db.remove(first_key(db, b"n", 17)).unwrap()), "is not there"),
    ("an identifier is damaged", |db| flip(db, &first_key(db, b"n", 17), 5), "identifier"),
    ("a part of a timeline is gone", |db| drop(db.remove(first_key(db, b"t", 9)).unwrap()), ": missing"),
    ("a part of a timeline is damaged", |db| flip(db, &first_key(db, b"t", 9), 12), "identifier"),
    ("a part of nobody's timeline", |db| drop(db.insert(b"t\xFF\0\0\0\0\0\0\0", &[0, 0, 2, 0, 0]).unwrap()), "parts of timelines"),
    ("a search finds nobody", |db| drop(db.insert([&b"szzz\0"[..], &[7; 16]].concat(), &[]).unwrap()), "this identifier is not there"),
    ("a decision that is none", |db| drop(db.insert([&b"d"[..], &3u64.to_be_bytes()].concat(), &[]).unwrap()), "there is no decision"),
    ("a part that nobody wants", |db| drop(db.insert([&b"xn"[..], &[7; 18]].concat(), &[1]).unwrap()), "it belongs to no value"),
    ("a position that was passed", |db| drop(db.insert(b"p", &[0, 0, 1, 100]).unwrap()), "timelines have"),
    ("a position beyond the end", |db| drop(db.insert(b"p", &[0, 0, 1, 0xFF, 0x7F]).unwrap()), "and the log has 604"),
];

const TRUE: [Damage; 8] = [
    ("a run is gone", |db| drop(db.remove(first_key(db, &[b'm', 0, 0, 0, 0, 0], 9)).unwrap()), "message ids, run 0: "),
    ("ids out of order", |db| flip(db, &first_key(db, &[b'm', 0, 0, 0, 0, 0], 9), 2 + 12 * 300), "ids that are not in order"),
    (
        "a gap",
        |db| drop(db.remove(first_key(db, &[&b"l"[..], &60u64.to_be_bytes()].concat(), 9)).unwrap()),
        "position 60 to 120 are not there",
    ),
    ("a block", |db| flip(db, &first_key(db, b"l", 9), 200), "the events from position 0 on: "),
    ("the rest of a large event", |db| drop(db.remove(first_key(db, b"xl", 12)).unwrap()), "part 0 is missing"),
    ("a held item", |db| flip(db, &first_key(db, b"q", 9), 2), "a held item: "),
    ("a list of runs", |db| drop(db.insert([&b"m"[..], &[255; 4]].concat(), &[0, 0, 2, 9]).unwrap()), "the list of message ids: "),
    ("a letter of no kind", |db| drop(db.insert(b"z", b"?").unwrap()), "nothing of this kind is known"),
];

#[test]
fn what_is_whole_is_counted_and_what_is_damaged_is_named() {
    let (_temporary, data) = made();
    let (is_whole, said) = check(&data);
    let whole = said.clone();
    assert!(is_whole, "{said}");
    let counts = [
        "602 events",
        "1 erased events",
        "1 decisions",
        "1 held items",
        "69 identifiers",
        "602 timeline entries",
        "604 message ids in runs",
    ];
    for count in counts {
        assert!(said.contains(&format!(" {count}\n")), "{count}: {said}");
    }
    assert!(said.ends_with("nothing is damaged\n"), "{said}");

    // Which changes were seen at once depends on how many events were applied at once.
    let counts = |said: &str| said.lines().filter(|line| !line.ends_with("changes of profiles")).map(str::to_owned).collect::<Vec<_>>();
    for (damages, mend) in [(&DERIVED[..], "nora rebuild --repair"), (&TRUE[..], "restore a backup")] {
        for (name, damage, expected) in damages {
            let copy = copied(&data);
            let db = database(copy.path());
            damage(&db);
            db.flush().unwrap();
            drop(db);
            let (is_whole, said) = check(copy.path());
            let line = said.lines().find(|line| line.starts_with("damaged: ") && line.contains(expected));
            assert!(!is_whole && line.is_some_and(|line| line.contains(mend)), "{name}: {said}");
            assert!(!said.contains("@example.com"), "it names no customer: {said}");
            if mend.starts_with("nora") {
                let output = run(copy.path(), &["rebuild", "--repair"]);
                assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
                let (is_whole, mended) = check(copy.path());
                assert!(is_whole && counts(&mended) == counts(&whole), "{name}: {mended}");
            }
        }
    }
    let blobs = copied(&data);
    fs::write(blobs.path().join("sled/blobs/1"), b"x").unwrap();
    assert!(check(blobs.path()).1.contains("1 files in blobs"));
}

#[test]
fn bytes_that_flip_in_the_file_are_found() {
    let (_temporary, data) = made();
    let whole = check(&data);
    assert!(run(&data, &["compact"]).status.success());
    let file = fs::read(data.join("sled/db")).unwrap();
    // In a compacted file nearly every byte is in use.
    let places: Vec<usize> = (1..12).map(|step| file.len() * step / 12).collect();
    let mut found = 0;
    for place in places {
        let copy = tempfile::tempdir().unwrap();
        copy_into(&data, copy.path());
        let mut damaged = file.clone();
        damaged[place] ^= 0x10;
        fs::write(copy.path().join("sled/db"), damaged).unwrap();
        let (is_whole, said) = check(copy.path());
        found += usize::from(!is_whole);
        assert!(!is_whole || said == whole.1, "byte {place} makes a difference that is not named: {said}");
        assert!(is_whole || said.contains("damage") || said.contains("backup"), "{said}");
    }
    assert!(found > 5, "only {found} of 11 were in use");
}

#[test]
fn what_cannot_be_checked_is_said() {
    let (_temporary, data) = made();
    let nora = Nora::start_on(&data);
    assert!(check(&data).1.contains("in use by another process"));
    drop(nora);
    let nowhere = data.join("nowhere");
    let (is_whole, said) = check(&nowhere);
    assert!(!is_whole && said.contains("there is no database here"), "{said}");
    assert!(!nowhere.exists(), "a check makes nothing");
}
