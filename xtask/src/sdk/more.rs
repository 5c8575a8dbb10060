//! The file of what only some sites ask for, which the loader fetches where one does.

use std::path::Path;

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::{inputs::hex, minify};

/// The file.
pub(super) struct More {
    /// Its name: its hash.
    pub(super) name: String,
    /// The module.
    pub(super) bytes: Vec<u8>,
}

/// Bundles and minifies it. The loader gives it what they share when they meet, so that neither has to be built with the other.
pub(super) fn build(root: &Path, work: &Path) -> Result<More> {
    let bytes = minify::bundle(root, work, "more.ts", "esm", &[])?.into_bytes();
    Ok(More { name: format!("{}.js", &hex(&Sha256::digest(&bytes))[..16]), bytes })
}
