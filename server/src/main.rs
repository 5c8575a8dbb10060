//! The command `nora`.

use std::process::ExitCode;

/// sled frees in one thread what it allocated in another, page by page: glibc's allocator spent a third of the follower's time on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    nora_server::cli::main()
}
