//! `nora import`.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ureq::tls::TlsConfig;

use super::config::Config;
use super::serve::ADDRESS_FILE;
use crate::app::AppError;
use crate::clock::{Clock, SystemClock};
use crate::http::import::PART_BYTES;
use crate::import::{Format, Mapping, Report, Row, Rows, exported as exported_rows, import as import_rows};
use crate::keys::{Stored, is_source_id};
use crate::storage::sled::OpenError;
use crate::tls::provider;

/// How often, and how long apart, a part is sent to a server that takes as much as it can.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_secs(1);

/// What to import.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file: CSV with a header line, or NDJSON.
    file: PathBuf,
    /// The id that the events' source gets.
    #[arg(long, value_name = "NAME", required_unless_present = "exported")]
    source: Option<String>,
    /// The file is one that `nora export events` wrote: sources, times and decisions stay as they were. Only into a data directory that no
    /// server has open.
    #[arg(long, conflicts_with_all = ["map", "kind", "format"])]
    exported: bool,
    /// `field=column,…`: `userId=customer_no,timestamp=created,traits.firstName=first`. Columns of the usual names need no entry.
    #[arg(long, default_value = "")]
    map: String,
    /// csv or ndjson; by the file's name where absent.
    #[arg(long)]
    format: Option<Format>,
    /// The type of the events where no column says: track where there is an event name, else identify.
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
}

/// Imports a file and prints what became of its rows.
pub(super) fn import(config: &Config, args: &Args) -> Result<(), Box<dyn Error>> {
    let source = args.source.as_deref().unwrap_or("import");
    if !is_source_id(source) {
        return Err("--source takes 1 to 64 of a-z, 0-9, _ and -".into());
    }
    let mapping = Mapping::parse(&args.map, args.kind.clone())?;
    let by_name = || args.file.extension().and_then(|ending| ending.to_str()?.parse().ok());
    let exported = args.exported.then_some(Format::Ndjson);
    let format = exported.or(args.format).or_else(by_name).ok_or("say how the file is written: --format csv or --format ndjson")?;
    let file = File::open(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let bar = ProgressBar::new(file.metadata()?.len());
    bar.set_style(ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}")?);
    let mut rows = Rows::new(BufReader::new(bar.wrap_read(file)), format);
    let report = match config.open() {
        Ok((app, threads)) => {
            let report = match args.exported {
                true => futures_executor::block_on(exported_rows(&app, rows.by_ref()))?,
                false => futures_executor::block_on(import_rows(&app, source, &mapping, rows.by_ref()))?,
            };
            drop(app);
            threads.finish();
            report
        }
        Err(AppError::Open(OpenError::Locked(_))) if !args.exported => send(config, args, rows.by_ref())?,
        Err(error) => return Err(error.into()),
    };
    bar.finish_and_clear();
    write!(std::io::stdout().lock(), "{report}")?;
    // Of a file that breaks off, what was read is in; but nobody should take it for the whole.
    rows.error().map_or(Ok(()), |error| Err(format!("{}: {error}; the rows above are imported", args.file.display()).into()))
}

/// Sends the rows to the server that has the data directory open, a part of them at a time.
fn send(config: &Config, args: &Args, rows: impl Iterator<Item = Row>) -> Result<Report, Box<dyn Error>> {
    let in_use = "the data directory is in use by another process, and no server has left its address there";
    let base = std::fs::read_to_string(config.data.join(ADDRESS_FILE)).map_err(|_| in_use)?;
    let server = Server { base, data: config.data.clone(), agent: agent(Some(TIMEOUT)) };
    let (mut report, mut part) = (Report::default(), String::new());
    for row in rows {
        let line = serde_json::to_string(&row)? + "\n";
        if !part.is_empty() && part.len() + line.len() > PART_BYTES {
            report.merge(server.import(args, &part)?);
            part.clear();
        }
        part += &line;
    }
    if !part.is_empty() {
        report.merge(server.import(args, &part)?);
    }
    Ok(report)
}

/// How long the server may take for one answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(120);

struct Server {
    base: String,
    data: PathBuf,
    agent: ureq::Agent,
}

impl Server {
    /// Sends one part; again, for a while, where the server takes as much as it can.
    fn import(&self, args: &Args, part: &str) -> Result<Report, Box<dyn Error>> {
        for _ in 0..TRIES {
            // A new one each time: it is good for some minutes, and a file may take hours.
            let token = Stored::local_token(&self.data, SystemClock.now())?;
            let mut request = self.agent.post(format!("{}/v1/import", self.base)).header("authorization", format!("Bearer {token}"));
            for (name, value) in [("source", args.source.as_deref().unwrap_or_default()), ("format", "rows"), ("map", &args.map)] {
                request = request.query(name, value);
            }
            if let Some(kind) = &args.kind {
                request = request.query("type", kind);
            }
            let mut response = request.send(part)?;
            let body = response.body_mut().read_to_string()?;
            match response.status().as_u16() {
                200 => return Ok(serde_json::from_str(&body)?),
                503 => std::thread::sleep(PAUSE),
                status => return Err(format!("the server answered {status}: {body}").into()),
            }
        }
        Err("the server has been taking as much as it can for a minute; import the file again later, nothing is doubled".into())
    }
}

/// A client of the server on this machine. Its certificate is for the name that others know it by, so that it is reached without looking
/// at that: whoever holds the lock of the data directory could read its keys as well.
pub(super) fn agent(timeout: Option<Duration>) -> ureq::Agent {
    let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(provider()).disable_verification(true).build();
    let config = ureq::Agent::config_builder().http_status_as_error(false).tls_config(tls);
    config.timeout_global(timeout).build().into()
}
