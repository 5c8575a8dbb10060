//! The power goes: everything that was acknowledged is there when it comes back.
//!
//! The data directory is on an ext4 of its own, which is shut down under load so that nothing survives that was not synced; then it is
//! mounted again, as after a power cut. This needs root and a loop device: where they are not to be had, the test says so and passes.
//!
//! That it tells a durable store from one that is not was tried: without the `sync_data` in `server/src/storage/sled/sync.rs`, which
//! leaves sled's own `flush()`, every acknowledged event of the first round is lost. Answering before the append fails, too.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod disk;

use std::thread;
use std::time::Duration;

use disk::Disk;
use fastrand::Rng;
use nora_tests::Nora;
use nora_tests::load::{Load, Visitor};
use serde_json::json;

/// `NORA_ROUNDS` says otherwise.
const ROUNDS: usize = 5;
const VISITORS: usize = 4;

/// It keeps less free than on the disks of this world.
const SMALL_DISK: [&str; 2] = ["--min-free-mib", "16"];

#[test]
fn what_was_acknowledged_survives_power_cuts() {
    let mut disk = match Disk::create() {
        Ok(disk) => disk,
        Err(why) => return nora_tests::skipped(&format!("no power can be cut here: {why}")),
    };
    let mut rng = Rng::with_seed(0x0070_6F77_6572);
    let mut everybody: Vec<Visitor> = Vec::new();
    let rounds = nora_tests::rounds(ROUNDS);
    for round in 0..rounds {
        let mut nora = Nora::start_on_with(&disk.data(), &SMALL_DISK);
        for visitor in &mut everybody {
            visitor.assert_kept(&nora);
            if visitor.unanswered.is_some() {
                visitor.resend(&nora);
                visitor.assert_kept(&nora);
            }
        }
        let names = (0..VISITORS).map(|visitor| format!("round{round}-visitor{visitor}"));
        let load = Load::start(&nora, names, &mut rng);
        load.wait_for(rng.u64(20..=200));
        // Waits for nothing: it draws the moment of the cut.
        thread::sleep(Duration::from_micros(rng.u64(0..4_000)));
        disk.cut_power();
        // The load goes on until it is told: what is acknowledged now is a promise, too.
        everybody.extend(load.finish());
        let event = json!({"userId": "late", "event": "Too Late"}).to_string();
        let reply = nora.post("/v1/track", event);
        assert_eq!(reply.outcome(), (503, "unavailable".to_owned()), "without a disk");
        assert_eq!(reply.header("retry-after"), "1");
        nora.assert_healthy();
        nora.kill();
        drop(nora);
        disk.restore_power();
    }
    let mut nora = Nora::start_on_with(&disk.data(), &SMALL_DISK);
    for visitor in &everybody {
        visitor.assert_kept(&nora);
    }
    let acknowledged: usize = everybody.iter().map(|visitor| visitor.promised().len()).sum();
    assert!(acknowledged > rounds * 20, "only {acknowledged} events were acknowledged before the power went");
    nora.stop();
    for command in ["rebuild", "check"] {
        let said = nora.command(&[command]);
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success(), "{command}: {text}{}", String::from_utf8_lossy(&said.stderr));
    }
}
