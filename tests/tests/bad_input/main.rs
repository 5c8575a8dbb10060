//! Bad input: each kind has its status and its code, costs nothing else in the batch, and leaves the server as it was.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod batches;
mod fields;
mod noise;
mod requests;
mod wire;

use std::ops::Deref;

use nora_tests::{Nora, timeline};
use serde_json::json;

/// Bytes that the server may ever have had resident, whatever it was sent.
const MOST_RESIDENT_BYTES: u64 = 300 << 20;

/// A server that is watched: what is good is taken before and after, and memory stays within its bound.
struct Watched {
    nora: Nora,
    good: u64,
}

impl Watched {
    fn start() -> Watched {
        let mut watched = Watched { nora: Nora::start(), good: 0 };
        watched.assert_unharmed();
        watched
    }

    /// Asserts that the server lives, takes and shows what is good, and has not grown.
    fn assert_unharmed(&mut self) {
        self.nora.assert_healthy();
        self.good += 1;
        self.nora.track("/v1/track", &json!({"event": "Good", "userId": "good"}));
        assert_eq!(timeline::event_count(&self.nora, "user_id:good"), self.good);
        let resident = self.nora.peak_resident_bytes();
        assert!(resident < MOST_RESIDENT_BYTES, "{} MiB were resident", resident >> 20);
    }
}

impl Deref for Watched {
    type Target = Nora;

    fn deref(&self) -> &Nora {
        &self.nora
    }
}

/// `[[[…]]]`, as text.
fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}
