//! What follows from the log: identifiers, what links them, fragments, timelines, and the lists beside them.

use std::sync::Arc;

use nora_shared::event::Event;
use xxhash_rust::xxh64::xxh64;

use super::super::keys::{CHANGE, DECISION, LOG, ORDER, RECORDS, SEARCH, TIMELINE, damaged, kept as kept_key, last_node, number, numbered};
use super::super::log::block;
use super::super::{derived, envelope, graph, kept};
use super::{Check, LogSummary, Mend};
use crate::context::Context;
use crate::identity::node::ALIASES;
use crate::identity::{Link, Node, NodeId, Rules, carried};
use crate::log::{Control, Record, Seq};
use crate::storage::{Result, StoreError, TimelineEntry};

/// Counts, and a sum over which event is recorded under which identifier.
#[derive(Default)]
struct Totals {
    identifiers: u64,
    links: u64,
    fragments: u64,
    entries: u64,
    parts: u64,
    sum: u64,
}

impl Check<'_> {
    pub(super) fn derived(&mut self, log: &LogSummary) {
        let applied = derived::applied(self.values);
        let applied = self.noted(Mend::Derive, "the position of the derivation", applied).unwrap_or(0);
        if applied > log.len {
            self.damage(Mend::Derive, format!("profiles were derived from {applied} events, and the log has {}", log.len));
        }
        let state = graph::state(self.values);
        let state = self.noted(Mend::Derive, "the state of the identity graph", state).flatten().unwrap_or_default();
        let rules = Rules::new(state.rules).unwrap_or_default();
        let mut totals = Totals::default();
        // Keys first: what one of them leads to is read after.
        let mut after = None;
        while let Some(id) = self.next_identifier(after) {
            after = Some(id);
            self.identifier(id, &mut totals);
        }
        self.parts(totals.parts);
        self.lists(applied);
        if log.is_whole && applied <= log.len {
            self.timelines(applied, &rules, &totals);
        }
        self.count("identifiers", totals.identifiers);
        self.count("links between identifiers", totals.links);
        self.count("fragments of profiles", totals.fragments);
        self.count("timeline entries", totals.entries);
    }

    fn next_identifier(&mut self, after: Option<NodeId>) -> Option<NodeId> {
        let start = match after {
            Some(id) => kept_key(NodeId(id.0.checked_add(1)?)).to_vec(),
            None => vec![RECORDS],
        };
        let next = self.values.range(start..vec![RECORDS + 1]).next()?;
        let (key, _) = self.noted(Mend::Derive, "identifiers", next)?;
        super::super::keys::node_of(&key)
    }

    fn identifier(&mut self, id: NodeId, totals: &mut Totals) {
        let about = format!("identifier {:032x}", id.0);
        let values = self.values;
        let node = kept::node(&self.reads, id).and_then(|node| node.ok_or_else(|| damaged(&kept_key(id), "no identifier")));
        let Some(node) = self.noted(Mend::Derive, &about, node) else { return };
        totals.identifiers += 1;
        if NodeId::of(&node.identifier) != id {
            self.damage(Mend::Derive, format!("{about}: it is another one"));
        }
        let links = self.links(id, &node);
        totals.links += self.noted(Mend::Derive, &about, links).unwrap_or(0);
        self.noted(Mend::Derive, &about, kept::component(&self.reads, id));
        let fragment = kept::fragment(&self.reads, id);
        let fragment = self.noted(Mend::Derive, &about, fragment).flatten();
        totals.fragments += u64::from(fragment.is_some());
        if fragment.is_some_and(|fragment| fragment.anchor() != node.identifier) {
            self.damage(Mend::Derive, format!("{about}: its fragment is that of another"));
        }
        let timeline = kept::timeline(values, id);
        let (entries, parts) = self.noted(Mend::Derive, &about, timeline).unwrap_or_default();
        totals.parts += parts;
        for entry in entries {
            totals.entries += 1;
            totals.sum = totals.sum.wrapping_add(hash(id, entry));
        }
    }

    /// Whatever an identifier points to is there; how many identifiers it is linked with that are greater.
    fn links(&self, id: NodeId, node: &Node) -> Result<u64> {
        let exists = |other: NodeId, what: &str| match kept::node(&self.reads, other)? {
            Some(_) => Ok(()),
            None => Err(StoreError(format!("its {what} {:032x} is not there", other.0))),
        };
        for (other, what) in [(node.next, "next in the ring"), (node.component, "component"), (node.class_next, "next in the class")] {
            exists(other, what)?;
        }
        let mut links = 0;
        let mut codes: Vec<_> = node.degrees.iter().map(|(code, _)| *code).chain(node.near.iter().map(|(code, _)| *code)).collect();
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            let link = if code == ALIASES { Link::Alias } else { Link::Together };
            let near = node.near.iter().filter(|(kind, _)| *kind == code).map(|(_, other)| *other);
            for other in near.chain(graph::far(self.values, id, code, usize::MAX)?) {
                exists(other, "neighbour")?;
                if kept::edge(&self.reads, id, other, link)?.is_none() {
                    return Err(StoreError(format!("what links it with {:032x} is not there", other.0)));
                }
                links += u64::from(other > id);
            }
        }
        Ok(links)
    }

    /// Each part of a timeline is somebody's.
    fn parts(&mut self, reached: u64) {
        let mut there = 0;
        self.walk(TIMELINE, Mend::Derive, "parts of timelines", |_, _, _| there += 1);
        if there != reached {
            self.damage(Mend::Derive, format!("there are {there} parts of timelines, and identifiers lead to {reached}"));
        }
    }

    /// The lists beside the graph.
    fn lists(&mut self, applied: Seq) {
        let (values, reads) = (self.values, Arc::clone(&self.reads));
        let mut read = |letter: u8, about: &str, verify: &dyn Fn(&[u8]) -> Result<()>| {
            let mut count = 0;
            self.walk(letter, Mend::Derive, about, |check, key, _| {
                check.noted(Mend::Derive, about, verify(key));
                count += 1;
            });
            count
        };
        let known = |key: &[u8], id: Option<NodeId>| match id.map(|id| kept::node(&reads, id)).transpose()?.flatten() {
            Some(_) => Ok(()),
            None => Err(damaged(key, "this identifier is not there")),
        };
        read(SEARCH, "what searches find", &|key| known(key, last_node(key)));
        read(ORDER, "the order of identifiers", &|key| {
            let value = values.get(key)?.ok_or_else(|| damaged(key, "gone"))?;
            let came: Vec<(Seq, [u8; 16])> = envelope::decode(key, &envelope::unpack(key, 1, &value)?)?;
            came.iter().try_for_each(|(_, id)| known(key, Some(NodeId(u128::from_be_bytes(*id)))))
        });
        read(DECISION, "decisions", &|key| match number(key).filter(|seq| *seq < applied) {
            Some(seq) if event(values, seq)?.is_some_and(|record| Control::of(&record).is_some()) => Ok(()),
            _ => Err(damaged(key, "there is no decision in the log")),
        });
        let changes = read(CHANGE, "changes of profiles", &|key| {
            let place = number(key).ok_or_else(|| damaged(key, "no number"))?;
            graph::changes(values, Some(place + 1), 1).map(drop)
        });
        self.count("changes of profiles", changes);
    }

    /// Every event is in the timeline of its anchor, and nowhere else.
    fn timelines(&mut self, applied: Seq, rules: &Rules, totals: &Totals) {
        let (mut sum, mut entries) = (0u64, 0);
        self.walk(LOG, Mend::Restore, "the log", |check, key, raw| {
            // It was read before.
            let block = check.values.whole(key, raw).and_then(|packed| block::decode(key, &packed));
            let (Some(first), Ok(block)) = (number(key), block) else { return };
            for (seq, record) in (first..applied).zip(&block.records) {
                if let Some(anchor) = anchor(record, rules) {
                    sum = sum.wrapping_add(hash(anchor, TimelineEntry { timestamp: record.timestamp, seq }));
                    entries += 1;
                }
            }
        });
        if (sum, entries) == (totals.sum, totals.entries) {
            return;
        }
        // Which one it is takes a look at every event for itself.
        let before = self.found.damage_count;
        let mut after = None;
        while let Some(id) = self.next_identifier(after) {
            after = Some(id);
            for entry in kept::timeline(self.values, id).unwrap_or_default().0 {
                let found = event(self.values, entry.seq).ok().flatten();
                let is_right = found.is_some_and(|record| anchor(&record, rules) == Some(id) && record.timestamp == entry.timestamp);
                if !is_right {
                    self.damage(Mend::Derive, format!("identifier {:032x}: its timeline has event {}, which is not its", id.0, entry.seq));
                }
            }
        }
        if self.found.damage_count == before {
            self.damage(Mend::Derive, format!("timelines have {} events of {entries}", totals.entries));
        }
    }
}

fn hash(anchor: NodeId, entry: TimelineEntry) -> u64 {
    xxh64(&[&anchor.0.to_be_bytes()[..], &entry.seq.to_be_bytes(), &entry.timestamp.0.to_be_bytes()].concat(), 0)
}

/// Whom an event is recorded under.
fn anchor(record: &Record, rules: &Rules) -> Option<NodeId> {
    let event = Event::parse(&record.json).ok().filter(|_| Control::of(record).is_none())?;
    carried::identifiers(&event, &Context::of(&event), rules).first().map(NodeId::of)
}

fn event(values: &super::super::chunked::Values, seq: Seq) -> Result<Option<Arc<Record>>> {
    let Some(entry) = values.range(vec![LOG]..=numbered(LOG, seq)).next_back() else { return Ok(None) };
    let (key, raw) = entry?;
    let block = block::decode(&key, &values.whole(&key, &raw)?)?;
    let place = number(&key).map_or(0, |first| seq - first);
    Ok(block.records.get(usize::try_from(place).unwrap_or(usize::MAX)).cloned())
}
