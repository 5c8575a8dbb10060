//! The process is killed while events and decisions arrive: who is who follows from what was acknowledged, and from nothing else.

use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use nora_tests::client::{basic, bearer};
use nora_tests::{ADMIN_TOKEN, Client, Nora, SECRET_KEY, WRITE_KEY};
use serde_json::{Value, json};

use super::support::{assert_same, clusters, event, representatives};

const ROUNDS: usize = 12;

/// Calls that are acknowledged before the kill, at most.
const MOST_CALLS: usize = 40;

/// One call: a batch of events, or a decision.
#[derive(Clone)]
struct Call {
    method: &'static str,
    path: String,
    authorization: String,
    body: Value,
}

impl Call {
    /// Whether it was acknowledged. An error means that the server has gone away.
    fn send(&self, client: &Client) -> bool {
        let request = client.request(self.method, &self.path).header("authorization", &self.authorization);
        let request = request.body(self.body.to_string().into_bytes()).unwrap();
        match client.try_send(request) {
            Ok(reply) => {
                assert_eq!(reply.status, 200, "{} {}: {}", self.path, self.body, reply.text());
                true
            }
            Err(_) => false,
        }
    }
}

/// Identifiers of few people, so that most of what comes has to do with each other.
fn identifier(rng: &mut Rng) -> String {
    const KINDS: [(&str, usize); 6] = [("user_id", 6), ("crm_id", 4), ("email", 8), ("phone", 4), ("anonymous_id", 12), ("device_id", 6)];
    let (kind, count) = KINDS[rng.usize(..KINDS.len())];
    let number = rng.usize(..count);
    match kind {
        "email" => format!("email:e{number}@example.org"),
        "phone" => format!("phone:061234567{number}"),
        _ => format!("{kind}:{kind}-{number}"),
    }
}

fn batch(rng: &mut Rng, name: &str) -> Call {
    let event = |number: usize, rng: &mut Rng| {
        let identifiers: Vec<_> = (0..rng.usize(1..=3)).map(|_| identifier(rng)).collect();
        let mut event = event(&identifiers);
        event["messageId"] = format!("{name}-{number}").into();
        event["timestamp"] = format!("2026-03-{:02}T10:{:02}:00.000Z", rng.u8(1..=28), rng.u8(..60)).into();
        event["traits"]["number"] = rng.u8(..).into();
        event
    };
    let events: Vec<_> = (0..rng.usize(1..=8)).map(|number| event(number, rng)).collect();
    let key = if rng.bool() { WRITE_KEY } else { SECRET_KEY };
    Call { method: "POST", path: "/v1/batch".to_owned(), authorization: basic(key), body: json!({"batch": events}) }
}

fn decision(rng: &mut Rng) -> Call {
    let method = if rng.u8(..3) > 0 { "POST" } else { "DELETE" };
    let (a, mut b) = (identifier(rng), identifier(rng));
    while a == b {
        b = identifier(rng);
    }
    let (kind, body) = match rng.u8(..4) {
        0 => ("block", json!({"identifier": a})),
        1 => ("alias", json!({"a": format!("user_id:user_id-{}", rng.u8(..3)), "b": format!("user_id:user_id-{}", rng.u8(3..6))})),
        _ => ("sever", json!({"a": a, "b": b, "set_aside": rng.bool()})),
    };
    Call { method, path: format!("/v1/identity/{kind}"), authorization: bearer(ADMIN_TOKEN), body }
}

/// Makes calls, one after the other, until the server goes away, and tells of each that is acknowledged. What was under way then is the last.
fn call_until_gone(client: &Client, mut next: impl FnMut() -> Call, acknowledged: &Sender<()>) -> Vec<Call> {
    let mut calls = Vec::new();
    loop {
        let call = next();
        calls.push(call.clone());
        if !call.send(client) {
            return calls;
        }
        // Nobody counts any more once the server is about to go away.
        let _ = acknowledged.send(());
    }
}

#[test]
fn kills_among_events_and_decisions_leave_no_trace() {
    let mut rng = Rng::with_seed(0x1DE_2717);
    let mut nora = Nora::start();
    let (mut events, mut decisions) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (acknowledging, acknowledged) = mpsc::channel();
        let (of_events, of_decisions) = (Client::new(nora.address()), Client::new(nora.address()));
        let (mut event_rng, mut decision_rng, telling) = (rng.fork(), rng.fork(), acknowledging.clone());
        let event_thread = thread::spawn(move || {
            let mut count = 0;
            let next = || {
                count += 1;
                batch(&mut event_rng, &format!("{round}-{count}"))
            };
            call_until_gone(&of_events, next, &acknowledging)
        });
        let decision_thread = thread::spawn(move || call_until_gone(&of_decisions, || decision(&mut decision_rng), &telling));
        assert!(acknowledged.iter().take(rng.usize(1..=MOST_CALLS)).count() > 0);
        // Waits for nothing: it draws the moment of the kill within what the server does for one call.
        thread::sleep(Duration::from_micros(rng.u64(..4_000)));
        nora.kill();
        let called = [event_thread, decision_thread].map(|thread| thread.join().unwrap());
        nora = nora.kill_and_restart();
        // What was under way may be there or not: sent again, as clients do, it is.
        assert!(called.iter().all(|calls| calls.last().unwrap().send(&nora)));
        let [more_events, more_decisions] = called;
        events.extend(more_events);
        decisions.extend(more_decisions);
    }

    assert_eq!(nora.json("/v1/overview")["events"]["quarantined"], 0);
    let found = representatives(&nora);
    assert!(clusters(&nora).len() > 3, "a test of nothing: everybody is one");
    for is_before in [true, false] {
        // In one go, and the events in another order. Of decisions about the same, the last holds.
        let once = Nora::start();
        let mut events = events.clone();
        rng.shuffle(&mut events);
        let calls: Vec<_> = if is_before { decisions.iter().chain(&events).collect() } else { events.iter().chain(&decisions).collect() };
        assert!(calls.into_iter().all(|call| call.send(&once)));
        assert_eq!(representatives(&once), found);
        for id in clusters(&nora).keys() {
            let path = format!("/v1/profiles/{id}?verbose=1");
            assert_same(&nora.json(&path), &once.json(&path), id);
            let count = |client: &Client| nora_tests::timeline::message_ids(client, id);
            assert_eq!(count(&nora), count(&once), "the events of {id}");
        }
        assert_eq!(nora.json("/v1/overview")["profiles"], once.json("/v1/overview")["profiles"]);
        assert_eq!(nora.json("/v1/overview")["identifiers"], once.json("/v1/overview")["identifiers"]);
    }
}
