//! The browser SDK's Rust: events out of what a page said.
//!
//! 1. The loader (`sdk/js/src/loader`) takes every call at once, stamps it with message id, time, number, visitor and page, and
//!    writes it to local storage in the same turn. It needs nothing that could fail to load.
//! 2. When calls are to be sent, [`batch`] makes events of them: the same code that the server runs where it gets the calls as they
//!    are ([`nora_shared::call`]). It keeps nothing between two requests, so that it may come late, be refused or trap, and no event
//!    is lost or made twice by that.
//! 3. `browser` is how the loader calls it through WebAssembly. Only it touches wasm-bindgen.
//!
//! Deliberately not here: who the visitor is, and what is sent when. That must work where WebAssembly does not, so it is the
//! loader's; `sdk/js/test` runs it through every schedule of tabs, crashes and a slow server.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod batch;
#[cfg(target_arch = "wasm32")]
pub mod browser;

pub use batch::{Batch, batch};
