//! `nora erase`.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use nora_shared::Identifier;

use super::config::Config;
use crate::app::graph_records;
use crate::erase::{self, Erased, Options};
use crate::storage::Store;
use crate::storage::sled::SledStore;

/// Whom to erase.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Identifiers of the customers, any of each: `user_id:42`, `email:ann@example.com`.
    #[arg(required = true, value_name = "TYPE:VALUE", value_parser = identifier)]
    identifiers: Vec<Identifier>,
    /// Erase also by an identifier that identifies nobody: what anybody sent with it goes.
    #[arg(long)]
    even_shared: bool,
    /// Erase also events of others that mention an e-mail address, a phone number or a long id of theirs in any text.
    #[arg(long)]
    mentions: bool,
}

fn identifier(text: &str) -> Result<Identifier, String> {
    let (kind, value) = text.split_once(':').ok_or("write it as TYPE:VALUE, such as email:ann@example.com")?;
    Identifier::new(kind, value).ok_or_else(|| "no customer has such a value".to_owned())
}

/// Erases customers and prints how much was theirs.
pub(super) fn erase(config: &Config, args: &Args) -> Result<(), Box<dyn Error>> {
    let store: Arc<dyn Store> = Arc::new(SledStore::open(&config.data.join("sled"), config.cache_mib << 20)?);
    let bar = ProgressBar::new(store.len());
    bar.set_style(ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} events {eta}")?);
    let (begun, options) = (Instant::now(), Options { even_shared: args.even_shared, mentions: args.mentions });
    let records = graph_records(config.cache_mib << 20);
    let erased = erase::erase(&store, &args.identifiers, options, records, |applied| bar.set_position(applied));
    bar.finish_and_clear();
    let Erased { identifiers, events, decisions, held, mentions } = erased?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "erased: {identifiers} identifiers, {events} events, {decisions} decisions, {held} held items")?;
    if mentions > 0 {
        writeln!(out, "{mentions} events of others mention them and stay; --mentions erases those, too")?;
    }
    writeln!(out, "profiles were derived again from {} events, {:.1} s in all", store.len(), begun.elapsed().as_secs_f64())?;
    writeln!(out, "old pages may still hold their bytes until you run nora compact; backups and exports hold them until you remove those")?;
    Ok(())
}
