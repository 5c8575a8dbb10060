//! The demo shop and the console.

use anyhow::{Result, ensure};

use crate::{
    command::{Workspace, quiet},
    node::NPM,
    stamp::Stamp,
};

/// Builds both into `dist/www`, unless they are there already and nothing changed.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let out = workspace.dist().join("www");
    std::fs::create_dir_all(&out)?;
    let inputs = ["www", "package.json", "package-lock.json"].map(|input| workspace.root.join(input));
    let stamp = Stamp::new(out.join("built-from"), "npm run build", &inputs)?;
    let pages = ["shop/index.html", "console/index.html"].map(|page| out.join(page));
    if stamp.fresh() && pages.iter().all(|page| page.is_file()) {
        return Ok(());
    }
    stamp.around(|| {
        quiet(workspace.command(NPM).args(["run", "build", "-w", "www"]))?;
        for page in &pages {
            ensure!(page.is_file(), "`npm run build -w www` left no {}: see outDir in www/*/vite.config.ts", page.display());
        }
        Ok(())
    })
}
