//! How long something took, many times over.

use std::fmt;
use std::time::Duration;

/// Times, in nanoseconds.
#[derive(Default)]
pub(crate) struct Latencies(Vec<u64>);

impl Latencies {
    pub(crate) fn with_capacity(count: usize) -> Latencies {
        Latencies(Vec::with_capacity(count))
    }

    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time.as_nanos() as u64);
    }

    /// In nanoseconds.
    pub(crate) fn median(&self) -> f64 {
        self.at(0.5)
    }

    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        let place = ((sorted.len() - 1) as f64 * share) as usize;
        *sorted.select_nth_unstable(place).1 as f64
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, p999, max] = [0.5, 0.99, 0.999, 1.0].map(|share| self.at(share) / 1000.0);
        write!(f, "p50 {p50:.1} µs, p99 {p99:.1} µs, p99.9 {p999:.1} µs, max {max:.0} µs")
    }
}
