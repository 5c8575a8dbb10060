//! What the seam promises, as tests that every backend passes.

use std::collections::BTreeSet;

use nora_shared::{Identifier, Reason};

use super::{Appended, Effect, Store, TimelineEntry};
use crate::identity::{AliasFact, EdgeFact, NodeFact, Seen};
use crate::log::{Held, Record, Seq};
use crate::profile::Fragment;
use crate::profile::fragment::Register;
use crate::time::{DAY_MS, Millis};

/// Runs all of them, each on a new store.
pub(super) fn run(open: &mut dyn FnMut() -> Box<dyn Store>) {
    for check in [
        starts_empty,
        tells_repeats,
        remembers_30_days,
        reads_on,
        keeps_large_events,
        takes_large_batches,
        pages_held_items,
        applies_effects_whole,
        replaces_facts,
        replaces_large_fragments,
        adds_to_timelines,
    ] {
        let store = open();
        check(&*store);
        store.close().unwrap();
    }
}

/// A moment in the middle of a 30-day period.
pub(super) const NOON: i64 = 686 * 30 * DAY_MS + 15 * DAY_MS;

/// An event that differs from those with another message id.
pub(super) fn record(message_id: &str) -> Record {
    Record {
        received_at: Millis(NOON),
        timestamp: Millis(NOON - 1000),
        source: "web".to_owned(),
        verified: message_id.len().is_multiple_of(2),
        message_id: message_id.to_owned(),
        json: format!(r#"{{"type":"track","event":"Viewed","messageId":"{message_id}"}}"#),
    }
}

/// Events with message ids from `range`.
pub(super) fn records(range: std::ops::Range<u32>) -> Vec<Record> {
    range.map(|at| record(&format!("m{at}"))).collect()
}

/// Text that does not become smaller.
pub(super) fn noise(bytes: usize, mut seed: u64) -> String {
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + (seed >> 57) as u8 % 75)
    };
    (0..bytes).map(|_| next()).collect()
}

/// A held item with this payload.
pub(super) fn held(payload: &str) -> Held {
    Held {
        received_at: Millis(NOON),
        source: "web".to_owned(),
        verified: true,
        reason: Reason::ALL[payload.len() % Reason::ALL.len()],
        detail: "timestamp".to_owned(),
        payload: payload.to_owned(),
    }
}

/// An identifier with this value.
pub(super) fn id(value: &str) -> Identifier {
    Identifier::from_normalized("user_id", value)
}

/// A fragment whose traits have this many bytes that do not become smaller.
pub(super) fn fragment(anchor: &str, bytes: usize) -> Fragment {
    let mut fragment = Fragment::empty(&id(anchor));
    let value = Some(noise(bytes, 7));
    fragment.traits.insert("bio".to_owned(), Register { at: NOON, message_id: "m".to_owned(), source: "web".to_owned(), value });
    fragment.sessions.extend([1, u64::MAX]);
    fragment.event_count = bytes as u64;
    fragment
}

fn starts_empty(store: &dyn Store) {
    assert_eq!((store.len(), store.held_count(), store.applied().unwrap()), (0, 0, 0));
    assert!(store.is_empty());
    assert_eq!(store.read(0, 10).unwrap(), []);
    assert_eq!(store.event(0).unwrap(), None);
    assert_eq!(store.held(None, 10).unwrap(), []);
    assert_eq!(store.append(&[], &[]).unwrap(), []);
    assert_eq!(store.fragment(&id("a")).unwrap(), None);
    assert_eq!(store.timeline(&id("a")).unwrap(), []);
    assert!(store.identity_facts().unwrap().nodes.is_empty());
}

fn tells_repeats(store: &dyn Store) {
    let (a, b, c) = (record("a"), record("b"), record("c"));
    let other = Record { source: "shop".to_owned(), ..a.clone() };
    let answers = store.append(&[a.clone(), b.clone(), a.clone(), other.clone()], &[]).unwrap();
    assert_eq!(answers, [Appended::At(0), Appended::At(1), Appended::Duplicate, Appended::At(2)]);
    let changed = Record { json: "{}".to_owned(), ..b.clone() };
    assert_eq!(
        store.append(&[changed, c.clone(), other.clone()], &[]).unwrap(),
        [Appended::Duplicate, Appended::At(3), Appended::Duplicate]
    );
    assert_eq!(store.append(std::slice::from_ref(&a), &[]).unwrap(), [Appended::Duplicate]);
    assert_eq!(read_all(store, 0, 100), [(0, a), (1, b), (2, other), (3, c)]);
}

