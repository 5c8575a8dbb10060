//! The archive to install from.

use std::{
    fs::{self, File},
    path::Path,
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use tar::{Builder, HeaderMode};

use crate::{
    build,
    command::{Workspace, quiet},
};

/// Builds everything and packs it into `dist/` of the target folder.
pub(crate) fn dist(workspace: &Workspace) -> Result<()> {
    let binary = build::build(workspace)?;
    let name = format!("nora-{}-{}", env!("CARGO_PKG_VERSION"), host(workspace)?);
    let folder = workspace.target.join("dist");
    fs::create_dir_all(&folder)?;
    let archive = folder.join(format!("{name}.tar.gz"));
    // Under another name until it is whole.
    let unfinished = folder.join(format!("{name}.unfinished"));
    let readme = workspace.root.join("README.md");
    let license = workspace.root.join("LICENSE");
    pack(&unfinished, &name, &[&binary, &readme, &license])?;
    fs::rename(&unfinished, &archive).with_context(|| format!("cannot write {}", archive.display()))?;
    println!("{} ({:.1} MB)", archive.display(), fs::metadata(&archive)?.len() as f64 / 1e6);
    Ok(())
}

fn pack(to: &Path, name: &str, files: &[&Path]) -> Result<()> {
    let file = File::create(to).with_context(|| format!("cannot write {}", to.display()))?;
    let mut archive = Builder::new(GzEncoder::new(file, Compression::best()));
    // Neither times nor owners of this machine: the same files give the same archive.
    archive.mode(HeaderMode::Deterministic);
    for file in files {
        let file_name = file.file_name().context("a file without a name")?;
        let inside = Path::new(name).join(file_name);
        archive.append_path_with_name(file, inside).with_context(|| format!("cannot pack {}", file.display()))?;
    }
    archive.into_inner()?.finish()?.sync_all()?;
    Ok(())
}

/// The target that cargo builds for by itself.
fn host(workspace: &Workspace) -> Result<String> {
    let version = quiet(workspace.command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not say what it builds for")?;
    Ok(host.to_owned())
}
