//! What the SDK weighs, and whether it may.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result, ensure};

use super::{more::More, script::Parts, wasm};

/// Prints the bytes of each part, and fails where all of it is over `sdk/size-budget.txt`, which is for what wasm-opt has been over.
pub(super) fn report(root: &Path, module: &[u8], parts: &Parts, more: &More) -> Result<()> {
    println!("{:<24}{:>9}{:>9}{:>9}", "SDK, bytes", "raw", "gzip", "brotli");
    let all = [
        ("loader", &parts.loader[..]),
        ("WebAssembly", module),
        ("nora.js (both)", &parts.script),
        ("what some sites ask for", &more.bytes),
    ];
    for (name, bytes) in all {
        println!("{name:<24}{:>9}{:>9}{:>9}", bytes.len(), gzip(bytes)?, brotli(bytes)?);
    }
    let whole = brotli(&parts.script)? + brotli(&more.bytes)?;
    println!("{:<24}{:>27}", "a page that uses all", whole);
    let budget = fs::read_to_string(root.join("sdk/size-budget.txt")).context("sdk/size-budget.txt")?;
    let budget: usize = budget.trim().parse().context("sdk/size-budget.txt holds a number of bytes")?;
    ensure!(wasm::optimizer(root).is_none() || whole <= budget, "the SDK has {whole} bytes, brotli; sdk/size-budget.txt allows {budget}");
    Ok(())
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params)?;
    Ok(out.len())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
