//! The log: the truth that everything else is derived from.
//!
//! [`control`] is what people decide, [`record`] is one event as it is kept; [`writer`] makes events durable in groups and answers for them.

pub mod control;
pub mod record;
pub mod writer;

pub use control::Control;
pub use record::{Held, Named, Record, Sent, Seq, Settled, Shown, Signature};
pub use writer::{LogWriter, Verdict};
