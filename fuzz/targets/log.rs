//! Blocks of the log: what was written is read as it was written, and what is damaged is named. The first byte says which of the two.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use nora_server::log::Record;
use nora_server::storage::sled::{decode_block, encode_block};
use nora_server::time::Millis;

type Fields = (i64, i64, String, bool, String, String);

fuzz_target!(|bytes: &[u8]| {
    let Some((option, rest)) = bytes.split_first() else { return };
    match option & 1 {
        0 => {
            if let Ok(records) = decode_block(rest) {
                round(&records.into_iter().map(Arc::unwrap_or_clone).collect::<Vec<_>>());
            }
        }
        _ => {
            let records = Vec::<Fields>::arbitrary(&mut Unstructured::new(rest)).unwrap_or_default();
            round(&records.into_iter().map(record).collect::<Vec<_>>());
        }
    }
});

fn record((received_at, timestamp, source, verified, message_id, json): Fields) -> Record {
    Record { received_at: Millis(received_at), timestamp: Millis(timestamp), source, verified, message_id, json }
}

fn round(records: &[Record]) {
    let value = encode_block(records).expect("records can be written");
    let read = decode_block(&value).expect("what was written can be read");
    assert!(read.iter().map(|record| &**record).eq(records));
}
