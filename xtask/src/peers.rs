//! The bench of browser SDKs: Nora's and its peers', each from npm as it is.

use std::path::Path;

use anyhow::{Context, Result};

use crate::{
    browsers::CHROMIUM,
    command::{Workspace, stream},
    node::NPM,
    stamp::Stamp,
};

/// Installs the peers and runs the bench; `only` names SDKs and columns, all where it is empty.
pub(crate) fn bench(workspace: &Workspace, binary: &Path, only: &[String]) -> Result<()> {
    let chromium = CHROMIUM.find_or_install(workspace)?;
    let peers = workspace.root.join("tests/peers");
    install(workspace, &peers)?;
    println!("\nBrowser SDKs: some minutes …");
    let mut command = workspace.command("node");
    command.args(["--import", "tsx", "src/main.ts"]).args(only).current_dir(&peers);
    stream(command.env("NORA_BIN", binary).env(CHROMIUM.variable, chromium))
}

/// Apart from the workspace's own packages: nothing else needs them.
fn install(workspace: &Workspace, peers: &Path) -> Result<()> {
    let stamp = Stamp::new(peers.join("node_modules/.nora-installed"), "npm ci", &[peers.join("package-lock.json")])?;
    if stamp.fresh() {
        return Ok(());
    }
    println!("installing the peers' packages from npm …");
    stamp.around(|| {
        // The bundler takes what is in them; nothing of theirs needs to run here.
        let mut command = workspace.command(NPM);
        stream(command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(peers))
            .context("cannot install the peers' packages: is the network there?")
    })
}
