//! Visitors who post batches until the server goes away, and who know exactly what was acknowledged.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::client::basic;
use crate::{Client, WRITE_KEY, timeline};

/// Events in one batch, at most.
const BATCH_EVENTS: usize = 40;

/// A load that runs.
pub struct Load {
    threads: Vec<JoinHandle<Visitor>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    running: AtomicU64,
    acknowledged: AtomicU64,
    changed: (Mutex<()>, Condvar),
}

/// One visitor: what it sent, and what it was told.
pub struct Visitor {
    /// Its anonymous id.
    pub id: String,
    /// The message ids of every batch that was answered with 200.
    pub acknowledged: Vec<Vec<String>>,
    /// Those of the batch that was under way when the server went away: it may be there or not.
    pub unanswered: Option<Vec<String>>,
}

impl Load {
    /// Starts one thread for each visitor. What they send follows from the names and from `rng`.
    pub fn start(client: &Client, names: impl IntoIterator<Item = String>, rng: &mut Rng) -> Load {
        let shared = Arc::new(Shared::default());
        let start = |id: String| {
            // Connections of its own: visitors share nothing.
            let (client, shared, rng) = (Client::new(client.address()), Arc::clone(&shared), rng.fork());
            shared.running.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || Visitor { id, acknowledged: Vec::new(), unanswered: None }.post_until_stopped(&client, &shared, rng))
        };
        Load { threads: names.into_iter().map(start).collect(), shared }
    }

    /// Waits until so many batches have been acknowledged.
    pub fn wait_for(&self, batches: u64) {
        let (mutex, changed) = &self.shared.changed;
        let guard = mutex.lock().unwrap_or_else(PoisonError::into_inner);
        let is_short =
            |(): &mut ()| self.shared.acknowledged.load(Ordering::SeqCst) < batches && self.shared.running.load(Ordering::SeqCst) > 0;
        drop(changed.wait_while(guard, is_short).unwrap_or_else(PoisonError::into_inner));
        assert!(self.shared.acknowledged.load(Ordering::SeqCst) >= batches, "the load ended before it was to");
    }

    /// Ends the load and says what was acknowledged.
    pub fn finish(self) -> Vec<Visitor> {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.threads.into_iter().map(|thread| thread.join().expect("a visitor")).collect()
    }
}

impl Visitor {
    /// The message ids that have to be there.
    pub fn promised(&self) -> BTreeSet<String> {
        self.acknowledged.iter().flatten().cloned().collect()
    }

    /// Asserts that what was acknowledged is there, once, and nothing else but what was under way.
    pub fn assert_kept(&self, client: &Client) {
        let found = timeline::message_ids(client, &self.customer());
        let promised = self.promised();
        let lost: Vec<_> = promised.difference(&found).collect();
        assert!(lost.is_empty(), "{} of {} acknowledged events of {} are lost: {lost:?}", lost.len(), promised.len(), self.id);
        let under_way: BTreeSet<_> = self.unanswered.iter().flatten().cloned().collect();
        let invented: Vec<_> = found.iter().filter(|id| !promised.contains(*id) && !under_way.contains(*id)).collect();
        assert!(invented.is_empty(), "{invented:?} was never sent");
        assert_eq!(timeline::event_count(client, &self.customer()), found.len() as u64, "the profile's count of {}", self.id);
    }

    /// Sends what was not acknowledged again, as clients do, and the last batch that was, as clients do that missed the answer.
    pub fn resend(&mut self, client: &Client) {
        if let Some(last) = self.acknowledged.last() {
            let verdicts = client.verdicts(self.batch(last).to_string());
            assert!(verdicts.iter().all(|(outcome, _)| outcome == "duplicate"), "an acknowledged batch sent again: {verdicts:?}");
        }
        if let Some(ids) = self.unanswered.take() {
            let verdicts = client.verdicts(self.batch(&ids).to_string());
            assert!(verdicts.iter().all(|(outcome, _)| outcome == "duplicate" || outcome == "accepted"), "{verdicts:?}");
            self.acknowledged.push(ids);
        }
    }

    /// How the API names this customer.
    pub fn customer(&self) -> String {
        format!("anonymous_id:{}", self.id)
    }

    fn batch(&self, message_ids: &[String]) -> Value {
        let event = |id: &String| {
            let properties = json!({"sku": id, "title": "Monopoly: 3rd Edition", "price": 18.99, "category": "Games"});
            json!({"type": "track", "event": "Product Viewed", "anonymousId": self.id, "messageId": id, "properties": properties})
        };
        json!({"batch": message_ids.iter().map(event).collect::<Vec<_>>()})
    }

    fn post_until_stopped(mut self, client: &Client, shared: &Shared, mut rng: Rng) -> Visitor {
        let mut sent = 0;
        while !shared.stop.load(Ordering::SeqCst) {
            let count = rng.usize(1..=BATCH_EVENTS);
            let ids: Vec<_> = (sent..sent + count).map(|number| format!("{}-{number}", self.id)).collect();
            sent += count;
            let request = client.request("POST", "/v1/batch").header("authorization", basic(WRITE_KEY));
            let request = request.body(self.batch(&ids).to_string().into_bytes()).expect("a request");
            // Only 200 is a promise. After anything else nobody knows, and the visitor keeps it to send it again.
            if client.try_send(request).is_ok_and(|reply| reply.status == 200) {
                self.acknowledged.push(ids);
                shared.acknowledged.fetch_add(1, Ordering::SeqCst);
                shared.tell();
            } else {
                self.unanswered = Some(ids);
                break;
            }
        }
        shared.running.fetch_sub(1, Ordering::SeqCst);
        shared.tell();
        self
    }
}

impl Shared {
    fn tell(&self) {
        let (mutex, changed) = &self.changed;
        drop(mutex.lock().unwrap_or_else(PoisonError::into_inner));
        changed.notify_all();
    }
}
