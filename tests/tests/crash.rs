//! The process is killed: nothing that was acknowledged is lost, and nothing is there twice.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::thread;
use std::time::Duration;

use fastrand::Rng;
use nora_tests::load::{Load, Visitor};
use nora_tests::{Nora, rounds, timeline};

/// `NORA_ROUNDS` says otherwise.
const ROUNDS: usize = 20;
const VISITORS: usize = 4;

/// Batches that are acknowledged before the kill, at most; how many is drawn anew each round.
const MOST_BATCHES: u64 = 150;

#[test]
fn kills_under_load_lose_nothing_and_repeat_nothing() {
    let mut rng = Rng::with_seed(0x006B_696C_6C39);
    let mut nora = Nora::start();
    let mut everybody: Vec<Visitor> = Vec::new();
    for round in 0..rounds(ROUNDS) {
        let names = (0..VISITORS).map(|visitor| format!("round{round}-visitor{visitor}"));
        let load = Load::start(&nora, names, &mut rng);
        load.wait_for(rng.u64(1..=MOST_BATCHES));
        // Waits for nothing: it draws the moment of the kill within what the server does for one commit.
        thread::sleep(Duration::from_micros(rng.u64(0..4_000)));
        nora.kill();
        let mut visitors = load.finish();
        nora = nora.kill_and_restart();
        if round % 5 == 0 {
            // Once more, while it is still applying what it found.
            nora = nora.kill_and_restart();
        }
        for visitor in &mut visitors {
            visitor.assert_kept(&nora);
            visitor.resend(&nora);
            assert!(visitor.unanswered.is_none());
            visitor.assert_kept(&nora);
        }
        everybody.extend(visitors);
        assert_totals(&nora, &everybody);
    }
    for visitor in &everybody {
        visitor.assert_kept(&nora);
    }
    // And what follows from the log is the same when the server ends in good order.
    let mut nora = nora.stop_and_restart();
    assert_totals(&nora, &everybody);
    nora.stop();
    for command in ["rebuild", "check"] {
        let said = nora.command(&[command]);
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success(), "{command}: {text}{}", String::from_utf8_lossy(&said.stderr));
    }
}

fn assert_totals(nora: &Nora, everybody: &[Visitor]) {
    let promised: u64 = everybody.iter().map(|visitor| visitor.promised().len() as u64).sum();
    let counted: u64 = everybody.iter().map(|visitor| timeline::event_count(nora, &visitor.customer())).sum();
    assert_eq!(counted, promised, "the events that all profiles count");
    assert_eq!(nora.json("/v1/overview")["events"]["accepted"], promised, "the events in the log");
}
