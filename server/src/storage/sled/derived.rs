//! What follows from the log.
//!
//! | key | value |
//! |---|---|
//! | `n`, `e`, `a`, then a hash of the identifiers | [`StoredNode`], [`StoredEdge`], [`StoredAlias`] |
//! | `f`, then a hash of the anchor | [`Fragment`], compressed above 512 bytes |
//! | `t`, then a hash of the anchor, then the first position | a list of (event time, position), one such value per effect and anchor |
//! | `p` | the position |
//!
//! All have version 1. Damage here can be mended: everything can be derived from the log again.

use nora_shared::Identifier;

use super::chunked::{Changes, Values};
use super::envelope::{decode, pack, unpack};
use super::keys::{ALIAS, EDGE, FRAGMENT, NODE, POSITION, TIMELINE, identified, timeline as timeline_key};
use super::stored::{StoredAlias, StoredEdge, StoredNode};
use crate::identity::{AliasFact, EdgeFact, NodeFact};
use crate::log::Seq;
use crate::profile::Fragment;
use crate::storage::{Effect, IdentityFacts, Result, TimelineEntry};
use crate::time::Millis;

const VERSION: u8 = 1;

/// Fragments and parts of timelines with more bytes are compressed.
const COMPRESS_ABOVE: usize = 512;

const NEVER: usize = usize::MAX;

/// Where the derivation is.
pub(super) fn applied(values: &Values) -> Result<Seq> {
    let key = [POSITION];
    match values.get(&key)? {
        Some(value) => decode(&key, &unpack(&key, VERSION, &value)?),
        None => Ok(0),
    }
}

/// Writes an effect and its position in one batch.
pub(super) fn apply(values: &Values, effect: &Effect) -> Result<()> {
    let Effect { applied, nodes, edges, aliases, fragments, timeline } = effect;
    let mut changes = Changes::new();
    for node in nodes {
        changes.replace(identified(NODE, &[&node.identifier]), pack(VERSION, &StoredNode::from(node), NEVER)?);
    }
    for edge in edges {
        changes.replace(identified(EDGE, &[&edge.a, &edge.b]), pack(VERSION, &StoredEdge::from(edge), NEVER)?);
    }
    for alias in aliases {
        changes.replace(identified(ALIAS, &[&alias.a, &alias.b]), pack(VERSION, &StoredAlias::from(alias), NEVER)?);
    }
    for fragment in fragments {
        changes.replace(identified(FRAGMENT, &[&fragment.anchor()]), pack(VERSION, fragment, COMPRESS_ABOVE)?);
    }
    for (anchor, entries) in timeline {
        if let Some(first) = entries.first() {
            let stored: Vec<_> = entries.iter().map(|entry| (entry.timestamp.0, entry.seq)).collect();
            changes.replace(timeline_key(anchor, first.seq), pack(VERSION, &stored, COMPRESS_ABOVE)?);
        }
    }
    changes.replace(vec![POSITION], pack(VERSION, applied, NEVER)?);
    values.write(changes)
}

/// Reads all facts about identity.
pub(super) fn identity_facts(values: &Values) -> Result<IdentityFacts> {
    let mut facts = IdentityFacts::default();
    for entry in values.under(&[NODE]) {
        let (key, value) = entry?;
        facts.nodes.push(NodeFact::from(decode::<StoredNode<'_>>(&key, &unpack(&key, VERSION, &value)?)?));
    }
    for entry in values.under(&[EDGE]) {
        let (key, value) = entry?;
        facts.edges.push(EdgeFact::from(decode::<StoredEdge<'_>>(&key, &unpack(&key, VERSION, &value)?)?));
    }
    for entry in values.under(&[ALIAS]) {
        let (key, value) = entry?;
        facts.aliases.push(AliasFact::from(decode::<StoredAlias<'_>>(&key, &unpack(&key, VERSION, &value)?)?));
    }
    Ok(facts)
}

/// Reads one fragment.
pub(super) fn fragment(values: &Values, anchor: &Identifier) -> Result<Option<Fragment>> {
    let key = identified(FRAGMENT, &[anchor]);
    match values.get(&key)? {
        Some(value) => decode(&key, &unpack(&key, VERSION, &value)?).map(Some),
        None => Ok(None),
    }
}

/// Reads all parts of an anchor's timeline.
pub(super) fn timeline(values: &Values, anchor: &Identifier) -> Result<Vec<TimelineEntry>> {
    let mut entries = Vec::new();
    for entry in values.under(&identified(TIMELINE, &[anchor])) {
        let (key, value) = entry?;
        let stored: Vec<(i64, Seq)> = decode(&key, &unpack(&key, VERSION, &value)?)?;
        entries.extend(stored.into_iter().map(|(timestamp, seq)| TimelineEntry { timestamp: Millis(timestamp), seq }));
    }
    Ok(entries)
}
