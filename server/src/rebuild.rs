//! Derives everything again from the log, beside what is stored, and says what differs: there must be nothing.

mod beside;
mod differences;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::follower;
use crate::log::Seq;
use crate::storage::sled::{OpenError, SledStore};
use crate::storage::{Store, StoreError};

use beside::Beside;
pub use differences::Difference;

/// The directory in the data directory that is derived into.
const DIR: &str = "rebuild";

/// Differences that are described, at most. All are counted.
const DESCRIBED: usize = 100;

/// What was found.
#[derive(Debug, Default)]
pub struct Rebuilt {
    /// Events that were read.
    pub events: Seq,
    /// Identifiers that were compared.
    pub identifiers: u64,
    /// Fragments and timelines that were compared.
    pub fragments: u64,
    /// Everything that differs.
    pub count: u64,
    /// Some of it.
    pub differences: Vec<Difference>,
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The directory that is derived into cannot be used.
    #[error("the data directory cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// The database in it cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What is stored cannot be read, or what is derived not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Derives everything in `store` again, into a directory of its own in `data_dir`, and compares. `cache` bounds records in memory, as in
/// [`follower::start`]. `progress` is told how many events have been applied.
pub fn rebuild(data_dir: &Path, store: &Arc<dyn Store>, cache: usize, mut progress: impl FnMut(Seq)) -> Result<Rebuilt, RebuildError> {
    // What was acknowledged and not applied yet is no difference.
    follower::catch_up(Arc::clone(store), cache, |_| ())?;
    let dir = data_dir.join(DIR);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    let result = (|| {
        let derived = SledStore::open(&dir, 64 << 20)?;
        let beside: Arc<dyn Store> = Arc::new(Beside { log: Arc::clone(store), derived });
        follower::catch_up(Arc::clone(&beside), cache, &mut progress)?;
        Ok(differences::find(&**store, &*beside, DESCRIBED)?)
    })();
    fs::remove_dir_all(&dir)?;
    result
}

/// Forgets everything that was derived and derives it again, in place.
pub fn repair(store: &Arc<dyn Store>, cache: usize, progress: impl FnMut(Seq)) -> Result<(), StoreError> {
    // Where even that cannot be read, the rules are found in the log.
    let state = store.identity_state().ok().flatten().unwrap_or_default();
    let begun = crate::storage::IdentityState { rules: state.rules, rules_at: state.rules_at, ..Default::default() };
    store.restart(&begun)?;
    follower::catch_up(Arc::clone(store), cache, progress)
}

#[cfg(test)]
mod tests;
