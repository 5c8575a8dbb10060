//! The log: the truth that everything else is derived from.
//!
//! [`record`] is one event as it is kept; [`writer`] makes events durable in groups and answers for them.

pub mod record;
pub mod writer;

pub use record::{Held, Record, Seq};
pub use writer::{LogWriter, Verdict};
