//! Which identifiers are one customer: a pure function of everything observed, everything decided, and the rules.
//!
//! [`rules`] is what can be configured, [`observation`] what one event says ([`carried`] reads it), [`decisions`] what people say. [`engine`]
//! brings them together in the records of [`node`], and [`view`] reads who is who from those. Nothing here knows of HTTP, of storage or of the
//! clock.

pub mod carried;
pub mod customer;
pub mod decisions;
pub mod engine;
pub mod evidence;
mod large;
pub mod memory;
pub mod node;
pub mod observation;
pub mod preview;
pub mod rederive;
pub mod rules;
pub mod seen;
mod solve;
mod union_find;
pub mod view;
pub mod why;
pub mod words;

pub use customer::Customer;
pub use decisions::{Decision, DecisionKind, Decisions};
pub use engine::Engine;
pub use node::{Edge, Facts, Link, Node, NodeId};
pub use observation::Observation;
pub use rules::{Rules, RulesConfig};
pub use seen::Seen;
pub use view::View;
