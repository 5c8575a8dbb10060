//! What the loader calls through WebAssembly: it converts and delegates.

mod runtime;

use alloc::string::String;

use nora_shared::Reason;
use wasm_bindgen::prelude::wasm_bindgen;

/// The events of a list of raw calls: a line with the codes of what is wrong, a comma behind each, and then the events.
#[wasm_bindgen]
pub fn events(calls: &str) -> String {
    let batch = crate::batch(calls);
    let mut out = String::new();
    for reason in batch.problems {
        out.push_str(code(reason));
        out.push(',');
    }
    out.push('\n');
    out.push_str(&batch.events);
    out
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
