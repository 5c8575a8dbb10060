//! Every check and every test, and one line that counts them.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use anyhow::{Context, Result};

use crate::{
    browsers::CHROMIUM,
    build, clients,
    command::{Workspace, status},
    firefox, lint,
    node::NPX,
    tally::Tally,
};

/// Builds everything and runs all that can be run, also after a failure, so that one run shows all of them.
pub(crate) fn test(workspace: &Workspace, with_lint: bool, with_browser: bool) -> ExitCode {
    let browser_tests = workspace.root.join("tests/browser");
    let with_browser = with_browser && browser_tests.join("playwright.config.ts").is_file();
    // First, so that whoever lacks it hears of it now and not after the build.
    let chromium = with_browser.then(|| tell(CHROMIUM.find_or_install(workspace)));
    let firefox = with_browser.then(|| firefox::find(workspace));

    let Some(binary) = tell(build::build(workspace)) else {
        return Tally::FAILED.report();
    };
    let mut tally = Tally::default();
    if with_lint {
        tally += lint::lint(workspace);
    }
    println!("tests in Rust …");
    tally += tell(rust(workspace, &binary)).unwrap_or(Tally::FAILED);
    println!("tests with other platforms' clients …");
    tally += tell(clients::test(workspace, &binary)).unwrap_or(Tally::FAILED);
    match chromium {
        None => println!("tests in the browser: left out"),
        Some(None) => tally += Tally::FAILED,
        Some(Some(chromium)) => {
            println!("tests in the browser …");
            tally += tell(browser(workspace, &browser_tests, &binary, &chromium)).unwrap_or(Tally::FAILED);
        }
    }
    match firefox {
        None => println!("tests in Firefox: left out"),
        Some(found) => {
            tally += tell(found.and_then(|firefox| firefox::test(workspace, &binary, firefox.as_deref()))).unwrap_or(Tally::FAILED);
        }
    }
    tally.report()
}

/// Runs what cargo runs. The tests of the crate in `tests` start the server that was built.
fn rust(workspace: &Workspace, binary: &Path) -> Result<Tally> {
    let mut command = workspace.cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).env("NORA_BIN", binary).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start cargo test")?;
    let mut tally = Tally::default();
    for line in BufReader::new(child.stdout.take().context("cargo test has no output")?).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        if let Some(counted) = Tally::of_cargo_line(&line) {
            tally += counted;
        }
    }
    Ok(tally.with_success(child.wait()?.success()))
}

/// Runs Playwright's tests with the browser that is here.
fn browser(workspace: &Workspace, tests: &Path, binary: &Path, chromium: &Path) -> Result<Tally> {
    let folder = workspace.target.join("xtask");
    fs::create_dir_all(&folder)?;
    let report = folder.join("playwright.json");
    // An old report would be counted if this run left none.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = workspace.command(NPX);
    command.args(["--no-install", "playwright", "test", "--reporter=list,json"]).current_dir(tests);
    command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report).env("NORA_BIN", binary).env(CHROMIUM.variable, chromium);
    let success = status(&mut command)?.success();
    Ok(counts(&report).unwrap_or_default().with_success(success))
}

fn counts(report: &PathBuf) -> Option<Tally> {
    Tally::of_playwright(&serde_json::from_slice(&fs::read(report).ok()?).ok()?)
}

/// The value, or nothing once the error has been shown.
fn tell<T>(result: Result<T>) -> Option<T> {
    result.inspect_err(|error| println!("error: {error:#}")).ok()
}
