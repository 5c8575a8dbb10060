//! Node and the npm packages.

use anyhow::{Context, Result, ensure};

use crate::{
    command::{Workspace, quiet},
    stamp::Stamp,
};

/// The oldest Node that the tools of `www` work with.
const OLDEST: u32 = 20;

const GET_NODE: &str = "Node 20 or newer is needed to build the shop and the console: install it from https://nodejs.org";

/// npm as it is called here.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// npx as it is called here.
pub(crate) const NPX: &str = if cfg!(windows) { "npx.cmd" } else { "npx" };

/// Checks that Node is there and new enough.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let version = quiet(workspace.command("node").arg("--version")).context(GET_NODE)?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    ensure!(major.is_some_and(|major| major >= OLDEST), "this is Node {}. {GET_NODE}", version.trim());
    Ok(())
}

/// Installs the packages of `package-lock.json`, unless they are there already.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let lock = workspace.root.join("package-lock.json");
    // In the folder itself: whoever removes it has them installed again.
    let stamp = Stamp::new(workspace.root.join("node_modules/.nora-installed"), "npm ci", &[lock])?;
    if stamp.fresh() {
        return Ok(());
    }
    stamp.around(|| {
        quiet(workspace.command(NPM).args(["ci", "--no-audit", "--no-fund"]))
            .map(drop)
            .context("cannot install the npm packages: is the network there, and does package-lock.json fit the package.json files?")
    })
}
