//! The schema of Nora: what an event is, what identifies somebody, and the rules both ends apply.
//!
//! The browser SDK and the server compile this same crate, so that a value normalised or refused in the browser is
//! normalised or refused alike on the server. There is no I/O here, no clock and no randomness.
//!
//! - [`Kind`], [`limits`], [`Reason`]: what may be sent, how large it may be, and what is wrong when it is not taken.
//! - [`identifier`], [`normalize`]: what identifies somebody (IDENTITY rule R0).
//! - [`call`]: what a page said, and the event it stands for; [`json`]: text in, text out.
//! - [`raw`] (feature `read`): JSON as text, read once and taken apart.
//! - [`event`] (feature `read`): an event as it arrives, borrowed from the request.
#![cfg_attr(not(feature = "read"), no_std)]

extern crate alloc;

pub mod call;
#[cfg(feature = "read")]
pub mod event;
pub mod identifier;
pub mod json;
mod kind;
pub mod limits;
pub mod nesting;
pub mod normalize;
#[cfg(feature = "read")]
pub mod raw;
mod reason;

pub use identifier::Identifier;
pub use kind::Kind;
pub use reason::Reason;
