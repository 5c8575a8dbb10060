//! What people decide, kept in the log beside the events, so that everything derived follows from the log alone.

use serde::{Deserialize, Serialize};

use super::{Record, Seq};
use crate::identity::decisions::{Decision, DecisionKind, Identity};
use crate::identity::rules::RulesConfig;
use crate::time::Millis;

/// The source of records that are no events. No source can have this id.
const SOURCE: &str = "$nora";

/// The JSON of a record whose event was erased.
const ERASED: &str = r#"{"control":"erased"}"#;

/// A record that is no event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "control", rename_all = "snake_case")]
pub enum Control {
    /// Somebody decided about identifiers, or undid that.
    Decide {
        /// What was decided.
        kind: DecisionKind,
        /// The first identifier.
        a: Identity,
        /// The second.
        b: Option<Identity>,
        /// Whether it holds from now on.
        is_active: bool,
        /// For a sever: whether events that carry both are left out of every profile.
        #[serde(default)]
        set_aside: bool,
        /// Why, in words.
        #[serde(default)]
        note: String,
        /// Who.
        #[serde(default)]
        by: String,
    },
    /// Somebody changed the rules of identity.
    Rules {
        /// All of them.
        rules: RulesConfig,
        /// Who.
        #[serde(default)]
        by: String,
    },
    /// An event was here, or a decision: it was erased.
    Erased,
}

impl Control {
    /// The record for the log. `id` is unique.
    pub fn record(&self, now: Millis, id: String) -> Record {
        Record {
            received_at: now,
            timestamp: now,
            source: SOURCE.to_owned(),
            verified: true,
            message_id: id,
            // Text and numbers under names that are text: always JSON.
            json: serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// What is left of a record that is erased: when it was, so that everything else keeps its place.
    pub fn tombstone(record: &Record) -> Record {
        Record {
            received_at: record.received_at,
            timestamp: record.timestamp,
            source: SOURCE.to_owned(),
            verified: false,
            message_id: String::new(),
            json: ERASED.to_owned(),
        }
    }

    /// Whether a record was erased.
    pub fn is_erased(record: &Record) -> bool {
        record.source == SOURCE && record.json == ERASED
    }

    /// What a record says, if it is no event.
    pub fn of(record: &Record) -> Option<Control> {
        (record.source == SOURCE).then(|| serde_json::from_str(&record.json).ok()).flatten()
    }

    /// The decision about identifiers, made at this time.
    pub fn decision(self, at: Millis) -> Option<Decision> {
        match self {
            Control::Decide { kind, a, b, is_active, set_aside, note, by } => {
                Some(Decision { kind, a, b, is_active, set_aside, note, by, at })
            }
            Control::Rules { .. } | Control::Erased => None,
        }
    }
}

/// A decision, and where it is in the log.
pub type Decided = (Seq, Decision);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_says_when_and_nothing_else() {
        let (received_at, timestamp) = (Millis(2), Millis(1));
        let record = Record { received_at, timestamp, source: "web".into(), verified: true, message_id: "m".into(), json: "{}".into() };
        let tombstone = Control::tombstone(&record);
        assert_eq!((tombstone.received_at, tombstone.timestamp), (received_at, timestamp));
        assert_eq!(Control::of(&tombstone), Some(Control::Erased));
        assert!(Control::is_erased(&tombstone) && !Control::is_erased(&record));
        assert_eq!(Control::of(&tombstone).unwrap().decision(timestamp), None);
    }
}
