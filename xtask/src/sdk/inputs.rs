//! What the SDK is made of, as one hash.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Everything that can change what comes out; a folder stands for all in it.
const INPUTS: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "shared",
    "sdk/Cargo.toml",
    "sdk/src",
    "sdk/js/src",
    "sdk/size-budget.txt",
    "xtask/src/sdk",
];

/// The hash of all inputs, and of whether wasm-opt is there.
pub(super) fn hash(root: &Path) -> Result<String> {
    let mut files = Vec::new();
    for input in INPUTS {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        hasher.update(file.strip_prefix(root).unwrap_or(&file).as_os_str().as_encoded_bytes());
        hasher.update(fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    hasher.update([u8::from(super::wasm::optimizer(root).is_some())]);
    Ok(hex(&hasher.finalize()))
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
    Ok(())
}
