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
    /// Derive everything again in place, whatever is stored, and compare nothing.
    #[arg(long)]
    repair: bool,
}

/// Derives everything again and prints what differs, or puts it in place.
pub(super) fn rebuild(config: &Config, args: &Args) -> Result<(), Box<dyn Error>> {
    let store: Arc<dyn Store> = Arc::new(SledStore::open(&config.data.join("sled"), config.cache_mib << 20)?);
    let records = graph_records(config.cache_mib << 20);
    let bar = ProgressBar::new(store.len());
    bar.set_style(ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} events {eta}")?);
    if args.repair {
        rebuild::repair(&store, records, |applied| bar.set_position(applied))?;
        bar.finish_and_clear();
        store.close()?;
        writeln!(std::io::stdout().lock(), "{} events: derived again", store.len())?;
        return Ok(());
    }
    let found = rebuild::rebuild(&config.data, &store, records, |applied| bar.set_position(applied))?;
    bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    for difference in &found.differences {
        writeln!(out, "{difference}")?;
    }
    let rebuild::Rebuilt { events, identifiers, fragments, count, .. } = found;
    writeln!(out, "{events} events, {identifiers} identifiers, {fragments} fragments: {count} differences")?;
    store.close()?;
    match count {
        0 => Ok(()),
        _ => Err("what is stored does not follow from the log; nora rebuild --repair derives it again".into()),
    }
}
