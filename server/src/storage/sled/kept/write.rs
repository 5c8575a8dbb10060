//! Writes what an effect changes, identifier by identifier.

use std::borrow::Cow;
use std::mem;
use std::panic::resume_unwind;
use std::thread;

use foldhash::HashMap;

use super::super::chunked::Changes;
use super::super::envelope::{encode, pack};
use super::super::keys::{Part, TIMELINE as PARTS, edge as edge_key, kept, numbered, part};
use super::super::stored::{StoredComponent, StoredEdge, StoredNode};
use super::{
    Bytes, COMPRESS_ABOVE, EDGES, FRAGMENT_BYTES, Kept, Reads, TIMELINE, TimelinePart, VERSION, from_differences, read, to_differences,
};
use crate::identity::node::Component;
use crate::identity::{Edge, Link, Node, NodeId};
use crate::log::Seq;
use crate::profile::Fragment;
use crate::storage::{Effect, Result, StoreError, TimelineEntry};

/// Identifiers from which on two threads encode faster than one.
const MANY: usize = if cfg!(test) { 4 } else { 1_024 };

/// What is new about one identifier.
#[derive(Default)]
struct News<'a> {
    node: Option<&'a Node>,
    component: Option<Option<&'a Component>>,
    edges: Vec<(NodeId, Link, &'a Edge)>,
    fragment: Option<&'a Fragment>,
    timeline: Option<&'a [TimelineEntry]>,
}

/// Adds what an effect changes; gives the identifiers that it changes.
pub(in super::super) fn write(reads: &Reads, effect: &Effect, changes: &mut Changes) -> Result<Vec<NodeId>> {
    let mut news: HashMap<NodeId, News<'_>> = HashMap::default();
    for (id, node) in &effect.identity.nodes {
        news.entry(*id).or_default().node = Some(node);
    }
    for (id, component) in &effect.identity.components {
        news.entry(*id).or_default().component = Some(component.as_ref());
    }
    for (a, b, link, edge) in &effect.identity.edges {
        news.entry(*a.min(b)).or_default().edges.push((*a.max(b), *link, edge));
    }
    for (anchor, fragment) in &effect.fragments {
        news.entry(*anchor).or_default().fragment = Some(fragment);
    }
    for (anchor, entries) in &effect.timeline {
        news.entry(*anchor).or_default().timeline = Some(entries);
    }
    let mut news: Vec<_> = news.into_iter().collect();
    // In the order of the keys: neighbours share pages.
    news.sort_unstable_by_key(|(id, _)| *id);
    let ids = news.iter().map(|(id, _)| *id).collect();
    // Of many, half on another thread: whoever applies events would be the only one who is busy.
    let (mine, others) = news.split_at(if news.len() >= MANY { news.len() / 2 } else { news.len() });
    let write = |news| write_all(reads, effect.from, news);
    thread::scope(|scope| {
        let helper = (!others.is_empty()).then(|| thread::Builder::new().name("kept".into()).spawn_scoped(scope, || write(others)));
        changes.append(write(mine)?);
        changes.append(match helper {
            Some(Ok(helper)) => helper.join().unwrap_or_else(|panic| resume_unwind(panic))?,
            // There was no thread to be had.
            _ => write(others)?,
        });
        Ok(ids)
    })
}

fn write_all(reads: &Reads, from: Seq, news: &[(NodeId, News<'_>)]) -> Result<Changes> {
    let mut changes = Changes::new();
    for (id, news) in news {
        let key = kept(*id);
        // Of an identifier that came with this effect there is nothing yet.
        let is_new = news.node.is_some_and(|node| node.since >= from);
        let before = if is_new { None } else { reads.get(*id)? };
        let mut now = match &before {
            Some(before) => read(&key, before)?,
            None => Kept::default(),
        };
        now.take(*id, news, &mut changes)?;
        let value = encode(VERSION, &now)?;
        changes.put_over(&key, &value, before.as_ref().map_or(0, |before| before.parts))?;
    }
    Ok(changes)
}

impl Kept<'_> {
    fn take(&mut self, id: NodeId, news: &News<'_>, changes: &mut Changes) -> Result<()> {
        if let Some(node) = news.node {
            self.node = bytes(&StoredNode::of(id, node))?;
        }
        if let Some(component) = news.component {
            self.component = match component {
                Some(component) => bytes(&StoredComponent::of(id, component))?,
                None => Bytes::default(),
            };
        }
        for (other, link, edge) in &news.edges {
            self.take_edge((id, *other, *link), edge, changes)?;
        }
        if let Some(fragment) = news.fragment {
            let packed = pack(VERSION, fragment, COMPRESS_ABOVE)?;
            self.large_fragment |= packed.len() > FRAGMENT_BYTES;
            if self.large_fragment {
                changes.replace(part(id, Part::Fragment).to_vec(), packed);
                self.fragment = Bytes::default();
            } else {
                self.fragment = Bytes(Cow::Owned(packed));
            }
        }
        if let Some(entries) = news.timeline {
            self.take_timeline(entries, changes)?;
        }
        Ok(())
    }

    fn take_edge(&mut self, (id, other, link): (NodeId, NodeId, Link), edge: &Edge, changes: &mut Changes) -> Result<()> {
        let place = (other.0.to_be_bytes(), link == Link::Alias);
        match self.edges.iter().position(|edge| (edge.0, edge.1) == place) {
            Some(at) => self.edges[at].2 = bytes(&StoredEdge::from(edge))?,
            None if self.edges.len() < EDGES => self.edges.push((place.0, place.1, bytes(&StoredEdge::from(edge))?)),
            None => {
                self.more_edges = true;
                changes.put(&edge_key(id, other, link), &pack(VERSION, &StoredEdge::from(edge), usize::MAX)?)?;
            }
        }
        Ok(())
    }

    fn take_timeline(&mut self, entries: &[TimelineEntry], changes: &mut Changes) -> Result<()> {
        let mut all: Vec<_> = from_differences(&self.timeline).collect();
        // Events come in their order: what is not after the last of them is there already.
        let known = all.last().map(|entry| entry.seq).max(self.earlier);
        all.extend(entries.iter().filter(|entry| Some(entry.seq) > known));
        self.timeline = to_differences(all.iter().copied());
        if let Some(last) = all.last().filter(|_| all.len() > TIMELINE) {
            let part = TimelinePart { earlier: self.earlier, entries: mem::take(&mut self.timeline) };
            changes.insert(&numbered(PARTS, last.seq), &pack(VERSION, &part, COMPRESS_ABOVE)?)?;
            self.earlier = Some(last.seq);
        }
        Ok(())
    }
}

fn bytes(value: &impl serde::Serialize) -> Result<Bytes<'static>> {
    let bytes = postcard::to_allocvec(value).map_err(|error| StoreError(format!("encoding: {error}")))?;
    Ok(Bytes(Cow::Owned(bytes)))
}
