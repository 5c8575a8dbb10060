//! How long, and how much, the quarantine keeps. It is as full of personal data as the log, and anybody with a write key can add to it.

use crate::app::App;
use crate::log::Settled;
use crate::log::writer::SubmitError;
use crate::storage::{HeldSize, Result, Store};
use crate::time::{DAY_MS, Millis};

/// Items that are removed at once.
const CHUNK: usize = 100;

/// The bounds of the quarantine.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Days that an item is kept; 0: for ever.
    pub days: u32,
    /// Bytes that all items may take; beyond, the oldest go. 0: any number.
    pub bytes: u64,
}

/// Why an item was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Age,
    Room,
}

impl Why {
    const fn name(self) -> &'static str {
        match self {
            Why::Age => "age",
            Why::Room => "room",
        }
    }
}

/// Removes what is beyond the bounds, the oldest first.
pub async fn prune(app: &App, retention: Retention) -> std::result::Result<(), SubmitError> {
    loop {
        let gone = beyond(&*app.store, retention, app.clock.now())
            .inspect_err(|error| tracing::error!(%error, "the quarantine cannot be read"))
            .map_err(|_| SubmitError::Unavailable)?;
        if gone.is_empty() {
            return Ok(());
        }
        let settled = gone.iter().map(|(id, _)| Settled { id: *id, still: None }).collect();
        app.settle(Vec::new(), settled).await?;
        gone.iter().for_each(|(_, why)| app.outcomes.count_removed(why.name(), 1));
        if gone.iter().any(|(_, why)| *why == Why::Room) {
            tracing::warn!(items = gone.len(), "the quarantine is full: its oldest items were removed");
        }
    }
}

/// Some of the items that are to go; none where all may stay.
fn beyond(store: &dyn Store, retention: Retention, now: Millis) -> Result<Vec<(u64, Why)>> {
    let HeldSize { bytes, .. } = store.held_size();
    let mut over = if retention.bytes == 0 { 0 } else { bytes.saturating_sub(retention.bytes) };
    let oldest_ms = if retention.days == 0 { i64::MIN } else { now.0 - i64::from(retention.days) * DAY_MS };
    let mut gone = Vec::new();
    for (id, held) in store.oldest_held(CHUNK)? {
        let why = match () {
            () if held.received_at.0 < oldest_ms => Why::Age,
            () if over > 0 => Why::Room,
            () => break,
        };
        // They are compressed: this is the most, so that no item goes without need.
        over = over.saturating_sub(held.texts().map(str::len).sum::<usize>() as u64);
        gone.push((id, why));
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Held, Sent};
    use crate::storage::EventLog;
    use crate::storage::memory::MemoryStore;
    use nora_shared::Reason;

    #[test]
    fn what_is_too_old_or_too_much_goes_and_nothing_else() {
        let store = MemoryStore::default();
        let held = |at: i64| {
            let (source, detail, sent) = (String::new(), String::new(), Box::<Sent>::default());
            let (received_at, payload) = (Millis(at * DAY_MS), "x".repeat(100));
            Held { received_at, source, verified: false, reason: Reason::MissingId, detail, payload, sent, attempts: 0 }
        };
        store.append(&[], &(0..10).map(held).collect::<Vec<_>>()).unwrap();
        let gone = |days, bytes| beyond(&store, Retention { days, bytes }, Millis(10 * DAY_MS)).unwrap();
        assert_eq!(gone(0, 0), []);
        assert_eq!((gone(10, 1_000), gone(7, 1_000)), (vec![], vec![(0, Why::Age), (1, Why::Age), (2, Why::Age)]));
        assert_eq!(gone(0, 850), [(0, Why::Room), (1, Why::Room)]);
        assert_eq!(gone(9, 850), [(0, Why::Age), (1, Why::Room)]);
    }
}
