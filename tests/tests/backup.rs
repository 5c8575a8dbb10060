//! Backups that are made while events arrive, and what is restored of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use nora_tests::client::bearer;
use nora_tests::load::{Load, Visitor};
use nora_tests::{ADMIN_TOKEN, Nora, run, timeline};
use serde_json::json;
use tempfile::TempDir;

struct Place(TempDir);

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A server that makes backups.
    fn serve(&self) -> Nora {
        Nora::start_on_with(&self.path("data"), &["--backup-dir", self.path("backups").to_str().unwrap()])
    }
}

fn restore(from: &Path, data: &Path) -> (bool, String) {
    let output = run(data, &["restore", from.to_str().unwrap()]);
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

/// Whatever is there is whole: every event that a profile counts is in its timeline, once, and was sent.
fn assert_consistent(nora: &Nora, visitor: &Visitor) {
    let found = timeline::message_ids(nora, &visitor.customer());
    assert_eq!(timeline::event_count(nora, &visitor.customer()), found.len() as u64);
    let mut sent = visitor.promised();
    sent.extend(visitor.unanswered.iter().flatten().cloned());
    assert!(found.is_subset(&sent));
}

#[test]
fn what_was_acknowledged_before_a_backup_is_in_it_whatever_arrives_meanwhile() {
    let place = Place::new();
    let mut nora = place.serve();
    let gone = json!({"userId": "gone", "event": "A", "messageId": "gone"});
    nora.track("/v1/track", &gone);
    nora.stop();
    // Which makes a run of the message ids: from then on, nothing else knows of this one.
    assert!(run(&place.path("data"), &["erase", "user_id:gone"]).status.success());
    let nora = place.serve();
    let mut rng = Rng::with_seed(0x0062_6163_6B75);
    let names = |round: &str| (0..4).map(|visitor| format!("{round}-{visitor}")).collect::<Vec<_>>();
    let load = Load::start(&nora, names("before"), &mut rng);
    load.wait_for(80);
    let mut before = load.finish();
    nora.track("/v1/batch", &json!({"batch": [{"type": "track", "userId": "u", "messageId": "held"}]}));
    assert_eq!(nora.call("POST", "/v1/identity/block", &json!({"identifier": "email:a@b.example"})).status, 200);

    let load = Load::start(&nora, names("meanwhile"), &mut rng);
    load.wait_for(10);
    let made = nora.call("POST", "/v1/backup", &json!({"name": "monday"}));
    assert_eq!(made.status, 200, "{}", made.text());
    // Events are still taken.
    let taken = nora.json("/v1/overview")["events"]["accepted"].as_u64().unwrap();
    let command = nora.command(&["backup", "tuesday"]);
    assert!(command.status.success(), "{}", String::from_utf8_lossy(&command.stderr));
    load.wait_for(60);
    let meanwhile = load.finish();
    assert!(nora.json("/v1/overview")["events"]["accepted"].as_u64().unwrap() > taken);
    for visitor in before.iter().chain(&meanwhile) {
        visitor.assert_kept(&nora);
    }
    let promised: usize = before.iter().map(|visitor| visitor.promised().len()).sum();
    let events = usize::try_from(made.json()["events"].as_u64().unwrap()).unwrap();
    assert!(events > promised && made.json()["held"] == 1, "{}", made.text());
    drop(nora);

    for name in ["monday", "tuesday"] {
        let (from, data) = (place.path("backups").join(name), place.path(&format!("restored-{name}")));
        let (success, said) = restore(&from, &data);
        assert!(success && said.contains("nothing is damaged"), "{said}");
        assert!(restore(&from, &data).1.contains("is not empty"), "nothing is written over");
        for secret in [from.join("keys.toml"), data.join("keys.toml")] {
            assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
        let mut nora = Nora::start_on(&data);
        for visitor in &mut before {
            visitor.assert_kept(&nora);
            // Message ids are in it, too.
            visitor.resend(&nora);
            visitor.assert_kept(&nora);
        }
        assert_eq!(nora.post("/v1/track?verbose=1", gone.to_string()).json()["results"][0]["outcome"], "duplicate");
        meanwhile.iter().for_each(|visitor| assert_consistent(&nora, visitor));
        assert_eq!(nora.json("/v1/quarantine")["data"].as_array().unwrap().len(), 1);
        assert_eq!(nora.json("/v1/identity/decisions")["data"].as_array().unwrap().len(), 1);
        nora.stop();
        let (rebuilt, checked) = (run(&data, &["rebuild"]), run(&data, &["check"]));
        assert!(rebuilt.status.success() && checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    }
}

#[test]
fn a_directory_that_nobody_has_open_is_backed_up_too() {
    let place = Place::new();
    let mut nora = place.serve();
    nora.track("/v1/track", &json!({"userId": "u", "event": "A", "messageId": "m"}));
    nora.stop();
    let (data, backups) = (place.path("data"), place.path("backups"));
    let backup = |arguments: &[&str]| {
        let output = run(&data, arguments);
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
    };
    let (success, said) = backup(&["backup", "offline", "--backup-dir", backups.to_str().unwrap()]);
    assert!(success && said.starts_with("offline: 1 events, 0 held items, "), "{said}");
    for (arguments, hint) in [
        (vec!["backup", "offline", "--backup-dir", backups.to_str().unwrap()], "there is a backup of this name"),
        (vec!["backup", "../offline", "--backup-dir", backups.to_str().unwrap()], "the name of a backup"),
        (vec!["backup", "offline"], "--backup-dir"),
    ] {
        let (success, said) = backup(&arguments);
        assert!(!success && said.contains(hint), "{arguments:?}: {said}");
    }
    let restored = place.path("restored");
    assert!(restore(&backups.join("offline"), &restored).0);
    assert_eq!(timeline::event_count(&Nora::start_on(&restored), "user_id:u"), 1);
    assert!(restore(&place.path("data").join("sled"), &place.path("other")).1.contains("is no backup"));
}

#[test]
fn a_backup_that_cannot_be_made_is_refused_with_a_reason() {
    let place = Place::new();
    let nora = place.serve();
    let make = |name: &str| nora.call("POST", "/v1/backup", &json!({"name": name})).outcome();
    assert_eq!(make("one"), (200, String::new()));
    assert_eq!(make("one"), (409, "backup_exists".into()));
    for name in ["", "../one", "/tmp/one", ".", "a b", &"x".repeat(65)] {
        assert_eq!(make(name), (400, "invalid_parameter".into()), "{name:?}");
    }
    let unnamed = nora.call("POST", "/v1/backup", &json!({}));
    assert!(unnamed.status == 200 && place.path("backups").join(unnamed.json()["name"].as_str().unwrap()).is_dir(), "{}", unnamed.text());
    assert_eq!(fs::read_dir(place.path("backups")).unwrap().count(), 2, "nothing unfinished is left");
    drop(nora);

    let nora = Nora::start_on(&place.path("data"));
    assert_eq!(nora.call("POST", "/v1/backup", &json!({})).outcome(), (409, "backup_not_configured".into()));
    drop(nora);
    // Somebody who may look, and no more.
    let keys = place.path("data").join("keys.toml");
    let text = fs::read_to_string(&keys).unwrap();
    fs::write(&keys, text + "\n[[tokens]]\nname = \"Ann\"\nrole = \"analyst\"\ntoken = \"nt_of_ann\"\n").unwrap();
    let nora = place.serve();
    for (token, expected) in [("nt_of_ann", (403, "forbidden")), ("nt_wrong", (401, "unauthorized")), (ADMIN_TOKEN, (200, ""))] {
        let request = nora.request("POST", "/v1/backup").header("authorization", bearer(token)).header("content-type", "application/json");
        let (status, code) = nora.send(request, r#"{"name":"two"}"#).outcome();
        assert_eq!((status, code.as_str()), expected);
    }
}
