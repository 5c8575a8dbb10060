//! Lets events gather before they are applied, as long as nobody waits for them: an effect costs about as much as the events in it, where
//! they are few.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// From the end of one effect to the beginning of the next, at most, while nobody waits. What comes after a pause is applied at once.
const GATHER: Duration = Duration::from_millis(10);

/// Whether somebody waits for what is durable to be applied.
#[derive(Default)]
pub(super) struct Gather {
    is_wanted: AtomicBool,
    follower: OnceLock<Thread>,
}

impl Gather {
    /// Somebody waits.
    pub(super) fn hurry(&self) {
        self.is_wanted.store(true, Ordering::Release);
        if let Some(follower) = self.follower.get() {
            follower.unpark();
        }
    }

    /// Waits on the follower's thread, given when its last effect ended.
    pub(super) fn wait(&self, last: Instant) {
        self.follower.get_or_init(thread::current);
        while !self.is_wanted.swap(false, Ordering::AcqRel)
            && let Some(left) = GATHER.checked_sub(last.elapsed()).filter(|left| !left.is_zero())
        {
            thread::park_timeout(left);
        }
    }
}
