//! The file of what only some sites ask for, which the loader fetches where one does.

use std::{fs, path::Path, process::Command};

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::{inputs::hex, wasm::run};

/// The file.
pub(super) struct More {
    /// Its name: its hash.
    pub(super) name: String,
    /// The module.
    pub(super) bytes: Vec<u8>,
}

/// Bundles and minifies it. The loader gives it what they share when they meet, so that neither has to be built with the other.
pub(super) fn build(root: &Path, work: &Path) -> Result<More> {
    let bundle = work.join("more.js");
    run(Command::new(root.join("node_modules/.bin/esbuild"))
        .arg(root.join("sdk/js/src/more.ts"))
        .args(["--bundle", "--minify", "--format=esm", "--target=es2020", "--charset=utf8", "--legal-comments=none", "--log-level=warning"])
        .arg(format!("--outfile={}", bundle.display())))?;
    let bytes = fs::read(bundle)?;
    Ok(More { name: format!("{}.js", &hex(&Sha256::digest(&bytes))[..16]), bytes })
}
