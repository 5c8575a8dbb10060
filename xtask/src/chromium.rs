//! The browser of the browser tests.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::command::{Workspace, quiet, works};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Where it is without being on PATH.
const PLACES: [&str; 2] =
    ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];

const HOW: &str = "the browser tests need Chromium. Install it (Debian: `apt-get install chromium`, Fedora: `dnf install chromium`, \
    macOS: `brew install --cask chromium`), or name it in the environment variable CHROMIUM, or leave the tests out with --no-browser";

/// Chromium as it is installed, or, as root on a system with apt, once it is.
pub(crate) fn find_or_install(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        if !runs(&named) {
            bail!("the environment variable CHROMIUM names {}, which does not run", named.display());
        }
        return Ok(named);
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    if is_root(workspace) && works(workspace.command("apt-get").arg("--version")) {
        println!("installing Chromium with apt-get …");
        let apt = |arguments: &[&str]| quiet(workspace.command("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"));
        apt(&["update"]).and_then(|_| apt(&["install", "-y", "chromium"])).context(HOW)?;
    }
    find().context(HOW)
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = NAMES.iter().flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
    on_path.chain(PLACES.iter().map(PathBuf::from)).find(|file| file.is_file() && runs(file))
}

/// Some systems have a script of that name which only says how to install it.
fn runs(file: &Path) -> bool {
    works(Command::new(file).arg("--version"))
}

fn is_root(workspace: &Workspace) -> bool {
    quiet(workspace.command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
