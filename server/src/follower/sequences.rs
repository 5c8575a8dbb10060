//! Counts what the browsers' SDKs numbered and did not come, for the metrics.
//!
//! Profiles have it of each customer; here a page load is one, whoever the visitor was at which of its calls.

use quick_cache::unsync::Cache;
use xxhash_rust::xxh64::Xxh64;

use crate::context::Context;
use crate::log::{Record, Seq};
use crate::outcomes::SdkCounters;
use crate::profile::delivery::{Sequence, Tab};

/// Page loads that are followed at once, at most: about 5 MiB. Of one that has been forgotten, the numbers before the next are not missed.
const TABS: usize = 65_536;

/// Follows page loads.
pub(super) struct Sequences {
    counters: SdkCounters,
    tabs: Cache<u64, Tab>,
    /// Events before this position have been counted: other rules of identity apply them again.
    counted: Seq,
}

impl Sequences {
    /// Counts from this position on.
    pub(super) fn new(counters: SdkCounters, counted: Seq) -> Sequences {
        Sequences { counters, tabs: Cache::new(TABS), counted }
    }

    /// Counts an event; each position once.
    pub(super) fn note(&mut self, seq: Seq, record: &Record, context: &Context<'_>) {
        if seq < self.counted {
            return;
        }
        self.counted = seq + 1;
        let Some(sequence) = Sequence::of(context) else { return };
        let mut key = Xxh64::new(42);
        [&record.source, "\0", &sequence.tab].into_iter().for_each(|text| key.update(text.as_bytes()));
        let key = key.digest();
        let own = Tab::of(&sequence);
        let before = self.tabs.get(&key).copied();
        let mut after = before.unwrap_or(own);
        if before.is_some() {
            after.merge(own);
        }
        self.tabs.insert(key, after);
        let (missing, dropped) = before.map_or((0, 0), |tab| (tab.missing(), tab.dropped()));
        self.counters.gaps.inc_by(after.missing().saturating_sub(missing));
        self.counters.filled.inc_by(missing.saturating_sub(after.missing()));
        self.counters.dropped.inc_by(after.dropped().saturating_sub(dropped));
    }
}

#[cfg(test)]
mod tests {
    use nora_shared::event::Event;

    use super::*;
    use crate::time::Millis;

    #[test]
    fn gaps_are_counted_once_and_so_is_what_fills_them() {
        let mut sequences = Sequences::new(SdkCounters::default(), 10);
        let note = |sequences: &mut Sequences, seq, tab: &str, n: u64, dropped: u64| {
            let json = format!(r#"{{"context":{{"sequence":{{"tab":"{tab}","n":{n},"dropped":{dropped}}}}}}}"#);
            let (at, source) = (Millis(0), "web".to_owned());
            let record = Record { received_at: at, timestamp: at, source, verified: false, message_id: "m".into(), json };
            let event = Event::parse(&record.json).unwrap();
            sequences.note(seq, &record, &Context::of(&event));
            (sequences.counters.gaps.get(), sequences.counters.filled.get(), sequences.counters.dropped.get())
        };
        assert_eq!(note(&mut sequences, 9, "a", 5, 0), (0, 0, 0), "counted before");
        assert_eq!(note(&mut sequences, 10, "a", 0, 0), (0, 0, 0));
        assert_eq!(note(&mut sequences, 11, "a", 4, 0), (3, 0, 0));
        assert_eq!(note(&mut sequences, 12, "b", 1, 1), (3, 0, 1));
        assert_eq!(note(&mut sequences, 13, "a", 2, 0), (3, 1, 1));
        assert_eq!(note(&mut sequences, 13, "a", 3, 0), (3, 1, 1), "applied again");
        assert_eq!(note(&mut sequences, 14, "a", 10, 4), (4, 1, 5), "five between, of which four were thrown away");
        assert_eq!(note(&mut sequences, 15, "a", 11, 4), (4, 1, 5));
    }
}
