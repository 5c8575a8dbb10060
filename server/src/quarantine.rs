//! The quarantine: what could be read but not accepted is kept with its reason, looked at, and tried again once its cause is mended.
//!
//! [`find`] and [`summary`] look into it, [`replay`](replay::replay) decides again, [`prune`] bounds it. What comes into it is decided by
//! [`admission`](crate::admission).

mod browse;
mod replay;
mod retention;

pub use browse::{Filter, Found, Group, find, summary};
pub use replay::{Replayed, Trust, replay};
pub use retention::{Retention, prune};
