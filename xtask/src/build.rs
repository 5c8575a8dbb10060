//! Everything, in order: packages, SDK, pages, assets, server.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::{
    assets,
    command::{Workspace, quiet, stream, works},
    node,
    progress::Progress,
    sdk, www,
};

const WASM: &str = "wasm32-unknown-unknown";

/// Builds everything that changed and returns the path of the server, which has the rest inside.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let mut progress = Progress::new(5);
    progress.quiet("tools and npm packages", || {
        node::check(workspace)?;
        add_target(workspace)?;
        node::install(workspace)
    })?;
    progress.stream("browser SDK", || sdk::build(&workspace.root, &workspace.dist().join("sdk")))?;
    progress.quiet("shop and console", || www::build(workspace))?;
    progress.quiet("compression", || assets::assemble(workspace))?;
    progress.stream("server", || {
        stream(workspace.cargo().args(["build", "--release", "--package", "nora-server", "--bin", "nora"]))?;
        let binary = workspace.target.join("release").join(format!("nora{}", std::env::consts::EXE_SUFFIX));
        ensure!(binary.is_file(), "cargo left no {}: a target folder can be set only with CARGO_TARGET_DIR", binary.display());
        Ok(binary)
    })
}

/// Adds the WebAssembly target where rustup can; without rustup the build itself says what is missing.
fn add_target(workspace: &Workspace) -> Result<()> {
    if !works(workspace.command("rustup").arg("--version")) {
        return Ok(());
    }
    let installed = quiet(workspace.command("rustup").args(["target", "list", "--installed"]))?;
    if installed.lines().any(|target| target.trim() == WASM) {
        return Ok(());
    }
    quiet(workspace.command("rustup").args(["target", "add", WASM]))
        .map(drop)
        .with_context(|| format!("cannot add the target {WASM}: is the network there?"))
}
