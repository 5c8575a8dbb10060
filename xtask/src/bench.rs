//! Measuring.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    build,
    command::{Workspace, stream},
    peers,
};

/// The engine alone, and 100,000 random operations against the oracle.
fn identity(workspace: &Workspace) -> Result<()> {
    stream(workspace.cargo().args(["bench", "--package", "nora-server", "--bench", "identity"]))?;
    stream(workspace.cargo().args([
        "test",
        "--release",
        "--package",
        "nora-server",
        "--lib",
        "--",
        "--ignored",
        "--nocapture",
        "hundred_thousand",
    ]))
}

/// Builds everything and runs the measurements on what was built.
pub(crate) fn bench(workspace: &Workspace, name: Option<&str>, only: &[String]) -> Result<ExitCode> {
    if matches!(name, None | Some("identity")) {
        identity(workspace)?;
    }
    if name == Some("identity") {
        return Ok(ExitCode::SUCCESS);
    }
    let binary = build::build(workspace)?;
    let mut command = workspace.cargo();
    command.args(["run", "--release", "--package", "nora-tests", "--bin", "bench", "--"]).args(name).env("NORA_BIN", &binary);
    stream(&mut command)?;
    if matches!(name, None | Some("sdk")) {
        peers::bench(workspace, &binary, only)?;
    }
    Ok(ExitCode::SUCCESS)
}
