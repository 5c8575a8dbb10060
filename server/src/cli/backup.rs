//! `nora backup` and `nora restore`.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use super::config::Config;
use super::serve::ADDRESS_FILE;
use crate::backup::{Backups, restore as restore_files};
use crate::clock::{Clock, SystemClock};
use crate::http::backup::Made;
use crate::keys::Stored;
use crate::storage::Snapshot;
use crate::storage::sled::{OpenError, SledStore};

/// Which backup to make.
#[derive(Debug, clap::Args)]
pub(super) struct BackupArgs {
    /// The name of its folder in the directory of backups: 1 to 64 of a-z, 0-9, _ and -.
    name: String,
}

/// Which backup to restore.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArgs {
    /// Its folder.
    from: PathBuf,
}

/// Makes a backup: of the server that has the data directory open, by that server; of one that nobody has open, here.
pub(super) fn backup(config: &Config, args: &BackupArgs) -> Result<(), Box<dyn Error>> {
    if !config.data.join("sled").is_dir() {
        return Err(format!("{} is no data directory", config.data.display()).into());
    }
    let Made { name, events, held, bytes } = match SledStore::open(&config.data.join("sled"), config.cache_mib << 20) {
        Ok(store) => {
            let backups = Backups::new(&config.data, config.backup_dir.as_deref(), config.min_free_mib << 20);
            let Snapshot { events, held, bytes } =
                backups.make(&store, &args.name).map_err(|error| format!("{error}; see --backup-dir"))?;
            Made { name: args.name.clone(), events, held, bytes }
        }
        Err(OpenError::Locked(_)) => ask_server(config, &args.name)?,
        Err(error) => return Err(error.into()),
    };
    writeln!(std::io::stdout().lock(), "{name}: {events} events, {held} held items, {bytes} bytes")?;
    Ok(())
}

fn ask_server(config: &Config, name: &str) -> Result<Made, Box<dyn Error>> {
    let in_use = "the data directory is in use by another process, and no server has left its address there";
    let base = std::fs::read_to_string(config.data.join(ADDRESS_FILE)).map_err(|_| in_use)?;
    let token = Stored::local_token(&config.data, SystemClock.now())?;
    // As long as it takes.
    let agent = super::import::agent(None);
    let request = agent.post(format!("{base}/v1/backup")).header("authorization", format!("Bearer {token}"));
    let mut response = request.content_type("application/json").send(serde_json::json!({"name": name}).to_string())?;
    let body = response.body_mut().read_to_string()?;
    match response.status().as_u16() {
        200 => Ok(serde_json::from_str(&body)?),
        status => Err(format!("the server answered {status}: {body}").into()),
    }
}

/// Makes a data directory of a backup, and verifies it.
pub(super) fn restore(config: &Config, args: &RestoreArgs) -> Result<(), Box<dyn Error>> {
    restore_files(&args.from, &config.data)?;
    super::check::check(config)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "restored into {}; its first start derives profiles from the log", config.data.display())?;
    Ok(())
}
