//! Room on the disk. The store does not survive a disk that is full: after a write that failed it must be opened again. So events are
//! refused before that, while what was taken can still be applied, merged and compacted; and taken again once there is room.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

/// How often the disk is looked at. What arrives in between must fit into the room that is kept free.
const PERIOD: Duration = Duration::from_secs(1);

/// Of the room that is kept free, so much more must be there before events are taken again: else they would be in turns, every second.
const MORE: u64 = 8;

/// The room there is.
#[derive(Debug)]
pub struct Space {
    dir: PathBuf,
    min_free_bytes: u64,
    free_bytes: AtomicU64,
    is_short: AtomicBool,
}

impl Space {
    /// Looks at the disk that has `dir`, from now on and for as long as somebody holds this. `min_free_bytes` are kept free; 0 for none.
    pub fn watch(dir: &Path, min_free_bytes: u64) -> io::Result<Arc<Space>> {
        let (free_bytes, is_short) = (AtomicU64::new(u64::MAX), AtomicBool::new(false));
        let space = Arc::new(Space { dir: dir.to_owned(), min_free_bytes, free_bytes, is_short });
        space.look();
        let watched = Arc::downgrade(&space);
        thread::Builder::new().name("space".into()).spawn(move || keep_looking(&watched))?;
        Ok(space)
    }

    /// Whether there is less room than is kept free: nothing new may be written.
    pub fn is_short(&self) -> bool {
        self.is_short.load(Ordering::Acquire)
    }

    /// Bytes that this process may still write, as of a second ago.
    pub fn free_bytes(&self) -> u64 {
        self.free_bytes.load(Ordering::Relaxed)
    }

    /// Bytes that are kept free.
    pub fn min_free_bytes(&self) -> u64 {
        self.min_free_bytes
    }

    /// Bytes of everything that lies in the data directory.
    pub fn used_bytes(&self) -> u64 {
        used_bytes(&self.dir)
    }

    fn look(&self) {
        let Some(free) = free_bytes(&self.dir) else { return };
        self.free_bytes.store(free, Ordering::Relaxed);
        let (was_short, is_short) = (self.is_short(), is_short(self.is_short(), free, self.min_free_bytes));
        self.is_short.store(is_short, Ordering::Release);
        let min_free = self.min_free_bytes;
        match (was_short, is_short) {
            (false, true) => tracing::error!(free, min_free, "the disk is nearly full: no events are taken until there is room"),
            (true, false) => tracing::info!(free, min_free, "there is room on the disk again: events are taken"),
            _ => {}
        }
    }
}

/// Bytes that may still be written to the disk that has this folder; `None` where nobody knows: then the store itself says when it cannot.
pub fn free_bytes(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).inspect_err(|error| tracing::warn!(%error, "the room on the disk cannot be told")).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn used_bytes(dir: &Path) -> u64 {
    // What goes while it is counted is not counted.
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let bytes = entries.filter_map(|entry| Some((entry.metadata().ok()?, entry.path())));
    bytes.map(|(metadata, path)| if metadata.is_dir() { used_bytes(&path) } else { metadata.len() }).sum()
}

fn keep_looking(space: &Weak<Space>) {
    loop {
        thread::sleep(PERIOD);
        let Some(space) = space.upgrade() else { return };
        space.look();
    }
}

fn is_short(was_short: bool, free: u64, min_free: u64) -> bool {
    free < if was_short { min_free.saturating_add(min_free / MORE) } else { min_free }
}

#[cfg(test)]
mod tests {
    use super::is_short;

    #[test]
    fn there_must_be_more_room_to_begin_again_than_to_go_on() {
        assert!(!is_short(false, 800, 800) && is_short(false, 799, 800));
        assert!(is_short(true, 899, 800) && !is_short(true, 900, 800));
        assert!(!is_short(false, 0, 0) && !is_short(true, 0, 0), "0 is no limit");
    }
}
