//! Which version of the layout a directory has, and how an older one becomes the present one.
//!
//! `v`: one byte, the version. What is derived needs no conversion: it is thrown away and derived again, and so are the message ids that
//! were seen, where they had another form. Only the log and the quarantine must be readable for ever.
//!
//! | version | |
//! |---|---|
//! | 1 (no key) | an entry for each message id, node, edge, fragment and part of a timeline |
//! | 2 | message ids in runs, an identifier in one value |
//! | 3 | parts of timelines apart from identifiers |

use super::chunked::{Changes, Values};
use super::derived;
use super::keys::{LAYOUT, REPEATS, damaged};
use crate::storage::{Result, StoreError};

const VERSION: u8 = 3;

/// Fails where a directory is not of the present version.
pub(super) fn require(values: &Values) -> Result<()> {
    match values.get(&[LAYOUT])?.as_deref() {
        Some([VERSION]) => Ok(()),
        Some([2]) | None => Err(damaged(&[LAYOUT], "an earlier nora made this; open it once with nora serve")),
        Some(other) => Err(unknown(other)),
    }
}

fn unknown(version: &[u8]) -> StoreError {
    damaged(&[LAYOUT], format_args!("layout {version:?} is not known: it was made by a newer nora"))
}

/// The key and the value that say that a directory is of the present version.
pub(super) fn entry() -> (Vec<u8>, Vec<u8>) {
    (vec![LAYOUT], vec![VERSION])
}

/// Brings a directory to the present version. Where this breaks off, it is done again.
pub(super) fn upgrade(values: &Values) -> Result<()> {
    match values.get(&[LAYOUT])?.as_deref() {
        Some([VERSION]) => return Ok(()),
        Some([2]) => {}
        Some(other) => return Err(unknown(other)),
        None => values.clear(&[REPEATS])?,
    }
    derived::forget(values)?;
    let mut changes = Changes::new();
    changes.put(&[LAYOUT], &[VERSION])?;
    values.write(changes)?;
    values.sync()
}
