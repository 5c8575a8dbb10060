//! The query of a picture's address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nora_fuzz::{check, origin};
use nora_server::admission::admit;
use nora_server::http::pixel::Sent;

fuzz_target!(|query: &str| {
    for kind in ["track", "identify"] {
        if let Ok(event) = Sent::read(query).event() {
            check(&admit(&event, Some(kind), &origin(0)), event.len());
        }
    }
});
