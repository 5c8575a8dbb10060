//! What waits to be delivered, and when it goes.
//!
//! The unit is what was written to storage under one key: the calls of one turn of the page. It stays there until the server
//! has all of it, so the key says what may be forgotten.

use alloc::{string::String, vec::Vec};

use crate::{Answer, backoff::Backoff};

/// Events kept at most. The oldest go first, and are counted.
pub const MOST_EVENTS: usize = 1_000;
/// Bytes of events kept at most, well within the 5 MB that a site has for all of its local storage.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// Events in a request, unless one turn had more.
const BATCH_EVENTS: usize = 100;
/// Bytes of events in requests under way while the page leaves, and in any one request unless one turn has more. Browsers
/// give 64 KiB to `keepalive` requests under way; the rest is for the envelope and for what else the site sends.
const BATCH_BYTES: usize = 60_000;
/// Least time between the starts of two requests, in milliseconds. Short, so that what happens is seen while it happens.
const PACE_MS: f64 = 250.0;

/// Events in order, and the requests under way.
#[derive(Debug, Default)]
pub struct Outbox {
    turns: Vec<Turn>,
    backoff: Backoff,
    due_ms: f64,
}

#[derive(Debug)]
struct Turn {
    key: String,
    events: String,
    count: usize,
    /// The request that carries it.
    ticket: Option<u32>,
}

/// What may be forgotten: the keys in storage, and how many events they held.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Storage keys.
    pub keys: Vec<String>,
    /// Events under them.
    pub events: usize,
}

impl Gone {
    fn add(&mut self, turn: Turn) {
        self.events += turn.count;
        self.keys.push(turn.key);
    }
}

impl Outbox {
    /// Takes the events of one turn: their JSON texts with commas between them. Returns what had to make room.
    pub fn push(&mut self, key: String, events: String, count: usize) -> Gone {
        let mut gone = Gone::default();
        if self.turns.iter().any(|turn| turn.key == key) {
            return gone;
        }
        self.turns.push(Turn { key, events, count, ticket: None });
        while self.events() > MOST_EVENTS || self.bytes(|_| true) > MOST_BYTES {
            let Some(oldest) = self.turns.iter().position(|turn| turn.ticket.is_none()) else { break };
            gone.add(self.turns.remove(oldest));
        }
        gone
    }

    /// The events of the next request, which the caller names by a ticket; `None` where nothing is to be sent now.
    ///
    /// One request at a time, in order. While the page leaves, everything that fits is sent at once.
    pub fn next(&mut self, ticket: u32, now_ms: f64, leaving: bool) -> Option<String> {
        let under_way = self.bytes(|turn| turn.ticket.is_some());
        if !leaving && (under_way > 0 || now_ms < self.due_ms) {
            return None;
        }
        let mut room = BATCH_BYTES.saturating_sub(under_way);
        let (mut batch, mut count) = (String::new(), 0);
        for turn in self.turns.iter_mut().filter(|turn| turn.ticket.is_none()) {
            // Whatever is at the front goes when there is time, however large: nothing behind it waits for ever.
            let alone = count == 0 && !leaving;
            if !alone && (turn.events.len() >= room || count + turn.count > BATCH_EVENTS) {
                break;
            }
            room = room.saturating_sub(turn.events.len() + 1);
            count += turn.count;
            if !batch.is_empty() {
                batch.push(',');
            }
            batch.push_str(&turn.events);
            turn.ticket = Some(ticket);
        }
        if count == 0 {
            return None;
        }
        self.due_ms = self.due_ms.max(now_ms + PACE_MS);
        Some(batch)
    }

    /// Takes the answer to a request. Returns what is done with, delivered or refused.
    pub fn answered(&mut self, ticket: u32, answer: Answer, now_ms: f64, random: f64) -> Gone {
        let mut gone = Gone::default();
        if let Answer::Later(pause_ms) = answer {
            self.due_ms = now_ms + self.backoff.pause_ms(random).max(pause_ms);
            self.turns.iter_mut().filter(|turn| turn.ticket == Some(ticket)).for_each(|turn| turn.ticket = None);
            return gone;
        }
        self.backoff.reset();
        for turn in core::mem::take(&mut self.turns) {
            if turn.ticket == Some(ticket) {
                gone.add(turn);
            } else {
                self.turns.push(turn);
            }
        }
        gone
    }

    /// The network is back: no more waiting.
    pub fn hurry(&mut self) {
        self.backoff.reset();
        self.due_ms = 0.0;
    }

    /// Milliseconds until [`next`](Self::next) should be asked again; `None` where an answer or a new event comes first.
    pub fn wait_ms(&self, now_ms: f64) -> Option<f64> {
        let idle = self.turns.iter().all(|turn| turn.ticket.is_none());
        (idle && !self.turns.is_empty()).then(|| (self.due_ms - now_ms).max(0.0))
    }

    /// Events that wait or are under way.
    pub fn events(&self) -> usize {
        self.turns.iter().map(|turn| turn.count).sum()
    }

    fn bytes(&self, which: impl Fn(&Turn) -> bool) -> usize {
        self.turns.iter().filter(|turn| which(turn)).map(|turn| turn.events.len()).sum()
    }
}

#[cfg(test)]
mod tests;
