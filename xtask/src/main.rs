//! `cargo xtask`: what the README promises, and nothing a user must do by hand.
#![allow(clippy::print_stdout, reason = "it speaks to whoever sits at the terminal")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod assets;
mod bench;
mod browsers;
mod build;
mod clients;
mod command;
mod compress;
mod dist;
mod firefox;
mod fuzz;
mod lint;
mod node;
mod peers;
mod progress;
mod run;
mod sdk;
mod stamp;
mod tally;
mod test;
mod www;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::command::Workspace;

/// Builds, starts, tests and packs Nora.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and start it; Ctrl-C ends it
    Run {
        /// The port on 127.0.0.1
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Where events and profiles are kept; made if it is missing
        #[arg(long, default_value = "./data", value_name = "DIR")]
        data: PathBuf,
    },
    /// Build everything: target/release/nora, with shop, console and SDK inside
    Build,
    /// Build the browser SDK alone into dist/sdk, and tell what it weighs
    Sdk,
    /// Build everything, then run every check and every test
    Test {
        /// Leave out formatting, clippy, documentation and licences
        #[arg(long)]
        no_lint: bool,
        /// Leave out the tests that need Chromium or Firefox
        #[arg(long)]
        no_browser: bool,
    },
    /// Run formatting, clippy, documentation and licence checks alone
    Lint,
    /// Build everything, then measure it
    Bench {
        /// One measurement: `identity`, `ingest`, `profiles` or `sdk`; all without it
        name: Option<String>,
        /// Of `sdk`: some SDKs, some columns, by name, such as `nora,navigate`
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Fuzz what comes in from outside; installs cargo-fuzz where it is missing
    Fuzz {
        /// One target: `batch`, `raw`, `pixel`, `log` or `identifier`; one after the other without it
        target: Option<String>,
        /// Seconds for each
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Build everything and pack it: target/dist/nora-VERSION-TARGET.tar.gz
    Dist,
}

fn main() -> ExitCode {
    work(Arguments::parse().task).unwrap_or_else(|error| {
        // Causes without a backtrace: what is wrong is on the user's side, and the text says how to mend it.
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn work(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match task {
        Task::Run { port, data } => run::run(&workspace, port, &data),
        Task::Build => build::build(&workspace).map(|binary| {
            println!("{}", binary.display());
            ExitCode::SUCCESS
        }),
        Task::Sdk => sdk::build(&workspace.root, &workspace.dist().join("sdk")).map(|()| ExitCode::SUCCESS),
        Task::Test { no_lint, no_browser } => Ok(test::test(&workspace, !no_lint, !no_browser)),
        Task::Lint => Ok(lint::lint(&workspace).report()),
        Task::Bench { name, only } => bench::bench(&workspace, name.as_deref(), &only),
        Task::Fuzz { target, seconds } => fuzz::fuzz(&workspace, target.as_deref(), seconds).map(|()| ExitCode::SUCCESS),
        Task::Dist => dist::dist(&workspace).map(|()| ExitCode::SUCCESS),
    }
}
