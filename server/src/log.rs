//! The log: the truth that everything else is derived from.

pub mod record;

pub use record::{Held, Record, Seq};
