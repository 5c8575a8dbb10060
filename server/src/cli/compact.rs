//! `nora compact`.

use std::error::Error;
use std::io::Write;

use super::config::Config;
use crate::storage::sled::{Compacted, SledStore};

/// Rewrites the database without what is no longer used, and prints its sizes.
pub(super) fn compact(config: &Config) -> Result<(), Box<dyn Error>> {
    let Compacted { before, after } = SledStore::compact(&config.data.join("sled"), config.cache_mib << 20)?;
    writeln!(std::io::stdout().lock(), "{before} bytes before, {after} after")?;
    Ok(())
}
