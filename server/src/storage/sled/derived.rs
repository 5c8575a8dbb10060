//! What follows from the log: the identity graph, and `p`, the position (version 1) that the derivation has come to.
//!
//! Damage here can be mended: everything can be derived from the log again.

use super::chunked::{Changes, Values};
use super::envelope::{decode, pack, unpack};
use super::graph;
use super::kept::{self, Reads};
use super::keys::{CHANGE, DECISION, ORDER, POSITION, RECORDS, REST, SEARCH, STATE, TIMELINE};
use crate::identity::rules::Rules;
use crate::log::Seq;
use crate::storage::{Effect, IdentityState, Result};

const VERSION: u8 = 1;

const NEVER: usize = usize::MAX;

/// Everything that is derived, but for the state and the position.
const DERIVED: [u8; 6] = [RECORDS, TIMELINE, ORDER, SEARCH, DECISION, CHANGE];

/// Where the derivation is.
pub(super) fn applied(values: &Values) -> Result<Seq> {
    let key = [POSITION];
    match values.get(&key)? {
        Some(value) => decode(&key, &unpack(&key, VERSION, &value)?),
        None => Ok(0),
    }
}

/// Writes an effect and its position in one batch.
pub(super) fn apply(reads: &Reads, rules: &Rules, effect: &Effect) -> Result<()> {
    let mut changes = Changes::new();
    let ids = kept::write(reads, effect, &mut changes)?;
    graph::write(reads.values(), rules, effect, &mut changes)?;
    changes.put(&[POSITION], &pack(VERSION, &effect.applied, NEVER)?)?;
    reads.write(Some(&ids), |values| values.write(changes))
}

/// Forgets everything that was derived, and begins again with a state.
pub(super) fn restart(values: &Values, state: &IdentityState) -> Result<()> {
    forget(values)?;
    let mut changes = Changes::new();
    graph::write_state(state, &mut changes)?;
    values.write(changes)
}

/// Forgets everything that was derived. Where this breaks off, it is done again: there is no state until something is derived.
pub(super) fn forget(values: &Values) -> Result<()> {
    values.clear(&[STATE])?;
    for letter in DERIVED {
        values.clear(&[letter])?;
        values.clear(&[REST, letter])?;
    }
    values.clear(&[POSITION])
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
