//! When, how often and from where something was seen: a commutative merge, so that the order of events leaves no trace.

use crate::time::Millis;

/// When, how often and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How many events showed it.
    pub count: u64,
    /// The earliest event time.
    pub first: Millis,
    /// The latest event time.
    pub last: Millis,
    /// The sources that showed it, by their numbers, sorted.
    pub sources: Vec<u16>,
}

impl Seen {
    /// Seen once.
    pub fn once(at: Millis, source: u16) -> Seen {
        Seen { count: 1, first: at, last: at, sources: vec![source] }
    }

    /// Sees it once more.
    pub fn again(&mut self, at: Millis, source: u16) {
        self.count += 1;
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        if let Err(place) = self.sources.binary_search(&source) {
            self.sources.insert(place, source);
        }
    }

    /// Sees what may not have been seen before.
    pub fn note(seen: &mut Option<Seen>, at: Millis, source: u16) {
        match seen {
            Some(seen) => seen.again(at, source),
            None => *seen = Some(Seen::once(at, source)),
        }
    }
}
