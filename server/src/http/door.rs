//! What stands at the door: whom to believe about addresses, and how much of everybody is taken.

use std::time::Duration;

use super::peer::Proxies;
use super::quota::Quotas;
use crate::bots::Pace;

/// What stands at the door, one for all threads that answer.
pub struct Door {
    /// Which proxies are believed.
    pub proxies: Proxies,
    /// How much of everybody is taken.
    pub quotas: Quotas,
    /// How fast each visitor is.
    pub pace: Pace,
    /// How long a client may take to send the head of a request; and how long its body, beside what its length takes.
    pub patience: Duration,
}

impl Default for Door {
    fn default() -> Door {
        let (proxies, quotas, pace) = Default::default();
        Door { proxies, quotas, pace, patience: PATIENCE }
    }
}

/// Long enough for a phone in a tunnel, which sends the rest when it is out.
const PATIENCE: Duration = Duration::from_secs(10);
