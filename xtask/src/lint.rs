//! The checks that need no test: each counts as one, and each that is not installed as skipped.

use std::process::Command;

use crate::{
    command::{Workspace, quiet, status, works},
    tally::Tally,
};

/// Runs all checks, also after one has failed.
pub(crate) fn lint(workspace: &Workspace) -> Tally {
    let mut tally = Tally::default();
    tally += check(workspace, "formatting", "fmt", workspace.cargo().args(["fmt", "--all", "--check"]));
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    tally += check(workspace, "clippy", "clippy", workspace.cargo().args(clippy));
    let doc = ["doc", "--workspace", "--no-deps"];
    tally += check(workspace, "documentation", "rustdoc", workspace.cargo().args(doc).env("RUSTDOCFLAGS", "-Dwarnings"));
    tally += fuzz(workspace);
    tally += licences(workspace);
    tally += examples(workspace);
    tally
}

/// Runs a check if its tool is there.
fn check(workspace: &Workspace, what: &str, tool: &str, command: &mut Command) -> Tally {
    // rustdoc is `cargo rustdoc` to cargo alone, which always has it: ask the tool itself.
    let mut version = if tool == "rustdoc" { workspace.command(tool) } else { workspace.cargo() };
    if tool != "rustdoc" {
        version.arg(tool);
    }
    if !works(version.arg("--version")) {
        println!("{what}: skipped, {tool} is not installed");
        return Tally::SKIPPED;
    }
    outcome(what, command)
}

/// The fuzz targets, which are a workspace of their own: that they still compile, in seconds, with what the checks before have built.
fn fuzz(workspace: &Workspace) -> Tally {
    let mut command = workspace.cargo();
    command.args(["check", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target-dir"]).arg(&workspace.target);
    // Nothing is linked, so that the fuzzer itself need not be built.
    outcome("fuzz targets", command.env("CUSTOM_LIBFUZZER_PATH", workspace.target.join("none.a")))
}

/// Licences, sources and bans. Advisories are not among it: they need the network, and change without us.
fn licences(workspace: &Workspace) -> Tally {
    let what = "licences, sources and bans";
    if !works(workspace.cargo().args(["deny", "--version"])) {
        println!("{what}: skipped, cargo-deny is not installed (cargo install cargo-deny)");
        return Tally::SKIPPED;
    }
    // It reads every crate of Cargo.lock, those for other systems too; this asks the network only for what is missing.
    if quiet(workspace.cargo().args(["fetch", "--locked"])).is_err() {
        println!("{what}: skipped, not every crate of Cargo.lock is here, and the network is not");
        return Tally::SKIPPED;
    }
    outcome(what, workspace.cargo().args(["deny", "--offline", "check", "bans", "licenses", "sources"]))
}

/// The programs in `examples` and `docs`, with the tools that the SDK and the console are built with.
fn examples(workspace: &Workspace) -> Tally {
    let what = "examples";
    if !workspace.root.join("node_modules").is_dir() {
        println!("{what}: skipped, the npm packages are not installed (cargo xtask build)");
        return Tally::SKIPPED;
    }
    outcome(what, workspace.command("node").arg("examples/check.mjs"))
}

fn outcome(what: &str, command: &mut Command) -> Tally {
    println!("{what} …");
    let tally = match status(command) {
        Ok(status) if status.success() => Tally::PASSED,
        Ok(_) => Tally::FAILED,
        Err(error) => {
            println!("{error:#}");
            Tally::FAILED
        }
    };
    println!("{what}: {}", if tally == Tally::PASSED { "passed" } else { "failed" });
    tally
}
