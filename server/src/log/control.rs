//! What people decide, kept in the log beside the events, so that everything derived follows from the log alone.

use serde::{Deserialize, Serialize};

use super::{Record, Seq};
use crate::identity::decisions::{Decision, DecisionKind, Identity};
use crate::identity::rules::RulesConfig;
use crate::time::Millis;

/// The source of records that are no events. No source can have this id.
const SOURCE: &str = "$nora";

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
            Control::Rules { .. } => None,
        }
    }
}

/// A decision, and where it is in the log.
pub type Decided = (Seq, Decision);
