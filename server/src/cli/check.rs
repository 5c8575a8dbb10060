//! `nora check`.

use std::error::Error;
use std::io::Write;

use super::config::Config;
use crate::storage::sled::SledStore;

/// Verifies everything that is stored, and prints how much there is of it and what is damaged.
pub(super) fn check(config: &Config) -> Result<(), Box<dyn Error>> {
    let found = SledStore::check(&config.data.join("sled"), config.cache_mib << 20).map_err(|error| {
        format!("{error}: nothing could be verified. Where another process uses it, stop that one; else restore a backup")
    })?;
    let mut out = std::io::stdout().lock();
    for (kind, count) in &found.counts {
        writeln!(out, "{count:>12} {kind}")?;
    }
    for damage in &found.damages {
        writeln!(out, "damaged: {damage}")?;
    }
    match found.damage_count {
        0 => Ok(writeln!(out, "nothing is damaged")?),
        count => Err(format!("{count} damages; those above say what to do").into()),
    }
}
