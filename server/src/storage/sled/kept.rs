//! Everything that is kept of one identifier, as one value: an event changes most of it at once, and a write costs sled about the same
//! however little is in it.
//!
//! The value is in postcard: the version, what is elsewhere, and five sections, each of bytes: [`StoredNode`], [`StoredComponent`], a list of
//! [`StoredEdge`]s, a fragment, a list of timeline entries; then where the last part of the timeline is that moved out. An empty section is
//! none. What grows without end goes elsewhere:
//!
//! | key | value |
//! |---|---|
//! | `n` identifier | this |
//! | `n` identifier `e` the greater identifier, 0 or 1 | a [`StoredEdge`], past the first [`EDGES`] |
//! | `n` identifier `f` | a fragment, from when it has had more than [`FRAGMENT_BYTES`] |
//! | `t` the last position in it | a [`TimelinePart`], each time [`TIMELINE`] entries have come together |
//!
//! A part of a timeline is written once and rarely read. So it lies with others of its time, and not between values that change: these would
//! share their pages with ever more that does not.
//!
//! [`StoredNode`]: super::stored::StoredNode
//! [`StoredComponent`]: super::stored::StoredComponent
//! [`StoredEdge`]: super::stored::StoredEdge

mod reads;
mod write;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::chunked::Values;
use super::envelope::{decode, unpack};
use super::keys::{Part, TIMELINE as PARTS, damaged, edge as edge_key, kept, numbered, part};
use super::stored::{StoredComponent, StoredEdge, StoredNode};
use crate::identity::node::Component;
use crate::identity::{Edge, Link, Node, NodeId};
use crate::log::Seq;
use crate::profile::Fragment;
use crate::storage::{Result, TimelineEntry};
use crate::time::Millis;

pub(super) use reads::Reads;
pub(super) use write::write;

const VERSION: u8 = 2;

/// Edges with an identifier's own value. Nearly all identifiers have fewer.
const EDGES: usize = 8;

/// Bytes of a fragment with its identifier's own value: reading the identifier reads them too.
const FRAGMENT_BYTES: usize = 4 << 10;

/// Timeline entries with an identifier's own value: each of its writes writes them again.
const TIMELINE: usize = 64;

/// Fragments and parts of timelines with more bytes are compressed.
const COMPRESS_ABOVE: usize = 512;

/// The value.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept<'a> {
    /// Whether there are edges under keys of their own.
    more_edges: bool,
    /// Whether the fragment is under a key of its own.
    large_fragment: bool,
    #[serde(borrow)]
    node: Bytes<'a>,
    #[serde(borrow)]
    component: Bytes<'a>,
    #[serde(borrow)]
    edges: Vec<KeptEdge<'a>>,
    #[serde(borrow)]
    fragment: Bytes<'a>,
    /// Differences from the entry before.
    timeline: Vec<(i64, u64)>,
    /// The last part of the timeline that is elsewhere.
    earlier: Option<Seq>,
}

/// A part of a timeline. An event is in one timeline, so the last of its events names it.
#[derive(Debug, Serialize, Deserialize)]
struct TimelinePart {
    /// The part before it.
    earlier: Option<Seq>,
    /// Differences from the entry before.
    entries: Vec<(i64, u64)>,
}

/// The greater identifier, whether it is an alias, the edge.
type KeptEdge<'a> = ([u8; 16], bool, Bytes<'a>);

/// Bytes, borrowed where they are only read.
#[derive(Debug, Default, Clone)]
struct Bytes<'a>(Cow<'a, [u8]>);

impl Serialize for Bytes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Bytes<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer).map(|bytes| Bytes(Cow::Borrowed(bytes)))
    }
}

impl Bytes<'_> {
    fn is_some(&self) -> bool {
        !self.0.is_empty()
    }
}

/// One identifier.
pub(super) fn node(reads: &Reads, id: NodeId) -> Result<Option<Arc<Node>>> {
    let Some(value) = reads.get(id)? else { return Ok(None) };
    read_node(&kept(id), id, &value)
}