fn remembers_30_days(store: &dyn Store) {
    let at = |days: i64| vec![Record { received_at: Millis(NOON + days * DAY_MS), ..record("a") }];
    assert_eq!(store.append(&at(0), &[]).unwrap(), [Appended::At(0)]);
    assert_eq!(store.append(&at(30), &[]).unwrap(), [Appended::Duplicate]);
    // The clock may run backwards over the edge of a period.
    store.append(&[Record { received_at: Millis(NOON + 30 * DAY_MS), ..record("b") }], &[]).unwrap();
    assert_eq!(store.append(&[record("b")], &[]).unwrap(), [Appended::Duplicate]);
    assert_eq!(store.append(&at(61), &[]).unwrap(), [Appended::At(2)]);
    assert_eq!(store.append(&at(91), &[]).unwrap(), [Appended::Duplicate]);
    for round in 2..6 {
        assert_eq!(store.append(&at(61 * round), &[]).unwrap(), [Appended::At(store.len() - 1)]);
    }
}

fn reads_on(store: &dyn Store) {
    let all = records(0..700);
    for part in [0..1, 1..2, 2..300, 300..301, 301..700] {
        store.append(&all[part], &[]).unwrap();
    }
    for (from, limit) in [(0, 1), (0, 10_000), (1, 100), (299, 256), (300, 3), (699, 5)] {
        let read = read_all(store, from, limit);
        assert_eq!(read.len() as u64, 700 - from);
        assert!(read.iter().all(|(seq, record)| *record == all[*seq as usize]));
    }
    for from in [700, 701, u64::MAX] {
        assert_eq!(store.read(from, 10).unwrap(), []);
        assert_eq!(store.event(from).unwrap(), None);
    }
    for seq in [0, 1, 2, 299, 300, 301, 699] {
        assert_eq!(store.event(seq).unwrap().as_ref(), Some(&all[seq as usize]));
    }
}

fn keeps_large_events(store: &dyn Store) {
    let large = |at: u64| Record { json: noise(30 << 10, at), ..record(&format!("large{at}")) };
    let mut all: Vec<_> = (0..20).map(large).collect();
    all.insert(3, record("small"));
    all.push(Record { json: noise(200 << 10, 1), ..record("larger") });
    store.append(&all, &[]).unwrap();
    assert_eq!(read_all(store, 0, 5).into_iter().map(|(_, record)| record).collect::<Vec<_>>(), all);
    for (seq, record) in all.iter().enumerate() {
        assert_eq!(store.event(seq as Seq).unwrap().as_ref(), Some(record));
    }
}

fn takes_large_batches(store: &dyn Store) {
    for start in [0, 2500, 5000] {
        let answers = store.append(&records(start..start + 2500), &[]).unwrap();
        assert_eq!(answers, (u64::from(start)..u64::from(start) + 2500).map(Appended::At).collect::<Vec<_>>());
    }
    assert_eq!(store.len(), 7500);
    assert_eq!(read_all(store, 0, 1000).into_iter().map(|(_, record)| record).collect::<Vec<_>>(), records(0..7500));
}

fn pages_held_items(store: &dyn Store) {
    let items: Vec<_> = (0..45).map(|at| held(&"x".repeat(at))).chain([held(&noise(500 << 10, 3))]).collect();
    for part in items.chunks(10) {
        store.append(&[], part).unwrap();
    }
    assert_eq!(store.held_count(), 46);
    assert!(store.is_empty());
    let newest = store.held(None, 3).unwrap();
    assert_eq!(newest.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [45, 44, 43]);
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let page = store.held(before, 7).unwrap();
        let Some((last, _)) = page.last() else { break };
        before = Some(*last);
        seen.extend(page);
    }
    seen.reverse();
    assert_eq!(seen, (0..).zip(items).collect::<Vec<_>>());
    assert_eq!(store.held(Some(0), 7).unwrap(), []);
}

