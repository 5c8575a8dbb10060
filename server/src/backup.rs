//! Backups of a data directory that may be in use, and what is made of them.
//!
//! A backup is a data directory of its own: everything that cannot be derived, durable before it has its name. Restoring is copying; the
//! first start derives profiles again.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use crate::keys;
use crate::keys::is_source_id;
use crate::plans;
use crate::space;
use crate::storage::{Snapshot, Store, StoreError};

/// The file of the settings, where the working directory has one.
const SETTINGS: &str = "nora.toml";

/// What a backup that is not whole yet is called.
const UNFINISHED: &str = "unfinished";

/// Where backups go, and of what.
#[derive(Debug)]
pub struct Backups {
    data_dir: PathBuf,
    dir: Option<PathBuf>,
    min_free_bytes: u64,
    running: Mutex<()>,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nobody has said where backups go.
    #[error("it is not set where backups go")]
    NotConfigured,
    /// A name that could lead elsewhere.
    #[error("the name of a backup has 1 to 64 of a-z, 0-9, _ and -")]
    InvalidName,
    /// There is a backup of this name.
    #[error("there is a backup of this name")]
    Exists,
    /// Another one is being made.
    #[error("another backup is being made")]
    Running,
    /// The directory cannot be written.
    #[error("the backup cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The store cannot be read, or its copy not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Backups {
    /// Of the installation in `data_dir`, into folders of `dir`; on whose disk so much stays free.
    pub fn new(data_dir: &Path, dir: Option<&Path>, min_free_bytes: u64) -> Backups {
        Backups { data_dir: data_dir.to_owned(), dir: dir.map(Path::to_owned), min_free_bytes, running: Mutex::new(()) }
    }

    /// Makes one, durably: everything that was acknowledged before is in it. One at a time.
    pub fn make(&self, store: &dyn Store, name: &str) -> Result<Snapshot, BackupError> {
        let dir = self.dir.as_ref().ok_or(BackupError::NotConfigured)?;
        if !is_source_id(name) {
            return Err(BackupError::InvalidName);
        }
        let _running = self.running.try_lock().ok_or(BackupError::Running)?;
        let target = dir.join(name);
        if target.exists() {
            return Err(BackupError::Exists);
        }
        private(dir)?;
        let draft = dir.join(format!("{name}.{UNFINISHED}"));
        if draft.exists() {
            fs::remove_dir_all(&draft)?;
        }
        let made = self.fill(store, &draft);
        if made.is_err() {
            // What is left of it would only take room.
            let _ = fs::remove_dir_all(&draft);
        }
        let snapshot = made?;
        fs::rename(&draft, &target)?;
        File::open(dir)?.sync_all()?;
        Ok(snapshot)
    }

    fn fill(&self, store: &dyn Store, draft: &Path) -> Result<Snapshot, BackupError> {
        private(draft)?;
        // Keys first: who may read what follows.
        for file in [self.data_dir.join(keys::FILE), PathBuf::from(SETTINGS)].iter().filter(|file| file.is_file()) {
            copy_file(file, &draft.join(file.file_name().unwrap_or_default()))?;
        }
        plans::copy(&self.data_dir.join(plans::DIR), &draft.join(plans::DIR), copy_file)?;
        let go_on = || space::free_bytes(draft).is_none_or(|free| free > self.min_free_bytes);
        let snapshot = store.snapshot(&draft.join("sled"), &go_on)?;
        sync_folder(draft)?;
        Ok(snapshot)
    }
}

/// Copies a backup into a data directory that does not exist yet, or holds nothing; durable when it returns.
pub fn restore(from: &Path, data_dir: &Path) -> io::Result<()> {
    if !from.join("sled").join("db").is_file() || from.extension().is_some_and(|ending| ending == UNFINISHED) {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("{} is no backup", from.display())));
    }
    if data_dir.exists() && fs::read_dir(data_dir)?.next().is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is not empty", data_dir.display())));
    }
    copy_folder(from, data_dir)?;
    match data_dir.canonicalize()?.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

/// A folder that nobody else on the machine may read.
fn private(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    private(to)?;
    for entry in fs::read_dir(from)? {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if path.is_dir() { copy_folder(&path, &target)? } else { copy_file(&path, &target)? }
    }
    File::open(to)?.sync_all()
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut target = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
}

fn sync_folder(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() { sync_folder(&path)? } else { File::open(path)?.sync_all()? }
    }
    File::open(dir)?.sync_all()
}
