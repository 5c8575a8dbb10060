//! The command `nora`.

use std::process::ExitCode;

fn main() -> ExitCode {
    nora_server::cli::main()
}
