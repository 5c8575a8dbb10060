//! From nothing to a running server.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use crate::{build, command::Workspace};

/// Builds everything and becomes the server, which itself prints where it is and how to get in.
pub(crate) fn run(workspace: &Workspace, port: u16, data: &Path) -> Result<ExitCode> {
    // Now, rather than after the minutes that the first build takes.
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("port {port} is not free: choose another with --port"))?;
    let binary = build::build(workspace)?;
    let mut server = Command::new(binary);
    server.arg("serve").arg("--listen").arg(format!("127.0.0.1:{port}")).arg("--data").arg(data);
    become_it(&mut server)
}

/// In place of this program, so that Ctrl-C and signals reach the server and nothing else.
#[cfg(unix)]
fn become_it(server: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).context("cannot start the server that was just built")
}

#[cfg(not(unix))]
fn become_it(server: &mut Command) -> Result<ExitCode> {
    let status = server.status().context("cannot start the server that was just built")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
