//! Fuzzing: what comes in from outside is read from millions of mutated texts, and nothing may panic, grow without bound or be kept wrong.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::command::{Workspace, quiet, stream, works};

/// What is fuzzed, as `fuzz/targets` has it.
const TARGETS: [&str; 5] = ["batch", "raw", "pixel", "log", "identifier"];

/// The version of cargo-fuzz that is installed where there is none.
const CARGO_FUZZ: &str = "0.13.2";

/// Bytes of one input: three events of the largest size.
const MOST_BYTES: u32 = 96 * 1024;

/// Fuzzes one target, or one after the other, each for so many seconds. An input that breaks something ends it, and is kept in `fuzz/artifacts`.
pub(crate) fn fuzz(workspace: &Workspace, target: Option<&str>, seconds: u32) -> Result<()> {
    let targets: Vec<_> = TARGETS.into_iter().filter(|name| target.is_none_or(|target| target == *name)).collect();
    ensure!(!targets.is_empty(), "there is no such target: {}", TARGETS.join(", "));
    if !works(workspace.cargo().args(["fuzz", "--version"])) {
        println!("installing cargo-fuzz …");
        quiet(workspace.cargo().args(["install", "cargo-fuzz", "--locked", "--version", CARGO_FUZZ])).context("is the network there?")?;
    }
    let folder = workspace.root.join("fuzz");
    for target in targets {
        let corpus = folder.join("corpus").join(target);
        fs::create_dir_all(&corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
        println!("fuzzing {target} for {seconds} s …");
        let mut command = workspace.cargo();
        command.current_dir(&folder).env_remove("CARGO_TARGET_DIR");
        // Without a sanitizer: there is no unsafe code in the workspace, a sanitizer needs the nightly compiler, and makes it take half an hour.
        command.args(["fuzz", "run", "--fuzz-dir", ".", "--sanitizer", "none", "--codegen-units", "16", target]);
        command.arg(&corpus).arg(folder.join("seeds").join(target)).arg("--");
        command.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={MOST_BYTES}")).arg("-dict=json.dict");
        stream(command.args(["-timeout=60", "-rss_limit_mb=2048", "-print_final_stats=1"]))?;
    }
    Ok(())
}
