//! `nora export`.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::ValueEnum;

use super::config::Config;
use crate::app::App;
use crate::export::{self, ExportError, Format};

/// What to export.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to export.
    what: What,
    /// ndjson or csv.
    #[arg(long, default_value = "ndjson")]
    format: Format,
    /// The file to write, which must not exist; standard output where absent.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// The log: every event, and what people decided. `nora import --exported` takes it in again, as NDJSON.
    Events,
    /// Every profile.
    Profiles,
    /// Every identifier, with its profile.
    Identities,
    /// What could not be accepted.
    Quarantine,
}

/// Writes what is kept, and says on standard error how much that was.
pub(super) fn export(config: &Config, args: &Args) -> Result<(), Box<dyn Error>> {
    if !config.data.join("sled").is_dir() {
        return Err(format!("{} is no data directory", config.data.display()).into());
    }
    // Before anything else, so that nothing is read for a file that cannot be written.
    let file =
        args.output.as_ref().map(|path| File::create_new(path).map_err(|error| format!("{}: {error}", path.display()))).transpose()?;
    let (app, threads) = config.open().map_err(|error| format!("{error}; a running server can be backed up, and its backup exported"))?;
    futures_executor::block_on(app.all_applied()).map_err(|_| "the events cannot be applied; the log above says why")?;
    let rows = match &file {
        Some(file) => write(&app, args, BufWriter::new(file)).and_then(|rows| Ok(file.sync_all().map(|()| rows)?)),
        None => write(&app, args, BufWriter::new(io::stdout().lock())),
    };
    drop(app);
    threads.finish();
    writeln!(io::stderr(), "{} rows", rows?)?;
    Ok(())
}

fn write(app: &App, args: &Args, out: impl Write) -> Result<u64, ExportError> {
    match args.what {
        What::Events => export::events(app, args.format, out),
        What::Profiles => export::profiles(app, args.format, out),
        What::Identities => export::identities(app, args.format, out),
        What::Quarantine => export::quarantine(app, args.format, out),
    }
}
