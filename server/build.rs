//! Embeds what `cargo xtask build` has assembled in `dist/assets`: the script, the demo shop and the console, with their compressed forms.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let root = env::var_os("NORA_ASSETS_DIR").map_or_else(|| PathBuf::from("../dist/assets"), PathBuf::from);
    println!("cargo:rerun-if-env-changed=NORA_ASSETS_DIR");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut paths = Vec::new();
    if root.is_dir() {
        collect(&root, &mut paths)?;
    } else {
        println!("cargo:warning=no assets to embed: `cargo xtask build` makes them");
    }
    let mut entries: Vec<(String, PathBuf)> =
        paths.into_iter().map(|path| (path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/"), path)).collect();
    entries.sort();
    let mut code = String::from("static FILES: &[File] = &[\n");
    for (name, path) in entries.iter().filter(|(name, _)| !is_compressed_form(name, &entries)) {
        write_file(&mut code, name, path)?;
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("assets.rs"), code)
}

fn collect(dir: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", dir.display());
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else {
            println!("cargo:rerun-if-changed={}", path.display());
            paths.push(fs::canonicalize(&path).map(|whole| if dir.is_absolute() { whole } else { path })?);
        }
    }
    Ok(())
}

fn is_compressed_form(name: &str, entries: &[(String, PathBuf)]) -> bool {
    let original = name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz"));
    original.is_some_and(|original| entries.iter().any(|(name, _)| name == original))
}

fn write_file(code: &mut String, name: &str, path: &Path) -> io::Result<()> {
    let whole = fs::canonicalize(path)?;
    let hash: String = Sha256::digest(fs::read(&whole)?)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let immutable = ["nora/", "shop/assets/", "console/assets/"].iter().any(|folder| name.starts_with(folder));
    let compressed = |ending: &str| {
        let form = PathBuf::from(format!("{}.{ending}", whole.display()));
        if form.exists() { format!("Some(include_bytes!({form:?}))") } else { "None".to_owned() }
    };
    let _ = writeln!(
        code,
        "File {{ path: {name:?}, content_type: {:?}, etag: {hash:?}, immutable: {immutable}, raw: include_bytes!({whole:?}), br: {}, gz: {} }},",
        content_type(name),
        compressed("br"),
        compressed("gz"),
    );
    Ok(())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
