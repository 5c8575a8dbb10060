//! JavaScript out of TypeScript: bundled by esbuild, made small by terser, which finds a twentieth more than esbuild does.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};

use super::wasm::run;

const TARGET: &str = "es2021";

/// What `unsafe` may change is how functions print and what a page that replaced the language's own objects would see.
const COMPRESS: &str =
    "passes=3,ecma=2021,unsafe=true,unsafe_arrows=true,unsafe_math=true,pure_getters=true,keep_fargs=false,toplevel=true";

/// Bundles a file of `sdk/js/src` in this format (`iife` or `esm`), with these constants in it, and returns the small text.
pub(super) fn bundle(root: &Path, work: &Path, source: &str, format: &str, constants: &[(&str, String)]) -> Result<String> {
    let whole = work.join(source).with_extension("js");
    run(Command::new(tool(root, "esbuild")?)
        .arg(root.join("sdk/js/src").join(source))
        .args(["--bundle", "--minify-syntax", "--charset=utf8", "--legal-comments=none", "--log-level=warning"])
        .arg(format!("--format={format}"))
        .arg(format!("--target={TARGET}"))
        .args(constants.iter().map(|(name, value)| format!("--define:{name}={value}")))
        .arg(format!("--outfile={}", whole.display())))?;
    let small = whole.with_extension("min.js");
    let mut terser = Command::new(tool(root, "terser")?);
    terser.arg(&whole).args(["--ecma=2021", "--toplevel", "--compress", COMPRESS, "--mangle", "toplevel=true"]);
    if format == "esm" {
        terser.arg("--module");
    }
    run(terser.arg("--output").arg(&small))?;
    Ok(fs::read_to_string(small)?.trim_end().to_owned())
}

fn tool(root: &Path, name: &str) -> Result<PathBuf> {
    let program = root.join("node_modules/.bin").join(name);
    ensure!(program.exists(), "{name} is missing: run `npm ci` in {}", root.display());
    Ok(program)
}
