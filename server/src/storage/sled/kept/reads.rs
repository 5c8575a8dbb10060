//! Values of identifiers that were just read: whoever applies an event reads what there is of its anchor, then what is recorded under it,
//! and then writes it; these are one value.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use super::super::chunked::Values;
use super::super::keys::kept;
use super::super::repeats::Spread;
use crate::identity::NodeId;
use crate::storage::Result;

/// Values that are kept, at most; with those of 16,384 identifiers and their fragments about 16 MiB.
const MOST: usize = 1 << 14;

/// A value and how many parts it has beyond its first; `None` where there is none.
pub(in super::super) type Read = Option<(u16, Arc<[u8]>)>;

/// Reads values, and keeps them until the next write.
pub(in super::super) struct Reads {
    values: Arc<Values>,
    /// How often a write has begun or ended: odd while one is under way.
    writes: AtomicU64,
    /// With the number of writes before they were read.
    read: Mutex<HashMap<u128, (u64, Read), BuildHasherDefault<Spread>>>,
}

impl Reads {
    pub(in super::super) fn new(values: Arc<Values>) -> Reads {
        Reads { values, writes: AtomicU64::new(0), read: Mutex::default() }
    }

    pub(in super::super) fn values(&self) -> &Values {
        &self.values
    }

    /// An identifier's own value.
    pub(in super::super) fn get(&self, id: NodeId) -> Result<Read> {
        let writes = self.writes.load(Ordering::Acquire);
        if let Some((before, read)) = self.read.lock().get(&id.0)
            && *before == writes
        {
            return Ok(read.clone());
        }
        let read: Read = self.values.get_with_parts(&kept(id))?.map(|(parts, value)| (parts, value.into()));
        // What is read while somebody writes may be of before or after: then it is kept for nobody.
        if writes.is_multiple_of(2) {
            let mut kept = self.read.lock();
            if kept.len() >= MOST {
                kept.clear();
            }
            kept.insert(id.0, (writes, read.clone()));
        }
        Ok(read)
    }

    /// Writes. There is one writer at a time.
    pub(in super::super) fn write(&self, write: impl FnOnce(&Values) -> Result<()>) -> Result<()> {
        self.writes.fetch_add(1, Ordering::AcqRel);
        let written = write(&self.values);
        self.writes.fetch_add(1, Ordering::AcqRel);
        self.read.lock().clear();
        written
    }
}
