//! What was written to one leaf: the last writer wins, and what was there before is remembered for a while.

use std::mem;

use serde::{Deserialize, Serialize};

/// Values that are remembered of one leaf, the one that is shown among them.
pub const HISTORY: usize = 10;

/// Bytes of values after which no older ones are remembered. Keeps a value that is large from being kept [`HISTORY`] times.
pub(super) const HISTORY_BYTES: usize = 1_024;

/// Sources whose last writes are kept for one leaf, those that wrote last, so that precedence among them can be decided when a
/// profile is looked at.
pub const SOURCES: usize = 8;

/// Somebody wrote a value. Compares as which is later: by event time, then by message id. Two sources may use one message id: source
/// and value decide then, so that arrival never does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Write {
    /// Event time, in milliseconds since 1970.
    pub at: i64,
    /// The message id of the writing event.
    pub message_id: String,
    /// The id of the source that wrote it.
    pub source: String,
    /// What was written, as JSON; `None` where the writer removed it.
    pub value: Option<String>,
}

/// The writes to one leaf, the latest first.
///
/// Each value is there once for each source, with the last event that wrote it: callers repeat what they know with every page, and
/// repeats would leave no room for what was there before. Kept are the latest [`HISTORY`] of them, and the last of each of the latest
/// [`SOURCES`] sources. Both are chosen by rank from all that was ever written, so that the order of arrival leaves no trace: whatever
/// is chosen from the whole is also chosen from the part that holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writes(Vec<Write>);

impl Writes {
    /// Adds a write.
    pub(super) fn put(&mut self, write: Write) {
        match self.0.iter().position(|kept| kept.source == write.source && kept.value == write.value) {
            Some(same) if self.0[same] >= write => return,
            Some(same) => drop(self.0.remove(same)),
            None => {}
        }
        let place = self.0.partition_point(|kept| *kept > write);
        self.0.insert(place, write);
        self.trim();
    }

    pub(super) fn merge(&mut self, other: Writes) {
        other.0.into_iter().for_each(|write| self.put(write));
    }

    fn trim(&mut self) {
        if self.0.len() == 1 {
            return;
        }
        let all = mem::take(&mut self.0);
        let (mut place, mut bytes, mut sources) = (0, 0, Vec::new());
        for write in all {
            // The one that goes beyond the bytes is still kept: left out, it would make room for an older, smaller one, or not,
            // depending on which came first.
            let is_recent = place < HISTORY && bytes < HISTORY_BYTES;
            place += 1;
            bytes += write.value.as_ref().map_or(0, String::len);
            let is_first_of_source = !sources.contains(&write.source);
            if is_first_of_source {
                sources.push(write.source.clone());
            }
            if is_recent || is_first_of_source && sources.len() <= SOURCES {
                self.0.push(write);
            }
        }
    }

    /// All that is kept, the latest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Write> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(at: i64, source: &str, value: &str) -> Write {
        Write { at, message_id: "m".into(), source: source.into(), value: Some(value.into()) }
    }

    fn kept(writes: impl IntoIterator<Item = Write>) -> Vec<i64> {
        let mut all = Writes::default();
        writes.into_iter().for_each(|write| all.put(write));
        all.iter().map(|write| write.at).collect()
    }

    #[test]
    fn repeats_leave_room_for_what_was_there_before() {
        let mut writes = vec![write(1, "web", "old")];
        writes.extend((2..50).map(|at| write(at, "web", "new")));
        assert_eq!(kept(writes), [49, 1]);
    }

    #[test]
    fn the_last_write_of_each_source_outlives_the_history() {
        let mut writes = vec![write(1, "crm", "a"), write(2, "crm", "b")];
        writes.extend((3..50).map(|at| write(at, "web", &at.to_string())));
        assert_eq!(kept(writes), [49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 2]);
    }

    #[test]
    fn large_values_are_not_remembered_often() {
        assert_eq!(kept((0..9).map(|at| write(at, "web", &at.to_string().repeat(600)))), [8, 7]);
    }
}
