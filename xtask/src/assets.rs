//! `dist/assets`: what the server embeds, at the paths it is served under, each file with its compressed siblings.

use std::{
    collections::BTreeMap,
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::{
    command::Workspace,
    compress,
    stamp::{Stamp, files, hex, read},
};

/// The list of the files and their hashes, in the form of `sha256sum`; `server/build.rs` reads it.
const SUMS: &str = "SHA256SUMS";

/// Puts the folder together, unless it is there already and nothing changed.
pub(crate) fn assemble(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    let out = dist.join("assets");
    let sources = sources(&dist)?;
    let made_by = concat!(include_str!("assets.rs"), include_str!("compress.rs"));
    let inputs: Vec<PathBuf> = sources.values().cloned().collect();
    let stamp = Stamp::new(dist.join("assets.built-from"), made_by, &inputs)?;
    if stamp.fresh() && out.join(SUMS).is_file() {
        return Ok(());
    }
    stamp.around(|| {
        let mut wanted = compress_all(&sources)?;
        wanted.insert(SUMS.to_owned(), sums(&sources, &wanted)?.into_bytes());
        write(&out, &wanted)
    })
}

/// Each path and the file it comes from.
fn sources(dist: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut sources = BTreeMap::new();
    for (base, part) in [("sdk", "nora.js"), ("sdk", "nora"), ("www", "shop"), ("www", "console")] {
        let base = dist.join(base);
        let found = files(&base.join(part))?;
        ensure!(!found.is_empty(), "there is nothing in {}: remove {} and build again", base.join(part).display(), dist.display());
        for file in found {
            sources.insert(relative(&base, &file)?, file);
        }
    }
    Ok(sources)
}

/// Every file and every encoding of it that is smaller.
fn compress_all(sources: &BTreeMap<String, PathBuf>) -> Result<BTreeMap<String, Vec<u8>>> {
    let todo = Mutex::new(sources.iter());
    let work = || -> Result<Vec<(String, Vec<u8>)>> {
        let mut done = Vec::new();
        // The lock is let go before the work begins.
        while let Some((path, file)) = { todo.lock().unwrap_or_else(PoisonError::into_inner).next() } {
            let raw = read(file)?;
            for (ending, bytes) in compress::encodings(path, &raw)? {
                done.push((format!("{path}.{ending}"), bytes));
            }
            done.push((path.clone(), raw));
        }
        Ok(done)
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = BTreeMap::new();
        for worker in workers {
            all.extend(worker.join().map_err(|_| anyhow::anyhow!("the compression panicked"))??);
        }
        Ok(all)
    })
}

fn sums(sources: &BTreeMap<String, PathBuf>, contents: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let mut lines = String::new();
    for path in sources.keys() {
        let raw = contents.get(path).with_context(|| format!("{path} was left out"))?;
        lines.push_str(&format!("{}  {path}\n", hex(&Sha256::digest(raw))));
    }
    Ok(lines)
}

/// Makes the folder hold just this. What is right already is not touched, or the server would be built again.
fn write(out: &Path, wanted: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    fs::create_dir_all(out)?;
    for file in files(out)? {
        if !wanted.contains_key(&relative(out, &file)?) {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    for (path, bytes) in wanted {
        let file = out.join(path);
        if fs::read(&file).is_ok_and(|there| &there == bytes) {
            continue;
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// The path below `base`, as in an address.
fn relative(base: &Path, file: &Path) -> Result<String> {
    let below = file.strip_prefix(base)?;
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    Ok(parts.with_context(|| format!("{} is not UTF-8: give it another name", below.display()))?.join("/"))
}
