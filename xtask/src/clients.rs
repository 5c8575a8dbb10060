//! The tests with other platforms' clients for servers, run by Node's own test runner.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::{
    command::{Workspace, quiet, status, works},
    progress::Progress,
    stamp::{self, Stamp},
    tally::Tally,
};

const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// Runs them all, also after one has failed. Those for Python are skipped where it cannot be had, and counted.
pub(crate) fn test(workspace: &Workspace, binary: &Path) -> Result<Tally> {
    let tests = workspace.root.join("tests/clients");
    let folder = workspace.target.join("xtask");
    fs::create_dir_all(&folder)?;
    let report = folder.join("clients.tap");
    // An old report would be counted if this run left none.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = workspace.command("node");
    match python(workspace, &tests) {
        Ok(python) => drop(command.env("NORA_PYTHON", python)),
        Err(error) => {
            println!("the clients for Python are skipped: {error:#}");
            command.env_remove("NORA_PYTHON");
        }
    }
    command.args(["--import", "tsx", "--test", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap"]);
    command.arg("--test-reporter-destination").arg(&report);
    // The Node that we ask for knows no patterns here.
    command.args(stamp::files(&tests)?.iter().filter(|file| file.to_string_lossy().ends_with(".test.ts")));
    let success = status(command.current_dir(&tests).env("NORA_BIN", binary))?.success();
    let counted = fs::read_to_string(&report).ok().and_then(|report| Tally::of_tap(&report));
    Ok(counted.unwrap_or_default().with_success(success))
}

/// A Python that has the packages of `requirements.txt`: one of our own in the target folder, made when they change.
fn python(workspace: &Workspace, tests: &Path) -> Result<PathBuf> {
    let (folder, requirements) = (workspace.target.join("xtask/python"), tests.join("python/requirements.txt"));
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = Stamp::new(folder.join("installed"), "pip", std::slice::from_ref(&requirements))?;
    if stamp.fresh() && python.is_file() {
        return Ok(python);
    }
    ensure!(works(workspace.command(PYTHON).arg("--version")), "there is no {PYTHON}");
    Progress::new(1).quiet("clients for Python", || {
        stamp.around(|| {
            let venv = quiet(workspace.command(PYTHON).args(["-m", "venv", "--clear"]).arg(&folder));
            venv.context("cannot make a virtual environment (Debian: `apt-get install python3-venv`)")?;
            let pip = ["-m", "pip", "install", "--disable-pip-version-check", "--requirement"];
            quiet(workspace.command(&python.to_string_lossy()).args(pip).arg(&requirements)).map(drop).context("is the network there?")
        })
    })?;
    Ok(python)
}
