//! The command line: one module a command.

mod backup;
mod check;
mod compact;
mod config;
mod describe;
mod erase;
mod export;
mod import;
mod link;
mod rebuild;
mod serve;
mod token;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// A customer data platform in one binary.
#[derive(Debug, Parser)]
#[command(name = "nora", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: config::Config,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take events and answer queries (the default).
    Serve,
    /// Import a file of events or customers, into the data directory or, where a server has it open, into that server.
    Import(import::Args),
    /// Print a link for a newsletter: whoever comes by it is taken for the person that it was made for.
    Link(link::Args),
    /// Derive everything again from the log and print what differs from what is stored: there must be nothing. No server may run on it.
    Rebuild(rebuild::Args),
    /// Write the events, the profiles or the identifiers to a file. No server may run on it.
    Export(export::Args),
    /// Copy everything that cannot be derived into a folder of --backup-dir, also while a server runs.
    Backup(backup::BackupArgs),
    /// Make a data directory of a backup, and verify it.
    Restore(backup::RestoreArgs),
    /// Verify every record that is stored, and say what is damaged and how to mend it. No server may run on it.
    Check,
    /// Erase customers: their events, what was decided about them, and what is held of them. No server may run on it.
    Erase(erase::Args),
    /// Print every setting, with its default and its bounds.
    Config,
    /// Rewrite the database without what is no longer used. No server may run on it.
    Compact,
    /// Make, list and revoke access tokens, in the data directory or, where a server has it open, in that server: at once, without a restart.
    #[command(subcommand)]
    Token(token::Command),
}

/// Runs the command line. Errors are printed with what to do about them.
pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nora: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let command = config::with_file(Cli::command())?;
    let cli = Cli::from_arg_matches(&command.get_matches())?;
    config::start_logging(&cli.config);
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&cli.config),
        Command::Import(args) => import::import(&cli.config, &args),
        Command::Link(args) => link::link(&cli.config, args),
        Command::Rebuild(args) => rebuild::rebuild(&cli.config, &args),
        Command::Export(args) => export::export(&cli.config, &args),
        Command::Backup(args) => backup::backup(&cli.config, &args),
        Command::Restore(args) => backup::restore(&cli.config, &args),
        Command::Check => check::check(&cli.config),
        Command::Erase(args) => erase::erase(&cli.config, &args),
        Command::Config => describe::print(&Cli::command()),
        Command::Compact => compact::compact(&cli.config),
        Command::Token(command) => token::token(&cli.config, command),
    }
}
