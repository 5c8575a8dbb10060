//! What is known of the customer, as `identify` calls say it.
//!
//! A call says what has changed, as [JSON Merge Patch](https://www.rfc-editor.org/rfc/rfc7396) does: objects are merged name by name,
//! everything else is replaced whole, arrays too, and `null` removes what is under its name. So `{"address":{"city":"Delft"}}` and
//! then `{"address":{"zip":"2611"}}` leave both. An empty object says nothing.
//!
//! To apply patches in the order of their events whatever the order of their arrival, nothing is applied: each leaf of each patch is
//! kept under its path as a [`Write`], and [`shown`] decides what would be left. `context.traits` of other calls tell who somebody is,
//! and write nothing here, as in [Segment's spec](https://segment.com/docs/connections/spec/common/#context); those of an `identify` without
//! traits of its own are its traits, as in RudderStack's.

mod leaves;
pub mod shown;
mod writes;

use std::collections::BTreeMap;

use nora_shared::event::Json;
use serde::{Deserialize, Serialize};

pub use writes::{HISTORY, SOURCES, Write, Writes};

use super::bounded;
use crate::log::Record;

/// Leaves that one fragment keeps, those whose paths have the least hashes. Protects the store from a sender that invents names
/// without end.
pub const LEAVES: usize = 500;

/// Names from a trait to its leaf.
pub type Path = Vec<String>;

/// What was written to each leaf.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits(BTreeMap<Path, Writes>);

impl Traits {
    /// Adds the traits of an `identify` call.
    pub(super) fn add(&mut self, record: &Record, traits: Json<'_>) {
        for (path, value) in leaves::of(traits) {
            let (message_id, source) = (record.message_id.clone(), record.source.clone());
            self.write(path, Write { at: record.timestamp.0, message_id, source, value });
        }
    }

    /// Adds one write.
    pub(crate) fn write(&mut self, path: Path, write: Write) {
        self.0.entry(path).or_default().put(write);
        self.trim();
    }

    pub(super) fn merge(&mut self, other: Traits) {
        for (path, writes) in other.0 {
            match self.0.get_mut(&path) {
                Some(kept) => kept.merge(writes),
                None => {
                    self.0.insert(path, writes);
                }
            }
        }
        self.trim();
    }

    fn trim(&mut self) {
        bounded::keep_least(&mut self.0, LEAVES, |path| bounded::hash_of_all(path.iter().flat_map(|name| [name, "\u{0}"])));
    }
}
