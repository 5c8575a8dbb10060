//! Measuring.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    build,
    command::{Workspace, stream},
};

/// Builds everything and runs the measurements on what was built.
pub(crate) fn bench(workspace: &Workspace, name: Option<&str>) -> Result<ExitCode> {
    let binary = build::build(workspace)?;
    let mut command = workspace.cargo();
    command.args(["run", "--release", "--package", "nora-tests", "--bin", "bench", "--"]).args(name).env("NORA_BIN", binary);
    stream(&mut command)?;
    Ok(ExitCode::SUCCESS)
}
