//! Tells the developer what is wrong with a call.

use core::sync::atomic::{AtomicU32, Ordering};

use nora_shared::Reason;
use web_sys::console;

/// Each reason once: a page that is wrong is wrong all the time.
pub(super) fn once(reason: Reason) {
    static TOLD: AtomicU32 = AtomicU32::new(0);
    let bit = 1 << reason as u32;
    if TOLD.fetch_or(bit, Ordering::Relaxed) & bit == 0 {
        console::warn_2(&"nora: a call will not be accepted:".into(), &reason.code().into());
    }
}
