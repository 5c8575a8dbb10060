//! The configuration: a flag, else `NORA_…` in the environment, else `nora.toml`, else the default.

mod door;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Command};
use tracing_subscriber::EnvFilter;

pub(super) use door::DoorConfig;

use crate::app::{App, AppError, Threads};
use crate::clock::SystemClock;
use crate::http::visitor_id::CookieDomain;
use crate::keys::FirstKeys;
use crate::profile::Precedence;
use crate::quarantine::Retention;

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
    /// Room on the disk that is kept free, in MiB: with less, no events are taken (507) until there is more. 0 to look at nothing.
    #[arg(long, env = "NORA_MIN_FREE_MIB", default_value_t = 512, value_name = "MIB", value_parser = clap::value_parser!(u64).range(0..=1_048_576), global = true)]
    pub(super) min_free_mib: u64,
    /// Days that the quarantine keeps what could not be accepted. 0: for ever.
    #[arg(long, env = "NORA_QUARANTINE_DAYS", default_value_t = 90, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=36_500), global = true)]
    pub(super) quarantine_days: u32,
    /// Room that the quarantine may take, in MiB: beyond, its oldest items go. 0: any.
    #[arg(long, env = "NORA_QUARANTINE_MIB", default_value_t = 1_024, value_name = "MIB", value_parser = clap::value_parser!(u64).range(0..=1_048_576), global = true)]
    pub(super) quarantine_mib: u64,
    /// Where backups go, each into a folder of its own: nowhere where absent.
    #[arg(long, env = "NORA_BACKUP_DIR", value_name = "DIR", global = true)]
    pub(super) backup_dir: Option<PathBuf>,
    /// Threads that answer requests; as many as there are cores where 0.
    #[arg(long, env = "NORA_WORKERS", default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=1024), global = true)]
    pub(super) workers: u16,
    /// The domain of the visitors' cookie, such as `shop.example`: all hosts below it know one visitor. This host alone where empty.
    #[arg(long, env = "NORA_COOKIE_DOMAIN", default_value = "", value_name = "DOMAIN", value_parser = cookie_domain, global = true)]
    pub(super) cookie_domain: CookieDomain,
    /// Which sources are believed about which trait, the first most, whatever others write later: `email=crm,web;*=crm`, where `*` is
    /// every trait that is not named. Others follow the last writer. In the file, a table: `email = ["crm", "web"]`.
    #[arg(long, env = "NORA_TRAIT_SOURCES", default_value = "", value_name = "TRAIT=SOURCE,…", global = true)]
    pub(super) trait_sources: Precedence,
    #[command(flatten)]
    pub(super) door: DoorConfig,
    /// What to log: error, warn, info, debug, trace, or a filter such as `nora_server=debug`.
    #[arg(long, env = "NORA_LOG", default_value = "info", value_name = "FILTER", global = true)]
    pub(super) log: String,
    /// How to log: text or json.
    #[arg(long, env = "NORA_LOG_FORMAT", default_value = "text", value_parser = ["text", "json"], global = true)]
    pub(super) log_format: String,
}

impl Config {
    /// The bounds of the quarantine.
    pub(super) fn retention(&self) -> Retention {
        Retention { days: self.quarantine_days, bytes: self.quarantine_mib << 20 }
    }

    /// Opens the installation in the data directory.
    pub(super) fn open(&self) -> Result<(App, Threads), AppError> {
        let (cache_bytes, min_free_bytes) = (self.cache_mib << 20, self.min_free_mib << 20);
        App::open(&self.data, cache_bytes, min_free_bytes, &first_keys(), self.trait_sources.clone(), Arc::new(SystemClock))
    }
}

/// A host name of two parts or more, without the dot that old browsers wanted before it; or nothing.
fn cookie_domain(text: &str) -> Result<CookieDomain, &'static str> {
    let domain = text.trim().trim_start_matches('.').to_ascii_lowercase();
    if domain.is_empty() {
        return Ok(CookieDomain(None));
    }
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_name = domain.len() <= 253 && domain.split('.').count() > 1 && domain.split('.').all(is_part);
    if is_name { Ok(CookieDomain(Some(domain))) } else { Err("a domain is a host name such as shop.example") }
}

/// The keys that automation sets at the first start, and what they are.
pub(super) const FIRST_KEYS: [(&str, &str); 4] = [
    ("NORA_WRITE_KEY", "the public key of the first source, for the script tag"),
    ("NORA_SECRET_KEY", "its secret key, for servers"),
    ("NORA_SIGNING_SECRET", "what its user ids are signed with: 32 bytes or more"),
    ("NORA_ADMIN_TOKEN", "the owner's access token"),
];

/// The keys that automation sets at the first start. Not settings: they are secrets, and have no flags that others could see.
pub(super) fn first_keys() -> FirstKeys {
    let key = |name: &str| std::env::var(name).ok().filter(|key| !key.trim().is_empty());
    FirstKeys {
        write_key: key("NORA_WRITE_KEY"),
        secret_key: key("NORA_SECRET_KEY"),
        signing_secret: key("NORA_SIGNING_SECRET"),
        admin_token: key("NORA_ADMIN_TOKEN"),
    }
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
        let value = compact(&value).ok_or_else(|| format!("{FILE}: {key} has a value of the wrong type"))?;
        Ok(command.mut_arg(key, |argument| argument.default_value(value)))
    })
}

/// A value as a flag has it: lists with commas, and tables of them as `name=item,item;…`.
fn compact(value: &toml::Value) -> Option<String> {
    Some(match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(items) => items.iter().map(|item| item.as_str()).collect::<Option<Vec<_>>>()?.join(","),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(name, value)| Some(format!("{name}={}", compact(value).filter(|_| !value.is_table())?)));
            entries.collect::<Option<Vec<_>>>()?.join(";")
        }
        other => other.to_string(),
    })
}

/// Starts writing the log, to standard error.
pub(super) fn start_logging(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    // It calls it an error when a connection is given up: what clients do to theirs is none of ours, and they could fill the log with it.
    let filter = match "actix_http::h1::dispatcher=off".parse() {
        Ok(quiet) => filter.add_directive(quiet),
        Err(_) => filter,
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_format == "json" {
        log.json().init();
    } else {
        log.with_target(false).init();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_file_take_the_form_of_flags() {
        let table: toml::Table =
            "a = 1\nb = 'x'\n[t]\nemail = ['crm', 'web']\n'*' = 'crm'\n[bad]\nx = [1]\n[deep.er]\nx = 'y'".parse().unwrap();
        let form = |name: &str| compact(&table[name]);
        assert_eq!((form("a").as_deref(), form("b").as_deref()), (Some("1"), Some("x")));
        assert_eq!(form("t").unwrap().parse(), "email=crm,web;*=crm".parse::<Precedence>());
        assert_eq!((form("bad"), form("deep")), (None, None));
    }
}
