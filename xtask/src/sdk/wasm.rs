//! From Rust to a small WebAssembly module.

mod trim;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// Never `--all-features`: it writes encodings that browsers refuse.
const OPTIMIZE: [&str; 12] = [
    // For speed first: what that makes plain, the second takes away.
    "-O3",
    "-Oz",
    "--enable-reference-types",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--converge",
];

/// Builds `nora-sdk` in `work`, a target folder of its own, so that its flags make nothing else build again.
pub(super) fn build(root: &Path, work: &Path) -> Result<Vec<u8>> {
    add_target()?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // Names are needed to find the panics; the flags of whoever calls would change the module.
    command.args(["build", "--package", "nora-sdk", "--profile", "sdk", "--target", TARGET, "--config", "profile.sdk.strip=\"debuginfo\""]);
    command.arg("--target-dir").arg(work).current_dir(root).env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut command)?;

    let glue = work.join("glue");
    let mut bindgen = Bindgen::new();
    bindgen.input_path(work.join(TARGET).join("sdk/nora_sdk.wasm")).bundler(true)?.typescript(false).remove_producers_section(true);
    bindgen.generate(&glue)?;
    let module = glue.join("nora_sdk_bg.wasm");
    trim::module(&module)?;
    match optimizer(root) {
        Some(wasm_opt) => run(Command::new(wasm_opt).arg(&module).args(OPTIMIZE).arg("-o").arg(&module))?,
        None => println!("no wasm-opt (npm ci brings one): the SDK is a little larger than it could be"),
    }
    Ok(fs::read(&module)?)
}

/// `wasm-opt` of npm's binaryen, or the system's.
pub(super) fn optimizer(root: &Path) -> Option<PathBuf> {
    let npm = root.join("node_modules/.bin/wasm-opt");
    let works = |program: &Path| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    [npm, "wasm-opt".into()].into_iter().find(|program| works(program))
}

/// Runs a command to its end.
pub(super) fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        bail!("{program} failed: {status}");
    }
    Ok(())
}

fn add_target() -> Result<()> {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output().context("cannot run rustc")?;
    if Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", TARGET]))
}
