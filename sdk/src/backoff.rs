//! When to try again.

/// The first pause, in milliseconds.
const FIRST_MS: f64 = 1_000.0;
/// The longest pause, in milliseconds, before jitter: a visitor rarely stays much longer.
const MOST_MS: f64 = 30_000.0;
/// Failures that still double the pause.
const DOUBLINGS: u32 = 5;

/// Pauses of 1, 2, 4, … 30 s, each a quarter shorter or longer by chance, so that visitors do not return in step.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next pause in milliseconds, given a random number from 0 to 1.
    pub(crate) fn pause_ms(&mut self, random: f64) -> f64 {
        let doubled = FIRST_MS * f64::from(1_u32 << self.failures.min(DOUBLINGS));
        self.failures += 1;
        doubled.min(MOST_MS) * (0.75 + random / 2.0)
    }

    /// Something got through.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let mut backoff = Backoff::default();
        let pauses: Vec<f64> = (0..7).map(|_| backoff.pause_ms(0.5)).collect();
        assert_eq!(pauses, [1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3]);
        backoff.reset();
        assert_eq!((backoff.pause_ms(0.0), backoff.pause_ms(1.0)), (750.0, 2_500.0));
    }
}
