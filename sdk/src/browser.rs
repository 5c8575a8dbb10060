//! What the loader calls through WebAssembly: it converts and delegates.
//!
//! Times come from `performance.now()`, which no change of the clock moves.

mod runtime;
mod warn;

use alloc::string::String;

use spin::Mutex;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Answer, Client};

/// The page's client. Never waited for: after a trap it stays locked, and the loader goes on without WebAssembly.
static CLIENT: Mutex<Option<Client>> = Mutex::new(None);

fn with<T>(then: impl FnOnce(&mut Client) -> T) -> Option<T> {
    CLIENT.try_lock()?.as_mut().map(then)
}

/// Starts the client of a source.
#[wasm_bindgen]
pub fn start(write_key: String) {
    if let Some(mut client) = CLIENT.try_lock() {
        *client = Some(Client::new(write_key));
    }
}

/// Takes raw calls which are in local storage under this key. Returns the keys that may be forgotten, a line each.
#[wasm_bindgen]
pub fn take(key: String, calls: &str) -> String {
    let Some(taken) = with(|client| client.take(key, calls)) else { return String::new() };
    taken.problems.into_iter().for_each(warn::once);
    lines(&taken.forget)
}

/// The next request's body. The loader names the request by the ticket when it has its answer.
#[wasm_bindgen]
pub fn next(ticket: u32, now_ms: f64, leaving: bool, sent_at: &str) -> Option<String> {
    with(|client| client.next(ticket, now_ms, leaving, sent_at)).flatten()
}

/// The answer to a request: its status, 0 where there was none, and `Retry-After` in seconds. Returns keys as [`take`] does.
#[wasm_bindgen]
pub fn answered(ticket: u32, status: u16, retry_after_s: f64, now_ms: f64) -> String {
    let answer = Answer::of(status, retry_after_s);
    let keys = with(|client| client.answered(ticket, answer, now_ms, js_sys::Math::random())).unwrap_or_default();
    lines(&keys)
}

/// Milliseconds until [`next`] is to be asked again; negative where there is nothing to wait for.
#[wasm_bindgen]
pub fn wait(now_ms: f64) -> f64 {
    with(|client| client.wait_ms(now_ms)).flatten().unwrap_or(-1.0)
}

/// The network is back.
#[wasm_bindgen]
pub fn hurry() {
    with(Client::hurry);
}

/// What became of the events, as JSON.
#[wasm_bindgen]
pub fn counts() -> String {
    with(|client| nora_shared::json::to_string(&client.counts())).unwrap_or_default()
}

/// A list as one string, which crosses more cheaply than an array.
fn lines(keys: &[String]) -> String {
    let mut out = String::new();
    for key in keys {
        out.push_str(key);
        out.push('\n');
    }
    out
}
