//! The tests in Firefox: the basics in a second engine, run by Node's own test runner.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    browsers::FIREFOX,
    command::{Workspace, status},
    stamp,
    tally::Tally,
};

/// Firefox, or nothing where it can neither be found nor installed. In CI that is an error.
pub(crate) fn find(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let in_ci = env::var_os("CI").is_some_and(|ci| !ci.is_empty());
    match FIREFOX.find_or_install(workspace) {
        Err(error) if !in_ci => {
            println!("tests in Firefox will be skipped: {error:#}");
            Ok(None)
        }
        found => found.map(Some),
    }
}

/// Runs them all, also after one has failed; without a Firefox they count as skipped.
pub(crate) fn test(workspace: &Workspace, binary: &Path, firefox: Option<&Path>) -> Result<Tally> {
    let Some(firefox) = firefox else {
        println!("tests in Firefox: skipped, it is not here");
        return Ok(Tally::SKIPPED);
    };
    println!("tests in Firefox …");
    let tests = workspace.root.join("tests/firefox");
    let folder = workspace.target.join("xtask");
    fs::create_dir_all(&folder)?;
    let report = folder.join("firefox.tap");
    // An old report would be counted if this run left none.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = workspace.command("node");
    command.args(["--import", "tsx", "--test", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap"]);
    command.arg("--test-reporter-destination").arg(&report);
    // The oldest Node that we take knows no patterns here.
    command.args(stamp::files(&tests)?.iter().filter(|file| file.to_string_lossy().ends_with(".test.ts")));
    command.current_dir(&tests).env("NORA_BIN", binary).env(FIREFOX.variable, firefox);
    let success = status(&mut command)?.success();
    let counted = fs::read_to_string(&report).ok().and_then(|report| Tally::of_tap(&report));
    Ok(counted.unwrap_or_default().with_success(success))
}
