//! The stack as users meet it: what the black-box tests and the bench share.
//!
//! - [`Nora`]: the real binary on a data directory of its own, started, killed, stopped and started again.
//! - [`client`]: HTTP as a well-behaved client speaks it; [`raw`]: bytes as nobody should send them.
//! - [`load`]: visitors who post batches until the server goes away, and who know what was acknowledged.
//! - [`disk`]: what lies in a data directory, byte by byte.
//! - [`shared_data`]: public data sets that may be there.
//!
//! Nothing here knows of the server's code: what a test says, any client could see.
#![allow(clippy::expect_used, reason = "support of tests: what is not as expected here is the failure of a test")]

pub mod client;
pub mod disk;
pub mod load;
mod process;
pub mod raw;
pub mod shared_data;
pub mod timeline;

pub use client::{Client, Reply};
pub use process::{ADMIN_TOKEN, Nora, SECRET_KEY, SIGNING_SECRET, WRITE_KEY, binary, cpu_seconds, run};

/// How often a crash is tried: `NORA_ROUNDS` times, or as often as is usual in a test of all.
pub fn rounds(usual: usize) -> usize {
    std::env::var("NORA_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Says on standard error that a test did not test, and why: past the harness, which shows nothing of a test that passes.
pub fn skipped(why: &str) {
    use std::io::Write;
    writeln!(std::io::stderr(), "skipped: {why}").expect("standard error");
}
