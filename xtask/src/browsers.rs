//! The browsers of the tests.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::command::{Workspace, quiet, works};

/// A browser, and how one comes by it.
pub(crate) struct Browser {
    /// As people call it.
    pub(crate) name: &'static str,
    /// What it is called on PATH.
    commands: &'static [&'static str],
    /// Where it is without being on PATH.
    places: &'static [&'static str],
    /// The environment variable that names it.
    pub(crate) variable: &'static str,
    /// Debian's package.
    package: &'static str,
    /// What to tell whoever lacks it.
    how: &'static str,
}

/// Of the browser tests and of the bench of SDKs.
pub(crate) const CHROMIUM: Browser = Browser {
    name: "Chromium",
    commands: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    places: &["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"],
    variable: "CHROMIUM",
    package: "chromium",
    how: "Chromium is needed. Install it (Debian: `apt-get install chromium`, Fedora: `dnf install chromium`, macOS: \
        `brew install --cask chromium`), or name it in the environment variable CHROMIUM, or leave the tests out with --no-browser",
};

/// Of the tests in a second engine.
pub(crate) const FIREFOX: Browser = Browser {
    name: "Firefox",
    commands: &["firefox-esr", "firefox"],
    places: &["/Applications/Firefox.app/Contents/MacOS/firefox"],
    variable: "FIREFOX",
    package: "firefox-esr",
    how: "Firefox is needed. Install it (Debian: `apt-get install firefox-esr`, Fedora: `dnf install firefox`, macOS: \
        `brew install --cask firefox`), or name it in the environment variable FIREFOX",
};

impl Browser {
    /// The browser as it is installed, or, as root on a system with apt, once it is.
    pub(crate) fn find_or_install(&self, workspace: &Workspace) -> Result<PathBuf> {
        if let Some(named) = env::var_os(self.variable).filter(|named| !named.is_empty()) {
            let named = PathBuf::from(named);
            if !runs(&named) {
                bail!("the environment variable {} names {}, which does not run", self.variable, named.display());
            }
            return Ok(named);
        }
        if let Some(found) = self.find() {
            return Ok(found);
        }
        if is_root(workspace) && works(workspace.command("apt-get").arg("--version")) {
            println!("installing {} with apt-get …", self.name);
            let apt = |arguments: &[&str]| quiet(workspace.command("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"));
            apt(&["update"]).and_then(|_| apt(&["install", "-y", self.package])).context(self.how)?;
        }
        self.find().context(self.how)
    }

    fn find(&self) -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let on_path = self.commands.iter().flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
        on_path.chain(self.places.iter().map(PathBuf::from)).find(|file| file.is_file() && runs(file))
    }
}

/// Some systems have a script of that name which only says how to install it.
fn runs(file: &Path) -> bool {
    works(Command::new(file).arg("--version"))
}

fn is_root(workspace: &Workspace) -> bool {
    quiet(workspace.command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
