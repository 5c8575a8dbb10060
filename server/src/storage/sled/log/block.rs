//! One block of the log.

use std::sync::Arc;

use quick_cache::Weighter;

use super::super::chunked::{Changes, PART_BYTES};
use super::super::envelope::{self, pack, unpack};
use super::super::keys::{LOG, numbered};
use super::super::stored::StoredRecord;
use crate::log::{Record, Seq};
use crate::storage::Result;

const VERSION: u8 = 1;

/// Bounds what must be decoded to read one event.
const RECORDS: usize = 256;

/// What a block has in memory when appends are large, in bytes.
pub(super) const TYPICAL_BYTES: u64 = 256 << 10;

/// A block, decoded.
pub(in super::super) struct Block {
    pub(in super::super) records: Vec<Arc<Record>>,
    bytes: u64,
}

/// Weighs blocks in bytes.
#[derive(Clone)]
pub(super) struct BlockBytes;

impl Weighter<Seq, Arc<Block>> for BlockBytes {
    fn weight(&self, _: &Seq, block: &Arc<Block>) -> u64 {
        block.bytes
    }
}

/// Adds the records in blocks, the first at `first`. A block is halved until it fits into one sled value, or is one event.
pub(super) fn write(changes: &mut Changes, first: Seq, records: &[Arc<Record>]) -> Result<()> {
    let mut at = first;
    for records in records.chunks(RECORDS) {
        let stored: Vec<_> = records.iter().map(|record| StoredRecord::from(&**record)).collect();
        write_fitting(changes, at, &stored, 0)?;
        at += records.len() as Seq;
    }
    Ok(())
}

/// Puts records in the place of those that a block has, which has so many parts beyond its first.
pub(super) fn replace(changes: &mut Changes, first: Seq, records: &[Arc<Record>], parts: u16) -> Result<()> {
    let stored: Vec<_> = records.iter().map(|record| StoredRecord::from(&**record)).collect();
    write_fitting(changes, first, &stored, parts)
}

fn write_fitting(changes: &mut Changes, first: Seq, records: &[StoredRecord<'_>], parts: u16) -> Result<()> {
    let packed = encode(records)?;
    if packed.len() <= PART_BYTES || records.len() == 1 {
        return changes.put_over(&numbered(LOG, first), &packed, parts);
    }
    let (left, right) = records.split_at(records.len() / 2);
    write_fitting(changes, first, left, parts)?;
    write_fitting(changes, first + left.len() as Seq, right, 0)
}

/// The value of a block.
pub(in super::super) fn encode(records: &[StoredRecord<'_>]) -> Result<Vec<u8>> {
    pack(VERSION, &records, 0)
}

/// Reads a block.
pub(in super::super) fn decode(key: &[u8], packed: &[u8]) -> Result<Block> {
    let plain = unpack(key, VERSION, packed)?;
    let stored: Vec<StoredRecord<'_>> = envelope::decode(key, &plain)?;
    let records: Vec<_> = stored.into_iter().map(|stored| Arc::new(Record::from(stored))).collect();
    let bytes = (plain.len() + records.len() * size_of::<Record>()) as u64;
    Ok(Block { records, bytes })
}
