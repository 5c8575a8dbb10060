//! Bodies of tracking requests. The first byte says how they are encoded and who sends them; the rest is the body.
#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use libfuzzer_sys::fuzz_target;
use nora_fuzz::{check, origin};
use nora_server::admission::admit;
use nora_server::http::{body, collect::Batch};
use nora_shared::limits;

fuzz_target!(|bytes: &[u8]| {
    let Some((options, sent)) = bytes.split_first() else { return };
    let (encoding, packed) = match options >> 2 & 7 {
        0 => (Some("gzip"), gzip(sent)),
        1 => (Some("deflate"), deflate(sent)),
        // As they came: rarely what they say.
        2 => (Some("gzip"), sent.to_vec()),
        3 => (Some("deflate"), sent.to_vec()),
        4 => (Some("br"), sent.to_vec()),
        _ => (None, sent.to_vec()),
    };
    let Ok(body) = body::decoded(&packed, encoding, body::TRACKING) else { return };
    assert!(body.len() <= body::TRACKING);
    let Ok(text) = String::from_utf8(body) else { return };
    let kind = (options & 0x20 != 0).then_some("track");
    check(&admit(&text, kind, &origin(*options)), text.len());
    let Ok(batch) = Batch::read(&text) else { return };
    if batch.check().is_err() {
        return;
    }
    let events = batch.len();
    let decisions = batch.decide(origin(*options));
    assert_eq!(decisions.len(), events, "each event has one outcome");
    for decision in &decisions {
        check(decision, text.len().min(2 * limits::EVENT_BYTES));
    }
});

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("in memory")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("in memory")
}
