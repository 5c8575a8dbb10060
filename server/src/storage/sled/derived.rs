//! What follows from the log.
//!
//! | key | value |
//! |---|---|
//! | `n` anchor `f` | [`Fragment`], compressed above 512 bytes |
//! | `n` anchor `t` the first position | a list of (event time, position), one such value per effect and anchor |
//! | `p` | the position |
//!
//! The identity graph is in [`graph`]. All have version 1. Damage here can be mended: everything can be derived from the log again.

use nora_shared::Identifier;

use super::chunked::{Changes, Values};
use super::envelope::{decode, pack, unpack};
use super::graph;
use super::keys::{CHANGE, DECISION, Kept, ORDER, POSITION, RECORDS, REST, SEARCH, STATE, kept, timeline as timeline_key};
use crate::identity::NodeId;
use crate::identity::rules::Rules;
use crate::log::Seq;
use crate::profile::Fragment;
use crate::storage::{Effect, IdentityState, Result, TimelineEntry};
use crate::time::Millis;

const VERSION: u8 = 1;

/// Fragments and parts of timelines with more bytes are compressed.
const COMPRESS_ABOVE: usize = 512;

const NEVER: usize = usize::MAX;

/// Everything that is derived, but for the state and the position.
const DERIVED: [u8; 5] = [RECORDS, ORDER, SEARCH, DECISION, CHANGE];

/// Where the derivation is.
pub(super) fn applied(values: &Values) -> Result<Seq> {
    let key = [POSITION];
    match values.get(&key)? {
        Some(value) => decode(&key, &unpack(&key, VERSION, &value)?),
        None => Ok(0),
    }
}

/// Writes an effect and its position in one batch.
pub(super) fn apply(values: &Values, rules: &Rules, effect: &Effect) -> Result<()> {
    let mut changes = Changes::new();
    graph::write(values, rules, effect, &mut changes)?;
    for fragment in &effect.fragments {
        changes.replace(kept(NodeId::of(&fragment.anchor()), Kept::Fragment).to_vec(), pack(VERSION, fragment, COMPRESS_ABOVE)?);
    }
    for (anchor, entries) in &effect.timeline {
        if let Some(first) = entries.first() {
            let stored: Vec<_> = entries.iter().map(|entry| (entry.timestamp.0, entry.seq)).collect();
            changes.replace(timeline_key(NodeId::of(anchor), first.seq).to_vec(), pack(VERSION, &stored, COMPRESS_ABOVE)?);
        }
    }
    changes.replace(vec![POSITION], pack(VERSION, &effect.applied, NEVER)?);
    values.write(changes)
}

/// Forgets everything that was derived. Where this breaks off, it is done again: the state says so until nothing is left.
pub(super) fn restart(values: &Values, state: &IdentityState) -> Result<()> {
    values.clear(&[STATE])?;
    for letter in DERIVED {
        values.clear(&[letter])?;
        values.clear(&[REST, letter])?;
    }
    values.clear(&[POSITION])?;
    let mut changes = Changes::new();
    graph::write_state(state, &mut changes)?;
    values.write(changes)
}

/// How much there is of it.
pub(super) fn bytes(values: &Values) -> Result<u64> {
    let mut bytes = 0;
    for letter in DERIVED {
        for prefix in [vec![letter], vec![REST, letter]] {
            let end = [&prefix[..prefix.len() - 1], &[letter + 1]].concat();
            for entry in values.range(prefix..end) {
                let (key, value) = entry?;
                bytes += (key.len() + value.len()) as u64;
            }
        }
    }
    Ok(bytes)
}

/// Reads one fragment.
pub(super) fn fragment(values: &Values, anchor: &Identifier) -> Result<Option<Fragment>> {
    let key = kept(NodeId::of(anchor), Kept::Fragment);
    match values.get(&key)? {
        Some(value) => decode(&key, &unpack(&key, VERSION, &value)?).map(Some),
        None => Ok(None),
    }
}

/// Reads all parts of an anchor's timeline.
pub(super) fn timeline(values: &Values, anchor: &Identifier) -> Result<Vec<TimelineEntry>> {
    let mut entries = Vec::new();
    for entry in values.under(&kept(NodeId::of(anchor), Kept::Timeline)) {
        let (key, value) = entry?;
        let stored: Vec<(i64, Seq)> = decode(&key, &unpack(&key, VERSION, &value)?)?;
        entries.extend(stored.into_iter().map(|(timestamp, seq)| TimelineEntry { timestamp: Millis(timestamp), seq }));
    }
    Ok(entries)
}