fn applies_effects_whole(store: &dyn Store) {
    let timeline = vec![(id("a"), vec![TimelineEntry { timestamp: Millis(5), seq: 0 }])];
    let effect = Effect { applied: 1, fragments: vec![fragment("a", 10)], timeline, ..Effect::default() };
    store.apply(&effect).unwrap();
    assert_eq!(store.applied().unwrap(), 1);
    assert_eq!(store.fragment(&id("a")).unwrap(), Some(fragment("a", 10)));
    // Again, as after a crash: nothing is there twice.
    store.apply(&effect).unwrap();
    assert_eq!(store.timeline(&id("a")).unwrap().len(), 1);
    store.apply(&Effect { applied: 300, ..Effect::default() }).unwrap();
    assert_eq!(store.applied().unwrap(), 300);
}

fn replaces_facts(store: &dyn Store) {
    let seen = |count| Seen { count, sources: BTreeSet::from(["shop".to_owned(), "web".to_owned()]), ..Seen::once(Millis(-5), "web") };
    let node = |value, seen, is_anchor| NodeFact { identifier: id(value), seen, is_anchor };
    let edge = |count, example: &str| EdgeFact { a: id("a"), b: id("b"), level: 3, seen: seen(count), example: example.to_owned() };
    let alias = AliasFact { a: id("a"), b: id("c") };
    let first =
        Effect { nodes: vec![node("a", None, false), node("b", Some(seen(1)), true)], edges: vec![edge(1, "m2")], ..Effect::default() };
    store.apply(&first).unwrap();
    let aliases = vec![alias.clone(), AliasFact { a: id("b"), b: id("c") }, alias];
    let second = Effect { nodes: vec![node("a", Some(seen(2)), true)], edges: vec![edge(2, "m1")], aliases, ..Effect::default() };
    store.apply(&second).unwrap();

    let mut facts = store.identity_facts().unwrap();
    facts.nodes.sort_by(|a, b| a.identifier.cmp(&b.identifier));
    facts.aliases.sort();
    assert_eq!(facts.nodes, [node("a", Some(seen(2)), true), node("b", Some(seen(1)), true)]);
    assert_eq!(facts.edges, [edge(2, "m1")]);
    assert_eq!(facts.aliases, second.aliases[..2]);
}

fn replaces_large_fragments(store: &dyn Store) {
    for bytes in [100, 200 << 10, 60 << 10, 28 << 10, 100, 100 << 10, 0] {
        let effect = Effect { fragments: vec![fragment("a", bytes), fragment("b", 5)], ..Effect::default() };
        store.apply(&effect).unwrap();
        assert_eq!(store.fragment(&id("a")).unwrap(), Some(fragment("a", bytes)));
    }
    assert_eq!(store.fragment(&id("b")).unwrap(), Some(fragment("b", 5)));
}

fn adds_to_timelines(store: &dyn Store) {
    let entry = |seq| TimelineEntry { timestamp: Millis(NOON - (seq as i64 * 7919) % 1000), seq };
    let parts = [(id("a"), 0..3), (id("b"), 3..5), (id("a"), 5..20_000), (id("a"), 20_000..20_001)];
    for (anchor, part) in parts {
        let timeline = vec![(anchor, part.map(entry).collect()), (id("nobody"), Vec::new())];
        store.apply(&Effect { timeline, ..Effect::default() }).unwrap();
    }
    let sorted = |anchor| {
        let mut entries = store.timeline(&id(anchor)).unwrap();
        entries.sort_by_key(|entry| entry.seq);
        entries
    };
    assert_eq!(sorted("a"), (0..3).chain(5..20_001).map(entry).collect::<Vec<_>>());
    assert_eq!(sorted("b"), [entry(3), entry(4)]);
    assert_eq!(sorted("nobody"), []);
}

/// Reads to the end, `limit` at a time, and checks that there is no gap.
pub(super) fn read_all(store: &dyn Store, from: Seq, limit: usize) -> Vec<(Seq, Record)> {
    let mut all = Vec::new();
    loop {
        let page = store.read(from + all.len() as Seq, limit).unwrap();
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    assert!(all.iter().map(|(seq, _)| *seq).eq(from..from + all.len() as Seq));
    all
}
