//! The command `nora`.
fn main() {}
