//! Whether something must be built again: a note beside it says what it was built from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A note of what something was built from.
///
/// It lies beside what it describes, so that both go together, and two target folders share both or neither.
pub(crate) struct Stamp {
    file: PathBuf,
    inputs: String,
}

impl Stamp {
    /// The note in `file` for what is made of `inputs`, files or folders; `made_by` changes when the making does.
    pub(crate) fn new(file: PathBuf, made_by: &str, inputs: &[PathBuf]) -> Result<Self> {
        let mut hasher = Sha256::new();
        hasher.update(made_by);
        for input in inputs {
            for path in files(input)? {
                let bytes = read(&path)?;
                // Below the input, so that the folder of the workspace may move.
                hasher.update(path.strip_prefix(input).unwrap_or(&path).as_os_str().as_encoded_bytes());
                hasher.update(bytes.len().to_le_bytes());
                hasher.update(bytes);
            }
        }
        Ok(Self { file, inputs: hex(&hasher.finalize()) })
    }

    /// Whether it was built from just this.
    pub(crate) fn fresh(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|noted| noted == self.inputs)
    }

    /// Does `work` and notes it; without a note while it runs, since what is there may be half done.
    pub(crate) fn around(&self, work: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.file.exists() {
            fs::remove_file(&self.file).with_context(|| format!("cannot remove {}", self.file.display()))?;
        }
        work()?;
        fs::write(&self.file, &self.inputs).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

/// All files in a folder, or the file itself, sorted; without what npm put there.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut todo = vec![path.to_owned()];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))? {
                let entry = entry?;
                if entry.file_name() != "node_modules" {
                    todo.push(entry.path());
                }
            }
        } else if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A file's bytes.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
