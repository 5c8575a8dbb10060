//! Lists what the server embeds: everything in `dist/assets`, which `cargo xtask build` puts there, or in `$NORA_ASSETS_DIR`.
//!
//! The hashes come from the list that lies in the folder, so that this needs no crate.

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// Written by `xtask/src/assets.rs`: one line a file, in the form of `sha256sum`. What it does not name is an encoding.
const SUMS: &str = "SHA256SUMS";

/// Whatever lies here has its hash in its name, and never changes.
const HASHED: [&str; 3] = ["nora/", "shop/assets/", "console/assets/"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=NORA_ASSETS_DIR");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = match env::var_os("NORA_ASSETS_DIR") {
        Some(named) => fs::canonicalize(&named).map_err(|error| format!("NORA_ASSETS_DIR={}: {error}", named.display()))?,
        None => PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../dist/assets"),
    };
    // To cargo, a folder that is missing has always changed: without it, every build would begin here.
    let _ = fs::create_dir_all(&folder);
    // Cargo looks at all files in it.
    println!("cargo::rerun-if-changed={}", folder.display());

    let sums = folder.join(SUMS);
    let table = if sums.is_file() {
        table(&folder, &fs::read_to_string(&sums)?)?
    } else {
        println!("cargo::warning=the server is built without SDK, shop and console: `cargo xtask build` makes them");
        "&[]".to_owned()
    };
    let out = PathBuf::from(env::var("OUT_DIR")?).join("assets.rs");
    fs::write(out, format!("static FILES: &[File] = {table};\n"))?;
    Ok(())
}

/// The files as a Rust expression, sorted by path.
fn table(folder: &Path, sums: &str) -> Result<String, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    for line in sums.lines() {
        let (hash, path) = line.split_once("  ").ok_or("a line without a hash in SHA256SUMS: run `cargo xtask build`")?;
        files.insert(path, hash.get(..16).ok_or("a short hash in SHA256SUMS: run `cargo xtask build`")?);
    }
    let mut table = String::from("&[\n");
    for (path, etag) in files {
        let file = folder.join(path);
        let raw = include(&file).ok_or_else(|| format!("{} is missing: run `cargo xtask build`", file.display()))?;
        let encoded = |ending: &str| match include(&folder.join(format!("{path}.{ending}"))) {
            Some(bytes) => format!("Some({bytes})"),
            None => "None".to_owned(),
        };
        let immutable = HASHED.iter().any(|hashed| path.starts_with(hashed));
        let content_type = content_type(path);
        write!(table, "    File {{ path: {path:?}, content_type: {content_type:?}, etag: {etag:?}, immutable: {immutable}, ")?;
        writeln!(table, "raw: {raw}, br: {}, gz: {} }},", encoded("br"), encoded("gz"))?;
    }
    table.push(']');
    Ok(table)
}

/// An expression with the bytes of a file that is there.
fn include(file: &Path) -> Option<String> {
    file.is_file().then(|| format!("include_bytes!({:?})", file.display().to_string()))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
