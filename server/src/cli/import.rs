//! `nora import`.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::config::{Config, first_keys};
use super::serve::ADDRESS_FILE;
use crate::app::{App, AppError};
use crate::clock::SystemClock;
use crate::http::import::PART_BYTES;
use crate::import::{Format, Mapping, Report, Rows, import as import_rows};
use crate::keys::Keys;
use crate::storage::sled::OpenError;

/// What to import.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file: CSV with a header line, or NDJSON.
    file: PathBuf,
    /// The id that the events' source gets.
    #[arg(long, value_name = "NAME")]
    source: String,
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
    let mapping = Mapping::parse(&args.map, args.kind.clone())?;
    let by_name = || args.file.extension().and_then(|ending| ending.to_str()?.parse().ok());
    let format = args.format.or_else(by_name).ok_or("say how the file is written: --format csv or --format ndjson")?;
    let file = File::open(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let bar = ProgressBar::new(file.metadata()?.len());
    bar.set_style(ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}")?);
    let reader = BufReader::new(bar.wrap_read(file));
    let report = match App::open(&config.data, config.cache_mib << 20, &first_keys(), Arc::new(SystemClock)) {
        Ok((app, threads)) => {
            let report = futures_executor::block_on(import_rows(&app, &args.source, &mapping, Rows::new(reader, format, 0)))?;
            drop(app);
            threads.finish();
            report
        }
        Err(AppError::Open(OpenError::Locked(_))) => send(config, args, format, reader)?,
        Err(error) => return Err(error.into()),
    };
    bar.finish_and_clear();
    write!(std::io::stdout().lock(), "{report}")?;
    Ok(())
}

/// Sends the file, part by part, to the server that has the data directory open.
fn send(config: &Config, args: &Args, format: Format, mut reader: impl Read) -> Result<Report, Box<dyn Error>> {
    let in_use = "the data directory is in use by another process, and no server has left its address there";
    let base = std::fs::read_to_string(config.data.join(ADDRESS_FILE)).map_err(|_| in_use)?;
    let keys = Keys::open(&config.data, &first_keys())?;
    let token = keys.tokens.first().ok_or("there is no access token in keys.toml")?;
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(120))).build().into();
    let mut text = Vec::new();
    reader.read_to_end(&mut text)?;
    let mut report = Report::default();
    for part in parts(&text, format) {
        let lines_before = part.lines_before.to_string();
        let format = if format == Format::Csv { "csv" } else { "ndjson" };
        let mut request = agent.post(format!("{base}/v1/import")).header("authorization", format!("Bearer {}", token.token));
        for (name, value) in [("source", args.source.as_str()), ("format", format), ("map", &args.map), ("lines_before", &lines_before)] {
            request = request.query(name, value);
        }
        if let Some(kind) = &args.kind {
            request = request.query("type", kind);
        }
        let mut response = request.send(&part.body)?;
        let body = response.body_mut().read_to_string()?;
        if !response.status().is_success() {
            return Err(format!("the server answered {}: {body}", response.status()).into());
        }
        report.merge(serde_json::from_str(&body)?);
    }
    Ok(report)
}

struct Part {
    body: Vec<u8>,
    lines_before: u64,
}

/// Cuts a file between rows, each part with the header line of a CSV file.
fn parts(text: &[u8], format: Format) -> Vec<Part> {
    let header_end = if format == Format::Csv { text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| end + 1) } else { 0 };
    let (header, mut rest) = text.split_at(header_end);
    let mut lines_before = 0;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let end = cut(rest, PART_BYTES.saturating_sub(header.len()), format);
        let (body, after) = rest.split_at(end);
        parts.push(Part { body: [header, body].concat(), lines_before });
        lines_before += body.iter().filter(|byte| **byte == b'\n').count() as u64;
        rest = after;
    }
    parts
}

/// Where the last row that fits ends. In CSV a line end inside quotes ends no row.
fn cut(text: &[u8], limit: usize, format: Format) -> usize {
    if text.len() <= limit {
        return text.len();
    }
    let mut quoted = false;
    let mut end = 0;
    for (place, byte) in text[..limit].iter().enumerate() {
        match byte {
            b'"' if format == Format::Csv => quoted = !quoted,
            b'\n' if !quoted => end = place + 1,
            _ => {}
        }
    }
    if end == 0 { limit } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_between_rows_and_know_their_lines() {
        let row = format!("\"a\n{}\",1\n", "x".repeat(1_000_000));
        let text = format!("name,n\n{}", row.repeat(9));
        let parts = parts(text.as_bytes(), Format::Csv);
        assert_eq!(parts.iter().map(|part| part.lines_before).collect::<Vec<_>>(), [0, 8, 16]);
        assert!(parts.iter().all(|part| part.body.starts_with(b"name,n\n\"a") && part.body.ends_with(b"\",1\n")));
    }
}
