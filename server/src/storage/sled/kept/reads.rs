//! Values of identifiers that were just read: whoever applies an event reads what there is of its anchor, then what is recorded under it,
//! and then writes it; these are one value. Whoever is behind has them read ahead, on another thread.

use std::mem;
use std::sync::Arc;

use foldhash::HashMap;
use parking_lot::Mutex;

use super::super::chunked::{Value, Values};
use super::super::keys::kept;
use crate::identity::NodeId;
use crate::storage::Result;

/// Values of each generation that are kept, at most; with those of 16,384 identifiers and their fragments about 16 MiB.
const MOST: usize = 1 << 14;

/// A value; `None` where there is none.
pub(in super::super) type Read = Option<Value>;

type Kept = HashMap<NodeId, Read>;

/// Reads values, and keeps them until they are written.
pub(in super::super) struct Reads {
    values: Arc<Values>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How often a write has begun or ended: odd while one is under way.
    writes: u64,
    young: Kept,
    /// What was not asked for since there were too many.
    old: Kept,
}

impl Reads {
    pub(in super::super) fn new(values: Arc<Values>) -> Reads {
        Reads { values, state: Mutex::default() }
    }

    pub(in super::super) fn values(&self) -> &Values {
        &self.values
    }

    /// An identifier's own value.
    pub(in super::super) fn get(&self, id: NodeId) -> Result<Read> {
        let writes = {
            let mut state = self.state.lock();
            if let Some(read) = state.find(id) {
                return Ok(read);
            }
            state.writes
        };
        let read = self.values.read(&kept(id))?;
        let mut state = self.state.lock();
        // What is read while somebody writes may be of before or after: then it is kept for nobody.
        if writes.is_multiple_of(2) && writes == state.writes {
            state.keep(id, read.clone());
        }
        Ok(read)
    }

    /// Writes values of these identifiers, or of all. There is one writer at a time.
    pub(in super::super) fn write(&self, ids: Option<&[NodeId]>, write: impl FnOnce(&Values) -> Result<()>) -> Result<()> {
        {
            let mut state = self.state.lock();
            state.writes += 1;
            match ids {
                Some(ids) => ids.iter().for_each(|id| state.forget(*id)),
                None => (state.young, state.old) = (Kept::default(), Kept::default()),
            }
        }
        let written = write(&self.values);
        self.state.lock().writes += 1;
        written
    }
}

impl State {
    fn find(&mut self, id: NodeId) -> Option<Read> {
        if let Some(read) = self.young.get(&id) {
            return Some(read.clone());
        }
        let read = self.old.remove(&id)?;
        self.keep(id, read.clone());
        Some(read)
    }

    fn keep(&mut self, id: NodeId, read: Read) {
        if self.young.len() >= MOST {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(id, read);
    }

    fn forget(&mut self, id: NodeId) {
        self.young.remove(&id);
        self.old.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::super::super::chunked::Changes;
    use super::super::super::sync::DatabaseFile;
    use super::*;

    /// Also where a test fails: the readers would go on.
    struct Over<'a>(&'a AtomicBool);

    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn whoever_reads_while_somebody_writes_sees_nothing_older_than_before() {
        let dir = tempfile::tempdir().unwrap();
        let db = ::sled::open(dir.path()).unwrap();
        let values = Arc::new(Values::new(db, DatabaseFile::open(dir.path()).unwrap()));
        let reads = Reads::new(values);
        let ids: Vec<_> = (0..4).map(NodeId).collect();
        let number = |read: Read| read.map_or(0, |value| u64::from_be_bytes((*value).try_into().unwrap()));
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let _over = Over(&is_over);
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut last = [0; 4];
                    while !is_over.load(Ordering::Relaxed) {
                        for (id, last) in ids.iter().zip(&mut last) {
                            let now = number(reads.get(*id).unwrap());
                            assert!(now >= *last, "{now} after {last}");
                            *last = now;
                        }
                    }
                });
            }
            for round in 1..=2_000_u64 {
                let some = &ids[..1 + round as usize % ids.len()];
                let write = |values: &Values| {
                    let mut changes = Changes::new();
                    some.iter().try_for_each(|id| changes.put(&kept(*id), &round.to_be_bytes()))?;
                    values.write(changes)
                };
                reads.write(Some(some), write).unwrap();
                some.iter().for_each(|id| assert_eq!(number(reads.get(*id).unwrap()), round));
            }
        });
        assert_eq!(number(reads.get(NodeId(9)).unwrap()), 0);
        reads.write(None, |values| values.clear(&[super::super::super::keys::RECORDS])).unwrap();
        ids.iter().for_each(|id| assert_eq!(number(reads.get(*id).unwrap()), 0));
    }
}
