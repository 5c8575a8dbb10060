//! The identity graph, but for what is kept of each identifier: that is in [`kept`].
//!
//! | key | value |
//! |---|---|
//! | `n` identifier `b` type, neighbour | nothing: a neighbour that is not in the identifier's own value |
//! | `o` position | the identifiers that came with the events of one effect, from there on: (position, identifier) |
//! | `s` part of a value, 0x00, identifier | nothing: what searches find |
//! | `d` position | nothing: a decision is there in the log |
//! | `h` number | [`StoredChange`] |
//! | `i` | [`StoredState`] |
//!
//! Identifiers are numbers of 16 bytes and types of two, big-endian. All values have version 1.

use std::sync::Arc;

use super::chunked::{Changes, Values};
use super::envelope::{decode, pack, unpack};
use super::kept;
use super::keys::{
    CHANGE, DECISION, ORDER, RECORDS, SEARCH, STATE, damaged, far as far_key, kept as kept_key, last_node, node_of, number, numbered,
};
use super::stored::{StoredChange, StoredState};
use crate::identity::rules::{Code, Rules};
use crate::identity::{Node, NodeId};
use crate::log::Seq;
use crate::storage::{Effect, IdentityState, ProfileChange, Result, search_parts};

const VERSION: u8 = 1;

const NEVER: usize = usize::MAX;

/// Adds what an effect changes in the graph.
pub(super) fn write(values: &Values, rules: &Rules, effect: &Effect, changes: &mut Changes) -> Result<()> {
    let mut came = Vec::new();
    for (id, node) in &effect.identity.nodes {
        if node.since >= effect.from {
            came.push((node.since, id.0.to_be_bytes()));
            for part in search_parts(node, rules) {
                changes.mark(&[&[SEARCH], part.as_bytes(), &[0], &id.0.to_be_bytes()].concat());
            }
        }
    }
    if !came.is_empty() {
        came.sort_unstable();
        came.dedup();
        changes.replace(numbered(ORDER, effect.from), pack(VERSION, &came, NEVER)?);
    }
    for (id, code, other) in &effect.identity.far {
        changes.mark(&far_key(*id, *code, *other));
    }
    for seq in &effect.decisions {
        changes.mark(&numbered(DECISION, *seq));
    }
    if !effect.changes.is_empty() {
        let next = values.range(vec![CHANGE]..vec![CHANGE + 1]).next_back().transpose()?;
        let next = next.and_then(|(key, _)| number(&key)).map_or(0, |last| last + 1);
        for (place, change) in (next..).zip(&effect.changes) {
            changes.insert(&numbered(CHANGE, place), &pack(VERSION, &StoredChange::from(change), NEVER)?)?;
        }
    }
    if let Some(state) = &effect.state {
        write_state(state, changes)?;
    }
    Ok(())
}

pub(super) fn write_state(state: &IdentityState, changes: &mut Changes) -> Result<()> {
    changes.replace(vec![STATE], pack(VERSION, &StoredState::of(state)?, NEVER)?);
    Ok(())
}

pub(super) fn state(values: &Values) -> Result<Option<IdentityState>> {
    let key = [STATE];
    let Some(value) = values.get(&key)? else { return Ok(None) };
    decode::<StoredState>(&key, &unpack(&key, VERSION, &value)?)?.into_state(&key).map(Some)
}

pub(super) fn far(values: &Values, id: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>> {
    let (start, end) = (far_key(id, code, NodeId(0)), far_key(id, code, NodeId(u128::MAX)));
    let keys = values.range(start.to_vec()..=end.to_vec()).take(limit);
    keys.map(|entry| entry.and_then(|(key, _)| last_node(&key).ok_or_else(|| damaged(&key, "a short key")))).collect()
}

pub(super) fn decisions(values: &Values) -> Result<Vec<Seq>> {
    let keys = values.range(vec![DECISION]..vec![DECISION + 1]);
    keys.map(|entry| entry.and_then(|(key, _)| number(&key).ok_or_else(|| damaged(&key, "no position")))).collect()
}

pub(super) fn nodes(values: &Values, after: Option<NodeId>, limit: usize) -> Result<Vec<(NodeId, Arc<Node>)>> {
    let mut found = Vec::new();
    let mut next = after.map_or(Some(NodeId(0)), |id| id.0.checked_add(1).map(NodeId));
    while let Some(id) = next.filter(|_| found.len() < limit) {
        // Past what grows with the identifier before.
        let Some(entry) = values.range(kept_key(id).to_vec()..vec![RECORDS + 1]).next() else { break };
        let (key, raw) = entry?;
        let id = node_of(&key).ok_or_else(|| damaged(&key, "a short key"))?;
        let is_own = key.len() == kept_key(id).len();
        if is_own && let Some(node) = kept::read_node(&key, id, &values.whole(&key, &raw)?)? {
            found.push((id, node));
        }
        next = id.0.checked_add(1).map(NodeId);
    }
    Ok(found)
}

pub(super) fn newest(values: &Values, before: Option<(Seq, NodeId)>, limit: usize) -> Result<Vec<(Seq, NodeId)>> {
    let mut found = Vec::new();
    let end = before.map_or(vec![ORDER + 1], |(since, _)| numbered(ORDER, since.saturating_add(1)));
    for entry in values.range(vec![ORDER]..end).rev() {
        let (key, raw) = entry?;
        let value = values.whole(&key, &raw)?;
        let came: Vec<(Seq, [u8; 16])> = decode(&key, &unpack(&key, VERSION, &value)?)?;
        let came = came.into_iter().rev().map(|(since, id)| (since, NodeId(u128::from_be_bytes(id))));
        found.extend(came.filter(|place| before.is_none_or(|before| *place < before)));
        if found.len() >= limit {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}

pub(super) fn search(values: &Values, text: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<(Vec<u8>, NodeId)>> {
    let prefix = [&[SEARCH], text.as_bytes()].concat();
    let start = match after {
        // The next key there can be.
        Some(after) => [&[SEARCH], after, &[0]].concat(),
        None => prefix.clone(),
    };
    let entries = values.range(start..vec![SEARCH + 1]);
    let entries = entries.take_while(|entry| entry.as_ref().map_or(true, |(key, _)| key.starts_with(&prefix))).take(limit);
    entries
        .map(|entry| {
            let (key, _) = entry?;
            Ok((key[1..].to_vec(), last_node(&key).ok_or_else(|| damaged(&key, "a short key"))?))
        })
        .collect()
}

pub(super) fn changes(values: &Values, before: Option<u64>, limit: usize) -> Result<Vec<(u64, ProfileChange)>> {
    let end = before.map_or(vec![CHANGE + 1], |before| numbered(CHANGE, before));
    let entries = values.range(vec![CHANGE]..end).rev().take(limit);
    entries
        .map(|entry| {
            let (key, raw) = entry?;
            let place = number(&key).ok_or_else(|| damaged(&key, "no number"))?;
            let value = values.whole(&key, &raw)?;
            let change = decode::<StoredChange>(&key, &unpack(&key, VERSION, &value)?)?;
            Ok((place, change.into_change(&key)?))
        })
        .collect()
}
