//! Public data sets for measuring. They lie beside the workspace, where they are there at all.

use std::env;
use std::path::{Path, PathBuf};

/// A file of the shared data: in `NORA_SHARED_DATA`, else in `shared/data` beside the workspace. Says so where it is missing.
pub fn file(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let path = env::var_os("NORA_SHARED_DATA").map_or_else(beside, PathBuf::from).join(name);
    if path.is_file() {
        return Some(path);
    }
    crate::skipped(&format!("there is no {}; NORA_SHARED_DATA says where the data is", path.display()));
    None
}
