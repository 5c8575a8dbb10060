//! What the loader calls through WebAssembly: it converts and delegates.

mod runtime;

use alloc::string::String;

use nora_shared::{Reason, json::append};
use wasm_bindgen::prelude::wasm_bindgen;

/// Where to write a list of raw calls of so many bytes, for [`events`]. What there was of the last list, and of its events, is gone.
#[wasm_bindgen]
pub fn room(bytes: usize) -> *mut u8 {
    runtime::ARENA.clear();
    runtime::ARENA.take(bytes)
}

/// The events of a list of raw calls: a line with the codes of what is wrong, a comma behind each, and then the events.
///
/// It is where this points to, and ends with a zero, which is in no JSON text.
#[wasm_bindgen]
pub fn events(calls: &str) -> *const u8 {
    let batch = crate::batch(calls);
    let mut out = String::new();
    for reason in batch.problems {
        append(&mut out, code(reason));
        append(&mut out, ",");
    }
    append(&mut out, "\n");
    append(&mut out, &batch.events);
    append(&mut out, "\0");
    out.leak().as_ptr()
}

/// [`Reason::code`] of what can be wrong with a call: the others need not be in every page.
fn code(reason: Reason) -> &'static str {
    match reason {
        Reason::MissingId => Reason::MissingId.code(),
        Reason::MissingEvent => Reason::MissingEvent.code(),
        Reason::MissingGroupId => Reason::MissingGroupId.code(),
        Reason::MissingPreviousId => Reason::MissingPreviousId.code(),
        Reason::UnknownType => Reason::UnknownType.code(),
        Reason::TooLong => Reason::TooLong.code(),
        Reason::EventTooLarge => Reason::EventTooLarge.code(),
        _ => Reason::InvalidField.code(),
    }
}
