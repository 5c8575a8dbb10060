//! The files of tracking plans: `tracking_plans/ID/VERSION.json` in the data directory.
//!
//! A version is written once: whole, beside its name, synced, and then put in its place. So it is there or it is not, whenever the power
//! fails, and the newest one that is there is in force. What was counted lies beside, in `tally.json`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Current, Document, VERSIONS, Version};
use crate::time::Millis;

/// How the name of a folder ends whose plan is being removed.
const REMOVED: &str = ".removed";

/// How the name of a file ends that is being written.
const DRAFT: &str = "draft";

#[derive(Serialize, Deserialize)]
struct Stored<D> {
    version: u32,
    created_at: String,
    plan: D,
}

/// Where a version lies.
pub(super) fn file(dir: &Path, id: &str, version: u32) -> PathBuf {
    dir.join(id).join(format!("{version}.json"))
}

/// The newest version of every plan. Finishes removals that were cut short.
pub(super) fn newest(dir: &Path) -> io::Result<Vec<(String, Version)>> {
    let mut found = Vec::new();
    for entry in entries(dir)? {
        let Some(id) = entry.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        if id.ends_with(REMOVED) {
            fs::remove_dir_all(&entry)?;
            continue;
        }
        // Without any, its making was cut short, and nobody was told that it is there.
        if let Some((newest, _)) = versions(dir, &id)?.first()
            && let Some(version) = read(dir, &id, *newest)?
        {
            found.push((id, version));
        }
    }
    Ok(found)
}

/// The versions of a plan, the newest first, each with when it was made.
pub(super) fn versions(dir: &Path, id: &str) -> io::Result<Vec<(u32, Millis)>> {
    let mut versions = Vec::new();
    for number in numbers(&dir.join(id))? {
        if let Some(version) = read(dir, id, number)? {
            versions.push((number, version.created_at));
        }
    }
    Ok(versions)
}

/// One version of a plan; nothing where there is none.
pub(super) fn read(dir: &Path, id: &str, version: u32) -> io::Result<Option<Version>> {
    let path = file(dir, id, version);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let unreadable = |why: String| io::Error::other(format!("{}: {why}", path.display()));
    let stored: Stored<Document> = serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    let created_at = Millis::parse(&stored.created_at).ok_or_else(|| unreadable("created_at is no moment".to_owned()))?;
    Ok(Some(Version { version, created_at, document: stored.plan }))
}

/// Writes a new version, durably, and forgets the oldest beyond [`VERSIONS`].
pub(super) fn write(dir: &Path, current: &Current) -> io::Result<()> {
    let folder = dir.join(&current.id);
    let is_new = !folder.is_dir();
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let stored = Stored { version: current.version, created_at: current.created_at.to_string(), plan: &current.document };
    replace(&file(dir, &current.id, current.version), &serde_json::to_vec(&stored)?)?;
    if is_new {
        for made in [Some(dir), dir.parent()].into_iter().flatten() {
            fs::File::open(made)?.sync_all()?;
        }
    }
    for number in numbers(&folder)?.into_iter().skip(VERSIONS) {
        fs::remove_file(file(dir, &current.id, number))?;
    }
    Ok(())
}

/// Removes a plan, at once and durably; its files follow.
pub(super) fn remove(dir: &Path, id: &str) -> io::Result<()> {
    let removed = dir.join(format!("{id}{REMOVED}"));
    fs::rename(dir.join(id), &removed)?;
    fs::File::open(dir)?.sync_all()?;
    fs::remove_dir_all(removed)
}

/// Puts a file in its place: whole or not at all, whenever the power fails. Its folder has to be there.
pub(super) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(DRAFT);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    path.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all())
}

/// Copies all plans from one data directory into another, while they may be changed: each file is whole.
pub fn copy(from: &Path, to: &Path, copy_file: impl Fn(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
    for folder in entries(from)? {
        let Some(name) = folder.file_name().filter(|name| !name.to_string_lossy().ends_with(REMOVED)) else { continue };
        let target = to.join(name);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&target)?;
        for file in entries(&folder)? {
            let (Some(name), true) = (file.file_name(), file.extension().is_none_or(|ending| ending != DRAFT)) else { continue };
            match copy_file(&file, &target.join(name)) {
                // It was removed since.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                copied => copied?,
            }
        }
    }
    Ok(())
}

/// The numbers of the versions in a folder, the highest first.
fn numbers(folder: &Path) -> io::Result<Vec<u32>> {
    let number = |path: PathBuf| path.file_name()?.to_str()?.strip_suffix(".json")?.parse().ok();
    let mut numbers: Vec<u32> = entries(folder)?.into_iter().filter_map(number).collect();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    Ok(numbers)
}

/// What lies in a folder; nothing where there is none.
fn entries(dir: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(dir) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
