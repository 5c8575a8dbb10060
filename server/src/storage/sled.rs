//! The default backend: sled 0.34, one file in one directory.
//!
//! Everything is in one tree, since sled's batches are atomic within one tree only. A key starts with a letter that says what it holds:
//!
//! | key | value | where |
//! |---|---|---|
//! | `l` first position | up to 256 events | `log` |
//! | `m` run, place | sorted hashes of sources and message ids: their presence tells a repeat | `repeats` |
//! | `q` id | a held item | `quarantine` |
//! | `r` | how many there are, and how large they are | `quarantine` |
//! | `n` identifier | everything that is kept of it, with its fragment and the end of its timeline | `kept` |
//! | `t` position | a part of a timeline | `kept` |
//! | `o`, `s`, `d`, `h`, `i` | lists of the identity graph | `graph` |
//! | `p` | the position that the derivation has come to | `derived` |
//! | `x` key, index | the rest of a large value | `chunked` |
//! | `v` | the version of all of this | `layout` |
//!
//! What it rests on: `flush()` alone does not survive a power cut, so `sync` syncs the file itself; and a value that is large for the
//! segment size would go into a file under `blobs/` that sled never syncs, so `chunked` keeps every value small. sled's compression
//! and `flush_async` are not used. sled 1.0 will have another format; nothing outside this module names sled.

mod check;
mod chunked;
mod compact;
mod derived;
mod envelope;
mod graph;
mod kept;
mod keys;
mod layout;
mod log;
mod quarantine;
mod repeats;
mod snapshot;
mod stored;
mod sync;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nora_shared::Identifier;
use parking_lot::RwLock;

pub use check::{Checked, Damage, Mend};
pub use compact::Compacted;

use super::{
    Appended, Derived, Effect, EventLog, HeldSize, IdentityState, ProfileChange, Result, Snapshot, Store, StoreError, TimelineEntry,
};
use crate::identity::node::Component;
use crate::identity::rules::{Code, Rules};
use crate::identity::{Edge, Facts, Link, Node, NodeId};
use crate::log::{Held, Record, Seq, Settled};
use crate::profile::Fragment;
use quarantine::Totals;

/// The value under which the log keeps these records: one block, compressed.
pub fn encode_block(records: &[Record]) -> Result<Vec<u8>> {
    let stored: Vec<_> = records.iter().map(stored::StoredRecord::from).collect();
    log::block::encode(&stored)
}

/// The records of such a value; an error says how it is damaged.
pub fn decode_block(value: &[u8]) -> Result<Vec<Arc<Record>>> {
    log::block::decode(b"l", value).map(|block| block.records)
}

/// The share of the cache that is for the filters of message ids: at 256 MiB, three bytes each of 22 million, and less of each when they are
/// more. Small in tests, so that they are more.
const FILTERS: u64 = if cfg!(test) { 2_048 } else { 4 };

/// Keeps the log, the quarantine and what is derived in a directory of its own.
pub struct SledStore {
    values: Arc<chunked::Values>,
    reads: kept::Reads,
    log: log::Log,
    /// By which identifiers are found.
    rules: RwLock<Rules>,
}

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open: stop that one, or take another directory.
    #[error("storage: {} is in use by another process", .0.display())]
    Locked(PathBuf),
    /// Its contents cannot be read: restore a copy.
    #[error("storage: {0}")]
    Damaged(String),
    /// The directory or its file cannot be opened, created or synced.
    #[error("storage: {0}")]
    Io(#[from] io::Error),
}

impl SledStore {
    /// Opens the store in this directory, or creates it. `cache_bytes`, at least 16 MiB, bounds what is kept in memory.
    ///
    /// When it returns, all that can be read is durable, including what another process wrote just before it was killed.
    pub fn open(dir: &Path, cache_bytes: u64) -> std::result::Result<SledStore, OpenError> {
        compact::recover(dir)?;
        fs::create_dir_all(dir)?;
        let cache_bytes = cache_bytes.max(16 << 20);
        let (log_bytes, filter_bytes) = (cache_bytes / 8, cache_bytes / FILTERS);
        let db = ::sled::Config::new()
            .path(dir)
            .segment_size(chunked::SEGMENT_BYTES)
            .cache_capacity(cache_bytes - log_bytes - filter_bytes)
            .open()
            .map_err(|error| open_error(dir, error))?;
        let file = sync::DatabaseFile::open(dir)?;
        let values = Arc::new(chunked::Values::new(db, file));
        values.sync().map_err(|error| OpenError::Io(io::Error::other(error.0)))?;
        layout::upgrade(&values).map_err(|error| OpenError::Damaged(error.0))?;
        let log = log::Log::open(&values, log_bytes, filter_bytes).map_err(|error| OpenError::Damaged(error.0))?;
        let state = graph::state(&values).map_err(|error| OpenError::Damaged(error.0))?.unwrap_or_default();
        let store = SledStore { reads: kept::Reads::new(Arc::clone(&values)), values, log, rules: RwLock::default() };
        store.learn(&state);
        Ok(store)
    }

