//! Which identifiers are one customer: a pure function of everything observed.
//!
//! [`facts`] is what is known, [`observation`] what one event says ([`carried`] reads it), [`graph`] brings the two together as events come in, and
//! `resolve` cuts a group with conflicting keys into people. Nothing here knows of HTTP, of storage or of the clock.

pub mod carried;
pub mod facts;
pub mod graph;
pub mod observation;
mod resolve;

pub use facts::{AliasFact, EdgeFact, NodeFact, Seen};
pub use graph::{Graph, Touched};
pub use observation::Observation;
