//! Which version of the layout a directory has, and how an older one becomes the present one.
//!
//! `v`: one byte, the version. What is derived needs no conversion: it is thrown away and derived again, and so are the message ids that
//! were seen. Only the log and the quarantine must be readable for ever.
//!
//! | version | |
//! |---|---|
//! | 1 (no key) | an entry for each message id, node, edge, fragment and part of a timeline |
//! | 2 | message ids in runs, an identifier in one value |

use super::chunked::{Changes, Values};
use super::derived;
use super::keys::{LAYOUT, REPEATS, damaged};
use crate::storage::Result;

const VERSION: u8 = 2;

/// Brings a directory to the present version. Where this breaks off, it is done again.
pub(super) fn upgrade(values: &Values) -> Result<()> {
    match values.get(&[LAYOUT])?.as_deref() {
        Some([VERSION]) => return Ok(()),
        Some(other) => return Err(damaged(&[LAYOUT], format_args!("layout {other:?} is not known: it was made by a newer nora"))),
        None => {}
    }
    values.clear(&[REPEATS])?;
    derived::forget(values)?;
    let mut changes = Changes::new();
    changes.put(&[LAYOUT], &[VERSION])?;
    values.write(changes)?;
    values.sync()
}
