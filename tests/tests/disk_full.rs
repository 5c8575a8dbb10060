//! The disk fills up: the server refuses before it is full, goes on answering, and takes events again by itself. Where it is filled all
//! the same, nothing acknowledged is lost.
//!
//! The data directory is on a small file system of its own, in memory. Mounting needs root: where it is not to be had, the test says so
//! and passes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use nora_tests::{Nora, SECRET_KEY, client, timeline};
use serde_json::json;
use tempfile::TempDir;

/// A file system of 128 MiB.
struct Disk(TempDir);

impl Disk {
    fn create() -> Result<Disk, String> {
        if !rustix::process::geteuid().is_root() {
            return Err("this needs root".into());
        }
        let folder = tempfile::Builder::new().prefix("nora-full-").tempdir().map_err(|error| error.to_string())?;
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=128m", "nora"]).arg(folder.path()).output();
        let mount = mount.map_err(|error| format!("mount: {error}"))?;
        if mount.status.success() { Ok(Disk(folder)) } else { Err(String::from_utf8_lossy(&mount.stderr).trim().to_owned()) }
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn free(&self) -> u64 {
        let disk = rustix::fs::statvfs(self.0.path()).unwrap();
        disk.f_bavail * disk.f_frsize
    }

    /// Fills it, until only so many bytes are free.
    fn fill(&self, free: u64) {
        let mut file = File::options().create(true).append(true).open(self.0.path().join("ballast")).unwrap();
        while self.free() > free {
            let bytes = (self.free() - free).min(1 << 20);
            file.write_all(&vec![1; usize::try_from(bytes).unwrap()]).unwrap();
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.0.path().join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).output();
    }
}

/// Posts events one after the other until the outcome is this one; the message ids of those that were acknowledged on the way.
fn post_until(nora: &Nora, name: &str, expected: (u16, &str)) -> BTreeSet<String> {
    let mut acknowledged = BTreeSet::new();
    let begun = Instant::now();
    for number in 0.. {
        let id = format!("{name}-{number}");
        // Text that does not become smaller.
        let noise: String = (0..20_000).map(|_| fastrand::alphanumeric()).collect();
        let reply =
            nora.post("/v1/track", json!({"messageId": id, "userId": "u", "event": "E", "properties": {"noise": noise}}).to_string());
        if reply.status == 200 {
            acknowledged.insert(id);
        }
        if (reply.status, reply.outcome().1.as_str()) == expected {
            return acknowledged;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "still {}", reply.text());
    }
    unreachable!()
}

#[test]
fn a_disk_that_fills_up_stops_events_and_nothing_else_until_there_is_room() {
    let disk = match Disk::create() {
        Ok(disk) => disk,
        Err(why) => return nora_tests::skipped(&format!("no disk can be filled here: {why}")),
    };
    let nora = Nora::start_on_with(&disk.data(), &["--min-free-mib", "32"]);
    let mut acknowledged = BTreeSet::new();
    for round in 0..2 {
        acknowledged.extend(post_until(&nora, &format!("before{round}"), (200, "")));
        disk.fill(24 << 20);
        acknowledged.extend(post_until(&nora, &format!("filling{round}"), (507, "disk_full")));
        let csv = client::bearer(SECRET_KEY);
        let import = nora.request("POST", "/v1/import?source=website&format=csv").header("authorization", csv);
        let reply = nora.send(import, "user_id,event\nu,A\n");
        assert_eq!(reply.outcome(), (507, "disk_full".into()));
        assert_eq!(reply.header("retry-after"), "1");
        let decision = json!({"identifier": "email:a@b.example"});
        assert_eq!(nora.call("POST", "/v1/identity/block", &decision).outcome(), (507, "disk_full".into()));
        assert_eq!(nora.get("/readyz").outcome(), (507, "disk_full".into()));
        nora.assert_healthy();
        assert_eq!(timeline::message_ids(&nora, "user_id:u"), acknowledged, "what was acknowledged is read, and nothing else");
        disk.make_room();
        acknowledged.extend(post_until(&nora, &format!("after{round}"), (200, "")));
        assert_eq!(nora.get("/readyz").status, 200);
    }
    assert_eq!(timeline::message_ids(&nora, "user_id:u"), acknowledged);
}

#[test]
fn a_write_that_fails_for_want_of_room_loses_nothing_that_was_acknowledged() {
    let disk = match Disk::create() {
        Ok(disk) => disk,
        Err(why) => return nora_tests::skipped(&format!("no disk can be filled here: {why}")),
    };
    // Nothing is kept free: it runs into the wall.
    let mut nora = Nora::start_on_with(&disk.data(), &["--min-free-mib", "0"]);
    let mut acknowledged = post_until(&nora, "before", (200, ""));
    disk.fill(1 << 20);
    acknowledged.extend(post_until(&nora, "filling", (503, "unavailable")));
    assert!(acknowledged.len() > 1);
    nora.assert_healthy();
    assert_eq!(nora.get("/readyz").outcome(), (503, "restart_needed".into()));
    disk.make_room();
    assert_eq!(nora.get("/readyz").outcome(), (503, "restart_needed".into()), "it does not go on as if nothing had been");
    nora.kill();
    drop(nora);
    let nora = Nora::start_on_with(&disk.data(), &["--min-free-mib", "16"]);
    let found = timeline::message_ids(&nora, "user_id:u");
    assert!(found.is_superset(&acknowledged), "{:?} are lost", acknowledged.difference(&found));
    assert_eq!(nora.get("/readyz").status, 200);
    post_until(&nora, "after", (200, ""));
}
