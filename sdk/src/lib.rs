//! The browser SDK: from raw calls to delivered events.
//!
//! 1. The loader (`sdk/js/src/loader`) takes every call at once, stamps it with message id, time, visitor and page, and
//!    writes it to local storage in the same turn. It needs nothing that could fail to load.
//! 2. [`Client`] makes events of the calls ([`nora_shared::call`]), keeps them in the [`outbox`], and says what is to be
//!    sent when. It has no I/O, no clock and no randomness: they are arguments.
//! 3. `browser` is what the loader calls through WebAssembly. Only it touches js-sys and web-sys.
//!
//! Deliberately not here: who the visitor is. A raw call names its visitor, so that it can be made an event anywhere and in
//! any order: by this module, by the next page, by another tab, or by the server where WebAssembly is refused.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod answer;
mod backoff;
#[cfg(target_arch = "wasm32")]
pub mod browser;
mod client;
pub mod outbox;

pub use answer::Answer;
pub use client::{Client, Counts, Taken};
