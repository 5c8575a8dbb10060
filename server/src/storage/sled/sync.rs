//! Makes sled's file survive a power cut.
//!
//! sled writes to the file `db` and asks for `sync_file_range`, which neither empties the disk's cache nor writes the file's metadata.
//! So the file is synced through a handle of our own, which stays open so that it sees every write error the kernel has met.

use std::fs::File;
use std::io;
use std::path::Path;
#[cfg(test)]
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::metrics::SYNC;

/// The file that sled keeps its log in.
pub(super) struct DatabaseFile {
    file: File,
    /// How often it was synced.
    #[cfg(test)]
    pub(super) syncs: AtomicU64,
}

impl DatabaseFile {
    /// Opens the file that sled has just opened or created, and makes its name durable.
    ///
    /// This is done on every opening, since nobody knows whether the first one came that far.
    pub(super) fn open(dir: &Path) -> io::Result<DatabaseFile> {
        let file = File::options().read(true).write(true).open(dir.join("db"))?;
        // sled writes its settings without syncing them; without them it opens with others.
        File::open(dir.join("conf"))?.sync_all()?;
        let dir = dir.canonicalize()?;
        File::open(&dir)?.sync_all()?;
        if let Some(parent) = dir.parent() {
            File::open(parent)?.sync_all()?;
        }
        Ok(DatabaseFile {
            file,
            #[cfg(test)]
            syncs: AtomicU64::new(0),
        })
    }

    /// Returns when all that sled has flushed is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        #[cfg(test)]
        self.syncs.fetch_add(1, Ordering::Relaxed);
        let begun = Instant::now();
        let synced = self.file.sync_data();
        SYNC.observe(begun.elapsed().as_secs_f64());
        synced
    }
}
