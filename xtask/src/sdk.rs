//! Builds the browser SDK: `nora.js`, which is all that most pages load, and beside it, under their hashes, the WebAssembly module and
//! the file of what only some sites ask for.
//!
//! 1. [`wasm`]: Rust to WebAssembly, wasm-bindgen, names and panic messages cut, wasm-opt.
//! 2. [`more`]: the file that only some sites need.
//! 3. [`script`]: the loader bundled and minified, the module put in as text.
//! 4. [`minify`]: how both get small.
//! 5. [`size`]: what it weighs, and whether it may.
#![allow(clippy::print_stdout, reason = "it tells whoever builds what came out")]

mod inputs;
mod minify;
mod more;
mod script;
mod size;
mod wasm;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Builds the SDK of the workspace at `root` into `out`, unless it is there already and nothing changed.
pub(crate) fn build(root: &Path, out: &Path) -> Result<()> {
    let work = target(root).join("sdk");
    fs::create_dir_all(&work)?;
    let stamp = work.join("built-from");
    let inputs = format!("{} {}", inputs::hash(root)?, out.display());
    if fs::read_to_string(&stamp).is_ok_and(|built| built == inputs) && out.join("nora.js").is_file() {
        return Ok(());
    }
    let module = wasm::build(root, &work)?;
    let more = more::build(root, &work)?;
    let parts = script::build(root, &work, &module, &more)?;
    let hashed = out.join("nora");
    // What an earlier build left would be served for ever.
    let _ = fs::remove_dir_all(&hashed);
    fs::create_dir_all(&hashed)?;
    fs::write(hashed.join(&parts.wasm_name), &module)?;
    fs::write(hashed.join(&more.name), &more.bytes)?;
    fs::write(out.join("nora.js"), &parts.script)?;
    size::report(root, &module, &parts, &more)?;
    fs::write(stamp, inputs).context("cannot note what the SDK was built from")
}

fn target(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir))
}