    /// Rewrites the database in this directory without what is no longer used. Nobody else may have it open; it takes as much free disk as
    /// the database has contents.
    pub fn compact(dir: &Path, cache_bytes: u64) -> std::result::Result<Compacted, OpenError> {
        compact::compact(dir, cache_bytes)
    }

    /// Verifies every record of the database in this directory. Nobody else may have it open.
    pub fn check(dir: &Path, cache_bytes: u64) -> std::result::Result<Checked, OpenError> {
        check::check(dir, cache_bytes)
    }

    fn learn(&self, state: &IdentityState) {
        let mut rules = self.rules.write();
        if *rules.config() != state.rules {
            // They were checked before they were kept.
            *rules = Rules::new(state.rules.clone()).unwrap_or_default();
        }
    }
}

/// sled has no error of its own for a locked file; its text is fixed with its version, and a test holds it.
fn open_error(dir: &Path, error: ::sled::Error) -> OpenError {
    match error {
        ::sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => OpenError::Locked(dir.to_owned()),
        ::sled::Error::Io(error) => OpenError::Io(error),
        other => OpenError::Damaged(other.to_string()),
    }
}

impl From<::sled::Error> for StoreError {
    fn from(error: ::sled::Error) -> StoreError {
        StoreError(error.to_string())
    }
}

impl EventLog for SledStore {
    fn commit(&self, records: &[Arc<Record>], held: &[Held], settled: &[Settled]) -> Result<Vec<Appended>> {
        self.log.commit(records, held, settled)
    }

    fn len(&self) -> Seq {
        self.log.len()
    }

    fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Arc<Record>)>> {
        self.log.read(from, limit)
    }

    fn event(&self, seq: Seq) -> Result<Option<Arc<Record>>> {
        self.log.event(seq)
    }

    fn held(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, Held)>> {
        quarantine::read(&self.values, before.unwrap_or(u64::MAX).min(self.log.held().next), limit)
    }

    fn oldest_held(&self, limit: usize) -> Result<Vec<(u64, Held)>> {
        quarantine::oldest(&self.values, self.log.held().next, limit)
    }

    fn held_item(&self, id: u64) -> Result<Option<Held>> {
        quarantine::item(&self.values, id)
    }

    fn held_count(&self) -> u64 {
        self.log.held().next
    }

    fn held_size(&self) -> HeldSize {
        let Totals { items, bytes, .. } = self.log.held();
        HeldSize { items, bytes }
    }

    fn erase(&self, events: &[Seq], held: &[u64]) -> Result<()> {
        self.log.erase(events, held)
    }
}

impl Facts for SledStore {
    type Error = StoreError;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        kept::node(&self.reads, id)
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>> {
        kept::edge(&self.reads, a, b, link)
    }

    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>> {
        graph::far(&self.values, node, code, limit)
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>> {
        kept::component(&self.reads, id)
    }
}

impl Derived for SledStore {
    fn applied(&self) -> Result<Seq> {
        derived::applied(&self.values)
    }

    fn apply(&self, effect: &Effect) -> Result<()> {
        if let Some(state) = &effect.state {
            self.learn(state);
        }
        derived::apply(&self.reads, &self.rules.read(), effect)
    }

    fn restart(&self, state: &IdentityState) -> Result<()> {
        self.learn(state);
        self.reads.write(None, |values| derived::restart(values, state))
    }

    fn identity_state(&self) -> Result<Option<IdentityState>> {
        graph::state(&self.values)
    }

    fn decisions(&self) -> Result<Vec<Seq>> {
        graph::decisions(&self.values)
    }

    fn nodes(&self, after: Option<NodeId>, limit: usize) -> Result<Vec<(NodeId, Arc<Node>)>> {
        graph::nodes(&self.values, after, limit)
    }

    fn newest(&self, before: Option<(Seq, NodeId)>, limit: usize) -> Result<Vec<(Seq, NodeId)>> {
        graph::newest(&self.values, before, limit)
    }

    fn search(&self, text: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<(Vec<u8>, NodeId)>> {
        graph::search(&self.values, text, after, limit)
    }

    fn changes(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, ProfileChange)>> {
        graph::changes(&self.values, before, limit)
    }

    fn derived_bytes(&self) -> Result<u64> {
        derived::bytes(&self.values)
    }

    fn fragment(&self, anchor: &Identifier) -> Result<Option<Fragment>> {
        kept::fragment(&self.reads, NodeId::of(anchor))
    }

    fn read_ahead(&self, ids: &[NodeId]) -> Result<()> {
        ids.iter().try_for_each(|id| self.reads.get(*id).map(drop))
    }

    fn timeline(&self, anchor: &Identifier) -> Result<Vec<TimelineEntry>> {
        Ok(kept::timeline(&self.values, NodeId::of(anchor))?.0)
    }
}

impl Store for SledStore {
    fn is_writable(&self) -> bool {
        self.values.is_writable()
    }

    fn snapshot(&self, dir: &Path, go_on: &dyn Fn() -> bool) -> Result<Snapshot> {
        snapshot::snapshot(&self.values, &self.log, dir, go_on)
    }

    fn close(&self) -> Result<()> {
        self.values.sync()
    }
}
