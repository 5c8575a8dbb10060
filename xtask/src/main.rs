//! `cargo xtask`: what the README promises, and nothing a user must do by hand.
#![allow(clippy::print_stdout)]

#[allow(dead_code, reason = "called once the server embeds the script")]
mod sdk;

use std::env;
use std::process::Command;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    match env::args().nth(1).as_deref() {
        Some("test") => {
            let status = Command::new(env!("CARGO")).args(["test", "--workspace"]).status()?;
            if !status.success() {
                bail!("tests failed");
            }
            Ok(())
        }
        _ => bail!("usage: cargo xtask test"),
    }
}
