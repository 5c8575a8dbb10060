//! The server of Nora. The path of an event: admission, log, identity, profile.
//!
//! `identity` and `profile` are pure; `admission` decides and leaves acting to its caller.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod admission;
pub mod clock;
pub mod identity;
pub mod log;
pub mod profile;
pub mod storage;
pub mod time;
