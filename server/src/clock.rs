//! The clock, as an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::time::Millis;

/// Tells the time. Everything that needs "now" takes one, so that tests can say what time it is.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Millis;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Millis {
        Millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// A clock that stands still until it is set.
#[derive(Default)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows this moment.
    pub fn at(now: Millis) -> Arc<FixedClock> {
        Arc::new(FixedClock(AtomicI64::new(now.0)))
    }

    /// Moves the hands.
    pub fn set(&self, now: Millis) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}