/// The identifier in a value.
pub(super) fn read_node(key: &[u8], id: NodeId, value: &[u8]) -> Result<Option<Arc<Node>>> {
    let kept = read(key, value)?;
    if !kept.node.is_some() {
        return Ok(None);
    }
    Ok(Some(Arc::new(decode::<StoredNode<'_>>(key, &kept.node.0)?.into_node(id))))
}

pub(super) fn edge(reads: &Reads, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>> {
    let (a, b) = (a.min(b), a.max(b));
    let key = kept(a);
    let Some(value) = reads.get(a)? else { return Ok(None) };
    let kept = read(&key, &value)?;
    let (other, is_alias) = (b.0.to_be_bytes(), link == Link::Alias);
    if let Some((.., edge)) = kept.edges.iter().find(|edge| (edge.0, edge.1) == (other, is_alias)) {
        return Ok(Some(decode::<StoredEdge<'_>>(&key, &edge.0)?.into()));
    }
    if !kept.more_edges {
        return Ok(None);
    }
    let key = edge_key(a, b, link);
    match reads.values().get(&key)? {
        Some(value) => Ok(Some(decode::<StoredEdge<'_>>(&key, &unpack(&key, VERSION, &value)?)?.into())),
        None => Ok(None),
    }
}

pub(super) fn component(reads: &Reads, id: NodeId) -> Result<Option<Component>> {
    let key = kept(id);
    let Some(value) = reads.get(id)? else { return Ok(None) };
    let kept = read(&key, &value)?;
    if !kept.component.is_some() {
        return Ok(None);
    }
    Ok(Some(decode::<StoredComponent>(&key, &kept.component.0)?.into_component(id)))
}

/// What is recorded under an anchor.
pub(super) fn fragment(reads: &Reads, anchor: NodeId) -> Result<Option<Fragment>> {
    let key = kept(anchor);
    let Some(value) = reads.get(anchor)? else { return Ok(None) };
    let kept = read(&key, &value)?;
    if kept.large_fragment {
        let key = part(anchor, Part::Fragment);
        return match reads.values().get(&key)? {
            Some(value) => decode(&key, &unpack(&key, VERSION, &value)?).map(Some),
            None => Ok(None),
        };
    }
    if !kept.fragment.is_some() {
        return Ok(None);
    }
    decode(&key, &unpack(&key, VERSION, &kept.fragment.0)?).map(Some)
}

/// An anchor's timeline, and how many parts of it are elsewhere.
pub(super) fn timeline(values: &Values, anchor: NodeId) -> Result<(Vec<TimelineEntry>, u64)> {
    let key = kept(anchor);
    let Some(value) = values.get(&key)? else { return Ok((Vec::new(), 0)) };
    let Kept { timeline, mut earlier, .. } = read(&key, &value)?;
    let mut entries: Vec<_> = from_differences(&timeline).collect();
    let mut parts = 0;
    while let Some(last) = earlier {
        let key = numbered(PARTS, last);
        let value = values.get(&key)?.ok_or_else(|| damaged(&key, "missing"))?;
        let part: TimelinePart = decode(&key, &unpack(&key, VERSION, &value)?)?;
        if part.earlier.is_some_and(|earlier| earlier >= last) {
            return Err(damaged(&key, "a part that is not before it"));
        }
        entries.extend(from_differences(&part.entries));
        (earlier, parts) = (part.earlier, parts + 1);
    }
    entries.sort_unstable_by_key(|entry| entry.seq);
    Ok((entries, parts))
}

fn read<'a>(key: &[u8], value: &'a [u8]) -> Result<Kept<'a>> {
    match value.split_first() {
        Some((&VERSION, body)) => decode(key, body),
        Some((version, _)) => Err(damaged(key, format_args!("version {version}"))),
        None => Err(damaged(key, "empty")),
    }
}

fn from_differences(differences: &[(i64, u64)]) -> impl Iterator<Item = TimelineEntry> {
    differences.iter().scan((0i64, 0u64), |(timestamp, seq), (later, on)| {
        (*timestamp, *seq) = (timestamp.wrapping_add(*later), seq.wrapping_add(*on));
        Some(TimelineEntry { timestamp: Millis(*timestamp), seq: *seq })
    })
}

fn to_differences(entries: impl IntoIterator<Item = TimelineEntry>) -> Vec<(i64, u64)> {
    let (mut timestamp, mut seq) = (0i64, 0 as Seq);
    let mut difference = |entry: TimelineEntry| {
        let difference = (entry.timestamp.0.wrapping_sub(timestamp), entry.seq.wrapping_sub(seq));
        (timestamp, seq) = (entry.timestamp.0, entry.seq);
        difference
    };
    entries.into_iter().map(&mut difference).collect()
}
