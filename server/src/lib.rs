//! The server of Nora, along the path of an event:
//!
//! 1. [`http`]: the route table on one screen. What arrives becomes text and an origin; what is asked becomes JSON.
//! 2. [`admission`]: decides. Every event leaves with exactly one outcome: accepted, duplicate, quarantined or refused.
//! 3. [`log`]: makes it durable, together with everything else that waits, and answers. 2xx means that it survives a power cut; 503 that
//!    nothing was acknowledged, and that it can be sent again: what has a message id is not doubled.
//! 4. [`follower`]: after the answer, applies the log to what is derived: [`identity`] says who is who, [`profile`] what is known of them.
//!    Its position is written with its effect.
//! 5. [`app`] holds these together. Readers wait until what was acknowledged before they asked has been applied.
//!
//! What is deliberately absent: `identity` and `profile` know of no HTTP, no storage and no clock; nothing outside [`storage`] names a
//! storage engine; nothing outside [`clock`] reads the time.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod admission;
pub mod app;
pub mod assets;
pub mod backup;
pub mod bots;
pub mod cli;
pub mod clock;
pub mod context;
pub mod counts;
pub mod erase;
pub mod export;
pub mod follower;
pub mod http;
pub mod identity;
pub mod import;
pub mod keys;
pub mod links;
pub mod live;
pub mod log;
pub mod metrics;
pub mod outcomes;
pub mod plans;
pub mod profile;
pub mod quarantine;
pub mod rebuild;
pub mod space;
pub mod stop;
pub mod storage;
pub mod time;
pub mod tls;
