//! The bench: `bench ingest`, `bench profiles`, `bench sdk`, or all of these without an argument; `bench endurance` takes an hour.
//!
//! It starts the release build of the server on a data directory of its own, and reaches it over loopback only.
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "../bench/baseline.rs"]
mod baseline;
#[path = "../bench/endurance.rs"]
mod endurance;
#[path = "../bench/events.rs"]
mod events;
#[path = "../bench/generator.rs"]
mod generator;
#[path = "../bench/ingest.rs"]
mod ingest;
#[path = "../bench/machine.rs"]
mod machine;
#[path = "../bench/profiles.rs"]
mod profiles;
#[path = "../bench/sdk.rs"]
mod sdk;

use std::error::Error;
use std::process::ExitCode;

/// What a measurement ends with, where it cannot be made.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1);
    let done = match wanted.as_deref() {
        None => machine::describe().and_then(|()| ingest::bench()).and_then(|()| profiles::bench()).and_then(|()| sdk::bench()),
        Some("ingest") => machine::describe().and_then(|()| ingest::bench()),
        Some("profiles") => machine::describe().and_then(|()| profiles::bench()),
        Some(baseline::ARGUMENT) => baseline::serve(),
        Some("endurance") => machine::describe().and_then(|()| endurance::bench()),
        Some("sdk") => machine::describe().and_then(|()| sdk::bench()),
        Some(other) => {
            Err(format!("there is no bench {other:?}: say identity, ingest, endurance, profiles, sdk, or nothing for all of them").into())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
