//! The one file that a page loads: loader and module.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use super::{inputs::hex, minify, more::More};

/// What a page loads, and where.
pub(super) struct Parts {
    /// `nora.js`.
    pub(super) script: Vec<u8>,
    /// The same without the module in it.
    pub(super) loader: Vec<u8>,
    /// The module's file name: its hash.
    pub(super) wasm_name: String,
}

/// Bundles and minifies the loader, and puts the module in.
pub(super) fn build(root: &Path, work: &Path, module: &[u8], more: &More) -> Result<Parts> {
    let wasm_name = format!("{}.wasm", &hex(&Sha256::digest(module))[..16]);
    let constants = [
        ("NORA_VERSION", format!("\"{}\"", env!("CARGO_PKG_VERSION"))),
        ("NORA_WASM_BYTES", module.len().to_string()),
        ("NORA_WASM_URL", format!("\"/nora/{wasm_name}\"")),
        ("NORA_MORE_URL", format!("\"/nora/{}\"", more.name)),
    ];
    let loader = minify::bundle(root, work, "loader.ts", "iife", &constants)?;
    let (before, after) = loader.split_once("NORA_WASM").context("the bundle has no place for the module")?;
    ensure!(!after.contains("NORA_WASM"), "the bundle has two places for the module");
    let script = format!("{before}{}{after}\n", literal(module));
    Ok(Parts { script: script.into_bytes(), loader: format!("{before}\"\"{after}\n").into_bytes(), wasm_name })
}

/// A template literal of which each character's number is a byte.
///
/// Half of the bytes take two as UTF-8, which compression takes back but for 3 %; base64 would leave 21 %.
fn literal(bytes: &[u8]) -> String {
    let mut out = String::from("`");
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\\' | b'`' => out.push('\\'),
            b'$' if bytes.get(at + 1) == Some(&b'{') => out.push('\\'),
            // A template literal makes a line feed of it.
            b'\r' => {
                out.push_str("\\r");
                continue;
            }
            _ => {}
        }
        out.push(char::from(*byte));
    }
    out.push('`');
    out
}
