//! `nora rebuild`.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::config::Config;
use crate::app::graph_records;
use crate::rebuild;
use crate::storage::Store;
use crate::storage::sled::SledStore;

/// What to do.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Put what was derived in the place of what is stored, where they differ.
    #[arg(long)]
    repair: bool,
}

/// Derives everything again and prints what differs.
pub(super) fn rebuild(config: &Config, args: &Args) -> Result<(), Box<dyn Error>> {
    let store: Arc<dyn Store> = Arc::new(SledStore::open(&config.data.join("sled"), config.cache_mib << 20)?);
    let records = graph_records(config.cache_mib << 20);
    let bar = ProgressBar::new(store.len());
    bar.set_style(ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} events {eta}")?);
    let found = rebuild::rebuild(&config.data, &store, records, |applied| bar.set_position(applied))?;
    bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    for difference in &found.differences {
        writeln!(out, "{difference}")?;
    }
    let rebuild::Rebuilt { events, identifiers, fragments, count, .. } = found;
    writeln!(out, "{events} events, {identifiers} identifiers, {fragments} fragments: {count} differences")?;
    if count > 0 && !args.repair {
        return Err("what is stored does not follow from the log; nora rebuild --repair derives it again".into());
    }
    if count > 0 {
        rebuild::repair(&store, records, |_| ())?;
        writeln!(out, "derived again")?;
    }
    store.close()?;
    Ok(())
}
