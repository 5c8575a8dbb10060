//! Looks into the quarantine.

use std::collections::BTreeMap;

use nora_shared::Reason;

use crate::log::Held;
use crate::storage::{Result, Store};
use crate::time::Millis;

/// Items that are read at once. The largest have half a megabyte.
const CHUNK: usize = 50;

/// Items that one search looks at, at most: what is rare costs several pages, some of them empty, and not one long answer.
const EXAMINED: usize = 10_000;

/// Bytes of the items that one search gives, at most; of the last one more.
const BYTES: usize = 4 << 20;

/// Which items. What is `None` says nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Filter {
    /// What keeps them from being accepted.
    pub reason: Option<Reason>,
    /// The id of the source that they came from.
    pub source: Option<String>,
    /// Received at this time or later.
    pub since: Option<Millis>,
    /// Received before this time.
    pub until: Option<Millis>,
}

impl Filter {
    fn matches(&self, held: &Held) -> bool {
        self.reason.is_none_or(|reason| held.reason == reason)
            && self.source.as_ref().is_none_or(|source| held.source == *source)
            && self.since.is_none_or(|since| held.received_at >= since)
            && self.until.is_none_or(|until| held.received_at < until)
    }
}

/// Some items.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// With their ids, the newest first.
    pub items: Vec<(u64, Held)>,
    /// From where to go on, below this id; nothing at the end.
    pub next: Option<u64>,
}

/// Up to `limit` items with ids below `before`, newest first. There may be fewer, or none, and still more to come.
pub fn find(store: &dyn Store, filter: &Filter, before: Option<u64>, limit: usize) -> Result<Found> {
    let (mut items, mut last, mut bytes) = (Vec::new(), before, 0);
    let mut examined = 0;
    while examined < EXAMINED && items.len() < limit && bytes < BYTES {
        let chunk = store.held(last, CHUNK)?;
        if chunk.is_empty() {
            return Ok(Found { items, next: None });
        }
        for (id, held) in chunk {
            if items.len() == limit || bytes >= BYTES {
                break;
            }
            last = Some(id);
            examined += 1;
            if filter.matches(&held) {
                bytes += held.texts().map(str::len).sum::<usize>();
                items.push((id, held));
            }
        }
    }
    let is_end = store.held(last, 1)?.is_empty();
    Ok(Found { items, next: last.filter(|_| !is_end) })
}

/// What one source has in the quarantine for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// How many items.
    pub count: u64,
    /// When the first of them was received.
    pub first: Millis,
    /// When the last of them was received.
    pub last: Millis,
}

/// How much each source has there, for each reason. Reads all of it.
pub fn summary(store: &dyn Store) -> Result<BTreeMap<(String, Reason), Group>> {
    let (mut groups, mut last) = (BTreeMap::new(), None);
    loop {
        let chunk = store.held(last, CHUNK)?;
        let Some((lowest, _)) = chunk.last() else { return Ok(groups) };
        last = Some(*lowest);
        for (_, Held { source, reason, received_at: at, .. }) in chunk {
            let group = groups.entry((source, reason)).or_insert(Group { count: 0, first: at, last: at });
            *group = Group { count: group.count + 1, first: group.first.min(at), last: group.last.max(at) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Sent;
    use crate::storage::EventLog;
    use crate::storage::memory::MemoryStore;

    fn held(at: i64, source: &str, reason: Reason, payload: String) -> Held {
        let (received_at, verified, detail, sent, attempts) = (Millis(at), false, String::new(), Box::<Sent>::default(), 0);
        Held { received_at, source: source.into(), verified, reason, detail, payload, sent, attempts }
    }

    #[test]
    fn pages_have_what_was_asked_for_and_end() {
        let store = MemoryStore::default();
        let items: Vec<_> = (0..200)
            .map(|at| {
                let source = if at % 50 == 7 { "app" } else { "web" };
                held(at, source, if at % 2 == 0 { Reason::MissingId } else { Reason::TooLong }, String::new())
            })
            .collect();
        store.append(&[], &items).unwrap();
        let pages = |filter: &Filter, limit| {
            let (mut ids, mut before) = (Vec::new(), None);
            loop {
                let Found { items, next } = find(&store, filter, before, limit).unwrap();
                assert!(items.len() <= limit);
                ids.extend(items.into_iter().map(|(id, _)| id));
                before = next;
                if next.is_none() {
                    return ids;
                }
            }
        };
        assert_eq!(pages(&Filter::default(), 200), (0..200).rev().collect::<Vec<_>>());
        assert_eq!(pages(&Filter { source: Some("app".into()), ..Filter::default() }, 3), [157, 107, 57, 7]);
        let filter = Filter { reason: Some(Reason::TooLong), since: Some(Millis(195)), until: Some(Millis(199)), ..Filter::default() };
        assert_eq!(pages(&filter, 1), [197, 195]);
        assert_eq!(pages(&Filter { source: Some("nobody".into()), ..Filter::default() }, 9), Vec::<u64>::new());
        let groups = summary(&store).unwrap();
        assert_eq!(groups[&("app".to_owned(), Reason::TooLong)], Group { count: 4, first: Millis(7), last: Millis(157) });
        assert_eq!(groups.values().map(|group| group.count).sum::<u64>(), 200);
    }

    #[test]
    fn a_page_has_a_bounded_size() {
        let store = MemoryStore::default();
        let items: Vec<_> = (0..20).map(|at| held(at, "web", Reason::MissingId, "x".repeat(1 << 20))).collect();
        store.append(&[], &items).unwrap();
        let Found { items, next } = find(&store, &Filter::default(), None, 20).unwrap();
        assert_eq!((items.len(), next), (4, Some(16)));
    }
}
