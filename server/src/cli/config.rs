//! The configuration: a flag, else `NORA_…` in the environment, else `nora.toml`, else the default.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Command};
use tracing_subscriber::EnvFilter;

use crate::keys::FirstKeys;

/// The file that is read from the working directory, where it is.
const FILE: &str = "nora.toml";

/// Every setting.
#[derive(Debug, Args)]
pub(super) struct Config {
    /// Where everything is kept.
    #[arg(long, env = "NORA_DATA", default_value = "./data", value_name = "DIR", global = true)]
    pub(super) data: PathBuf,
    /// Where to listen.
    #[arg(long, env = "NORA_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR:PORT", global = true)]
    pub(super) listen: SocketAddr,
    /// Memory for the pages of the store, in MiB: 16 or more.
    #[arg(long, env = "NORA_CACHE_MIB", default_value_t = 256, value_name = "MIB", value_parser = clap::value_parser!(u64).range(16..=1_048_576), global = true)]
    pub(super) cache_mib: u64,
    /// Threads that answer requests; as many as there are cores where 0.
    #[arg(long, env = "NORA_WORKERS", default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=1024), global = true)]
    pub(super) workers: u16,
    /// What to log: error, warn, info, debug, trace, or a filter such as `nora_server=debug`.
    #[arg(long, env = "NORA_LOG", default_value = "info", value_name = "FILTER", global = true)]
    pub(super) log: String,
    /// How to log: text or json.
    #[arg(long, env = "NORA_LOG_FORMAT", default_value = "text", value_parser = ["text", "json"], global = true)]
    pub(super) log_format: String,
}

/// The keys that automation sets at the first start. Not settings: they are secrets, and have no flags that others could see.
pub(super) fn first_keys() -> FirstKeys {
    let key = |name: &str| std::env::var(name).ok().filter(|key| !key.trim().is_empty());
    FirstKeys { write_key: key("NORA_WRITE_KEY"), secret_key: key("NORA_SECRET_KEY"), admin_token: key("NORA_ADMIN_TOKEN") }
}

/// Makes what `nora.toml` says the default of each setting, so that flags and environment still win.
pub(super) fn with_file(command: Command) -> Result<Command, String> {
    let text = match std::fs::read_to_string(FILE) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(command),
        Err(error) => return Err(format!("{FILE}: {error}")),
    };
    let table: toml::Table = text.parse().map_err(|error| format!("{FILE}: {error}"))?;
    table.into_iter().try_fold(command, |command, (key, value)| {
        if !command.get_arguments().any(|argument| argument.get_id() == key.as_str()) {
            return Err(format!("{FILE}: {key} is no setting; `nora --help` lists them"));
        }
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(command.mut_arg(key, |argument| argument.default_value(value)))
    })
}

/// Starts writing the log, to standard error.
pub(super) fn start_logging(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_format == "json" {
        log.json().init();
    } else {
        log.with_target(false).init();
    }
}
