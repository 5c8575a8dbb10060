//! A block of events: the unit in which the log is kept.
//!
//! Layout: one version byte (1), then one zstd frame (level 1, with its checksum) of the postcard encoding of a list of events. A block
//! that does not decode is damage of the disk: reading it is an error, and no other block is touched by it.
//! Measured: 105 bytes an event of 659, against 1.56 times the raw size with one entry an event.

use serde::{Deserialize, Serialize};

use super::{Result, StoreError};
use crate::log::Record;
use crate::time::Millis;

/// Events in one block, at most.
pub(super) const EVENTS: usize = 256;

const VERSION: u8 = 1;

/// The most that one block may unfold to. Protects the reader from a damaged length: 256 events of 32 KB and what the server adds.
const RAW_BYTES: u64 = 16 * 1024 * 1024;

/// The events of one block.
pub(super) struct Block(pub(super) Vec<Record>);

#[derive(Serialize, Deserialize)]
struct StoredRecord<'a> {
    received_at: i64,
    timestamp: i64,
    source: &'a str,
    verified: bool,
    message_id: &'a str,
    json: &'a str,
}

impl Block {
    /// The stored form.
    pub(super) fn encode(records: &[&Record]) -> Result<Vec<u8>> {
        let stored: Vec<_> = records
            .iter()
            .map(|record| StoredRecord {
                received_at: record.received_at.0,
                timestamp: record.timestamp.0,
                source: &record.source,
                verified: record.verified,
                message_id: &record.message_id,
                json: &record.json,
            })
            .collect();
        let raw = postcard::to_allocvec(&stored).map_err(|error| StoreError(format!("block: {error}")))?;
        let mut value = vec![VERSION];
        let mut encoder = zstd::Encoder::new(&mut value, 1).map_err(io)?;
        encoder.include_checksum(true).map_err(io)?;
        std::io::Write::write_all(&mut encoder, &raw).map_err(io)?;
        encoder.finish().map_err(io)?;
        Ok(value)
    }

    /// From the stored form.
    pub(super) fn decode(value: &[u8]) -> Result<Block> {
        let Some((&VERSION, frame)) = value.split_first() else {
            return Err(StoreError("a block of the log is of an unknown version".into()));
        };
        let mut raw = Vec::new();
        let decoder = zstd::Decoder::new(frame).map_err(io)?;
        std::io::Read::read_to_end(&mut std::io::Read::take(decoder, RAW_BYTES), &mut raw).map_err(io)?;
        let stored: Vec<StoredRecord<'_>> =
            postcard::from_bytes(&raw).map_err(|error| StoreError(format!("a block of the log is damaged: {error}")))?;
        let record = |stored: StoredRecord<'_>| Record {
            received_at: Millis(stored.received_at),
            timestamp: Millis(stored.timestamp),
            source: stored.source.to_owned(),
            verified: stored.verified,
            message_id: stored.message_id.to_owned(),
            json: stored.json.to_owned(),
        };
        Ok(Block(stored.into_iter().map(record).collect()))
    }
}

fn io(error: std::io::Error) -> StoreError {
    StoreError(format!("a block of the log is damaged: {error}"))
}
