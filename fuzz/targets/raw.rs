//! Raw calls of a browser without WebAssembly: the first byte says who sends them, the rest is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nora_fuzz::{check, origin};
use nora_server::http::collect::{decide_raw, read_raw};
use nora_shared::limits;

fuzz_target!(|bytes: &[u8]| {
    let Some((options, sent)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(sent) else { return };
    let Ok(batch) = read_raw(text) else { return };
    let calls = batch.expand().count();
    let Ok((decisions, ids)) = decide_raw(&batch, origin(*options)) else { return };
    assert_eq!([decisions.len(), ids.len()], [calls; 2], "each call has one outcome");
    for decision in &decisions {
        // Page and visitor may be those of an earlier call; every argument is in the event once.
        check(decision, 2 * limits::EVENT_BYTES);
    }
});
