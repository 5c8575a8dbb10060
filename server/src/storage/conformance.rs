//! What the seam promises, as tests that every backend passes.

use std::sync::Arc;

use nora_shared::{Identifier, Reason};

use super::{Appended, Effect, HeldSize, IdentityState, ProfileChange, Store, TimelineEntry};
use crate::identity::engine::{ChangeKind, Totals, Written};
use crate::identity::node::{ALIASES, Component};
use crate::identity::{Edge, Link, Node, NodeId, Rules, RulesConfig, Seen};
use crate::log::{Control, Held, Named, Record, Sent, Seq, Settled, Shown, Signature};
use crate::profile::Fragment;
use crate::profile::traits::Write;
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
        settles_held_items,
        applies_effects_whole,
        keeps_the_graph,
        forgets_what_was_derived,
        replaces_large_fragments,
        adds_to_timelines,
        erases_for_good,
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
pub(super) fn records(range: std::ops::Range<u32>) -> Vec<Arc<Record>> {
    range.map(|at| Arc::new(record(&format!("m{at}")))).collect()
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
        sent: Box::new(if payload.len().is_multiple_of(3) { Sent::default() } else { sent(payload) }),
        attempts: payload.len() as u32,
    }
}

fn sent(text: &str) -> Sent {
    let person = Named { user_id: Some("u".to_owned()), traits: Some(format!(r#"{{"n":{}}}"#, text.len())) };
    Sent {
        is_event: true,
        is_imported: text.len().is_multiple_of(2),
        kind: Some("track".to_owned()),
        sent_at: Some(Millis(NOON - 5)),
        context: Some(r#"{"locale":"nl"}"#.to_owned()),
        integrations: Some("{}".to_owned()),
        ip: Some("1.2.3.4".to_owned()),
        user_agent: Some("Mozilla".to_owned()),
        shown: Shown { signature: Signature::Valid, person: Some(person) },
        ended_key: Some([7; 32]),
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
    fragment.traits.write(vec!["bio".to_owned()], Write { at: NOON, message_id: "m".to_owned(), source: "web".to_owned(), value });
    fragment.sessions.note("s");
    fragment.event_count = bytes as u64;
    fragment
}

/// Such a fragment, with the number of its anchor.
pub(super) fn recorded(anchor: &str, bytes: usize) -> (NodeId, Fragment) {
    (NodeId::of(&id(anchor)), fragment(anchor, bytes))
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
    assert_eq!((store.nodes(None, 9).unwrap(), store.identity_state().unwrap()), (Vec::new(), None));
}

fn tells_repeats(store: &dyn Store) {
    let [a, b, c] = ["a", "b", "c"].map(|id| Arc::new(record(id)));
    let other = Arc::new(Record { source: "shop".to_owned(), ..record("a") });
    let answers = store.append(&[a.clone(), b.clone(), a.clone(), other.clone()], &[]).unwrap();
    assert_eq!(answers, [Appended::At(0), Appended::At(1), Appended::Duplicate, Appended::At(2)]);
    let changed = Arc::new(Record { json: "{}".to_owned(), ..record("b") });
    assert_eq!(
        store.append(&[changed, c.clone(), other.clone()], &[]).unwrap(),
        [Appended::Duplicate, Appended::At(3), Appended::Duplicate]
    );
    assert_eq!(store.append(std::slice::from_ref(&a), &[]).unwrap(), [Appended::Duplicate]);
    assert_eq!(read_all(store, 0, 100), [(0, a), (1, b), (2, other), (3, c)]);
}

fn remembers_30_days(store: &dyn Store) {
    let at = |days: i64| vec![Arc::new(Record { received_at: Millis(NOON + days * DAY_MS), ..record("a") })];
    assert_eq!(store.append(&at(0), &[]).unwrap(), [Appended::At(0)]);
    assert_eq!(store.append(&at(30), &[]).unwrap(), [Appended::Duplicate]);
    // The clock may run backwards over the edge of a period.
    store.append(&[Arc::new(Record { received_at: Millis(NOON + 30 * DAY_MS), ..record("b") })], &[]).unwrap();
    assert_eq!(store.append(&[record("b").into()], &[]).unwrap(), [Appended::Duplicate]);
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
    let large = |at: u64| Arc::new(Record { json: noise(30 << 10, at), ..record(&format!("large{at}")) });
    let mut all: Vec<_> = (0..20).map(large).collect();
    all.insert(3, record("small").into());
    all.push(Arc::new(Record { json: noise(200 << 10, 1), ..record("larger") }));
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

fn settles_held_items(store: &dyn Store) {
    let out = |id| Settled { id, still: None };
    let stays = |id, payload: &str| Settled { id, still: Some(held(payload)) };
    let large = noise(90 << 10, 4);
    store.append(&[], &[held("0"), held("1"), held(&large), held("3"), held("4")]).unwrap();
    let all = |store: &dyn Store| store.held(None, 99).unwrap().into_iter().rev().collect::<Vec<_>>();
    let before = store.held_size();
    assert_eq!((before.items, before.bytes > 60_000), (5, true), "{before:?}");

    // What is accepted, what is still held and what comes new, in one commit.
    let answers = store.commit(&records(0..2), &[held("5")], &[out(0), stays(1, &large), out(2), out(7)]).unwrap();
    assert_eq!(answers, [Appended::At(0), Appended::At(1)]);
    assert_eq!(all(store), [(1, held(&large)), (3, held("3")), (4, held("4")), (5, held("5"))]);
    assert_eq!(store.oldest_held(2).unwrap(), [(1, held(&large)), (3, held("3"))]);
    assert_eq!([0, 1, 2, 6].map(|id| store.held_item(id).unwrap()), [None, Some(held(&large)), None, None]);

    // What is gone stays away, and of two who settle an item the first is heard.
    store.commit(&[], &[], &[stays(0, "again"), stays(1, "small"), out(1), out(3), stays(3, "x"), out(5), out(5)]).unwrap();
    assert_eq!(all(store), [(1, held("small")), (4, held("4"))]);
    let after = store.held_size();
    assert!(after.items == 2 && after.bytes < 1_000, "{after:?}");

    // An item whose event is in the log already goes, too; and no id is given twice.
    assert_eq!(store.commit(&records(1..2), &[held("6")], &[out(1), out(4)]).unwrap(), [Appended::Duplicate]);
    assert_eq!(all(store), [(6, held("6"))]);
    store.commit(&[], &[], &[out(6)]).unwrap();
    assert_eq!((store.held_size(), store.held_count()), (HeldSize::default(), 7));
    store.append(&[], &[held("7")]).unwrap();
    assert_eq!((all(store), store.len()), (vec![(7, held("7"))], 2));
}

fn applies_effects_whole(store: &dyn Store) {
    let timeline = vec![(NodeId::of(&id("a")), vec![TimelineEntry { timestamp: Millis(5), seq: 0 }])];
    let effect = Effect { applied: 1, fragments: vec![recorded("a", 10)], timeline, ..Effect::default() };
    store.apply(&effect).unwrap();
    assert_eq!(store.applied().unwrap(), 1);
    assert_eq!(store.fragment(&id("a")).unwrap(), Some(fragment("a", 10)));
    // Again, as after a crash: nothing is there twice.
    store.apply(&effect).unwrap();
    assert_eq!(store.timeline(&id("a")).unwrap().len(), 1);
    store.apply(&Effect { applied: 300, ..Effect::default() }).unwrap();
    assert_eq!(store.applied().unwrap(), 300);
}

/// An identifier of the graph that came at this position.
pub(super) fn node(identifier: &Identifier, since: Seq, seen: Option<Seen>) -> (NodeId, Arc<Node>) {
    let number = NodeId::of(identifier);
    let node = Node { seen, is_anchor: since.is_multiple_of(2), ..Node::new(number, identifier, &Rules::default(), since) };
    (number, Arc::new(node))
}

/// An edge between two identifiers.
pub(super) fn edge(a: &Identifier, b: &Identifier, link: Link, level: u8, example: &str) -> (NodeId, NodeId, Link, Edge) {
    let (a, b) = (NodeId::of(a), NodeId::of(b));
    let seen = Seen { count: 3, ..Seen::once(Millis(-5), 2) };
    (a.min(b), a.max(b), link, Edge { level, seen: Some(seen), example: example.into() })
}

fn keeps_the_graph(store: &dyn Store) {
    let rules = Rules::default();
    let [ann, bob, mail] = [id("ann"), id("bob"), Identifier::from_normalized("email", "ann.lee@x.example.com")];
    let other = Identifier::from_normalized("twitter", "@Ann");
    let seen = Seen { count: 9, first: Millis(-5), last: Millis(NOON), sources: vec![0, 700] };
    let nodes = vec![node(&ann, 0, None), node(&mail, 0, Some(seen)), node(&other, 1, Some(Seen::once(Millis(4), 1)))];
    let example = "0192e1a4-7c2b-4f0e-9d53-6a1b2c3d4e5f";
    let edges = vec![edge(&ann, &mail, Link::Together, 3, example), edge(&ann, &other, Link::Together, 4, "M")];
    let component = Component { size: 3, classes: vec![1, 0, 0], least: Some(NodeId::of(&mail)), profiles: 1 };
    let components = vec![(NodeId::of(&ann), Some(component.clone()))];
    let state = IdentityState {
        totals: Totals { identifiers: 2, profiles: 1 },
        sources: vec!["web".to_owned()],
        rules: RulesConfig { large_component: 50, ..RulesConfig::default() },
        rules_at: Some(7),
    };
    let change =
        |at| ProfileChange { at: Millis(at), kind: ChangeKind::Merge, from: vec!["p_1".into(), "p_2".into()], to: vec!["p_1".into()] };
    let far = vec![(NodeId::of(&ann), rules.code("phone"), NodeId::of(&mail)), (NodeId::of(&ann), rules.code("phone"), NodeId::of(&bob))];
    let identity = Written { nodes: nodes.clone(), edges: edges.clone(), far, components };
    store
        .apply(&Effect { applied: 2, identity, state: Some(state.clone()), changes: vec![change(1), change(2)], ..Effect::default() })
        .unwrap();
    let graph = |facts: &dyn Store| {
        let (mail, ann) = (NodeId::of(&mail), NodeId::of(&ann));
        for (number, node) in &nodes {
            assert_eq!(facts.node(*number).unwrap().as_ref(), Some(node));
        }
        assert_eq!(facts.edge(mail, ann, Link::Together).unwrap(), Some(edges[0].3.clone()));
        assert_eq!(facts.edge(ann, mail, Link::Together).unwrap(), Some(edges[0].3.clone()));
        assert_eq!(facts.edge(ann, mail, Link::Alias).unwrap(), None);
        assert_eq!(facts.far(ann, rules.code("phone"), 9).unwrap().len(), 2);
        assert_eq!(facts.far(ann, rules.code("phone"), 1).unwrap().len(), 1);
        assert_eq!((facts.far(ann, rules.code("email"), 9).unwrap(), facts.far(mail, rules.code("phone"), 9).unwrap()), (vec![], vec![]));
        assert_eq!(facts.component(ann).unwrap(), Some(component.clone()));
        assert_eq!(facts.component(mail).unwrap(), None);
    };
    graph(store);
    assert_eq!(store.identity_state().unwrap(), Some(state.clone()));

    let edges = vec![edge(&ann, &bob, Link::Alias, 0, "a1")];
    let near = Node { near: vec![(ALIASES, NodeId::of(&ann))], has_more: true, ..Node::clone(&node(&bob, 2, None).1) };
    let nodes_after = vec![(NodeId::of(&bob), Arc::new(near))];
    let identity = Written { nodes: nodes_after.clone(), edges, far: Vec::new(), components: vec![(NodeId::of(&bob), None)] };
    store.apply(&Effect { from: 2, applied: 3, identity, decisions: vec![2], changes: vec![change(3)], ..Effect::default() }).unwrap();
    graph(store);
    assert_eq!(store.node(NodeId::of(&bob)).unwrap().as_ref(), Some(&nodes_after[0].1));
    assert_eq!(store.decisions().unwrap(), [2]);
    assert_eq!(store.identity_state().unwrap(), Some(state));

    let newest = store.newest(None, 2).unwrap();
    assert_eq!(newest, [(2, NodeId::of(&bob)), (1, NodeId::of(&other))]);
    assert_eq!(store.newest(Some(newest[1]), 9).unwrap().len(), 2);
    let all = store.nodes(None, 3).unwrap();
    assert!(all.is_sorted_by_key(|(number, _)| *number));
    assert_eq!(store.nodes(Some(all[2].0), 9).unwrap().len(), 1);
    let find = |text: &str| store.search(text, None, 9).unwrap().into_iter().map(|(_, id)| id).collect::<Vec<_>>();
    let [ann, bob, mail, other] = [&ann, &bob, &mail, &other].map(NodeId::of);
    assert_eq!((find("bob"), find("lee@"), find("x.ex"), find("nobody")), (vec![bob], vec![mail], vec![mail], vec![]));
    assert_eq!(find("ann"), if ann < other { vec![ann, other, mail] } else { vec![other, ann, mail] });
    let first = store.search("ann", None, 1).unwrap();
    assert_eq!(store.search("ann", Some(&first[0].0), 9).unwrap().len(), 2);
    let places = |page: Vec<(u64, ProfileChange)>| page.into_iter().map(|(place, change)| (place, change.at.0)).collect::<Vec<_>>();
    assert_eq!(places(store.changes(None, 2).unwrap()), [(2, 3), (1, 2)]);
    assert_eq!(store.changes(Some(1), 9).unwrap(), [(0, change(1))]);
}

fn forgets_what_was_derived(store: &dyn Store) {
    keeps_the_graph(store);
    adds_to_timelines(store);
    replaces_large_fragments(store);
    store.append(&records(0..3), &[held("x")]).unwrap();
    let state = IdentityState { rules_at: Some(3), ..IdentityState::default() };
    store.restart(&state).unwrap();
    assert_eq!((store.applied().unwrap(), store.identity_state().unwrap()), (0, Some(state)));
    assert_eq!((store.fragment(&id("a")).unwrap(), store.timeline(&id("a")).unwrap()), (None, Vec::new()));
    assert_eq!((store.nodes(None, 9).unwrap(), store.newest(None, 9).unwrap()), (Vec::new(), Vec::new()));
    assert_eq!((store.search("", None, 9).unwrap(), store.changes(None, 9).unwrap()), (Vec::new(), Vec::new()));
    assert_eq!(store.decisions().unwrap(), Vec::<Seq>::new());
    assert_eq!((store.len(), store.held_count(), read_all(store, 0, 9).len()), (3, 1, 3));
}

fn replaces_large_fragments(store: &dyn Store) {
    for bytes in [100, 200 << 10, 60 << 10, 28 << 10, 100, 100 << 10, 0] {
        let effect = Effect { fragments: vec![recorded("a", bytes), recorded("b", 5)], ..Effect::default() };
        store.apply(&effect).unwrap();
        assert_eq!(store.fragment(&id("a")).unwrap(), Some(fragment("a", bytes)));
    }
    assert_eq!(store.fragment(&id("b")).unwrap(), Some(fragment("b", 5)));
}

fn adds_to_timelines(store: &dyn Store) {
    let entry = |seq| TimelineEntry { timestamp: Millis(NOON - (seq as i64 * 7919) % 1000), seq };
    // Enough for parts that lead to parts.
    let ends = [20_000, 20_001, 20_100, 20_200, 20_201];
    let more = ends.windows(2).map(|ends| (id("a"), ends[0]..ends[1]));
    let parts = [(id("a"), 0..3), (id("b"), 3..5), (id("a"), 5..20_000)].into_iter().chain(more);
    for (anchor, part) in parts {
        let timeline = vec![(NodeId::of(&anchor), part.map(entry).collect()), (NodeId::of(&id("nobody")), Vec::new())];
        let effect = Effect { timeline, ..Effect::default() };
        // Again, as after a crash.
        store.apply(&effect).and_then(|()| store.apply(&effect)).unwrap();
    }
    let sorted = |anchor| {
        let mut entries = store.timeline(&id(anchor)).unwrap();
        entries.sort_by_key(|entry| entry.seq);
        entries
    };
    assert_eq!(sorted("a"), (0..3).chain(5..20_201).map(entry).collect::<Vec<_>>());
    assert_eq!(sorted("b"), [entry(3), entry(4)]);
    assert_eq!(sorted("nobody"), []);
}

/// Reads to the end, `limit` at a time, and checks that there is no gap.
pub(super) fn read_all(store: &dyn Store, from: Seq, limit: usize) -> Vec<(Seq, Arc<Record>)> {
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

fn erases_for_good(store: &dyn Store) {
    let mut all = records(0..600);
    // One that is in several values, and one that makes its neighbours' compressed form larger when it goes.
    all.push(Arc::new(Record { json: format!(r#"{{"text":"{}"}}"#, noise(90 << 10, 1)), ..record("large") }));
    all.extend(["a", "b", "c"].map(|name| Arc::new(Record { json: format!(r#"{{"text":"{}"}}"#, noise(20 << 10, 2)), ..record(name) })));
    store.append(&all, &[held("one"), held("two"), held(&noise(50_000, 3))]).unwrap();
    store.restart(&IdentityState::default()).unwrap();
    let erased = [0, 3, 255, 256, 599, 600, 601];
    for seq in erased {
        assert!(store.event(seq).unwrap().is_some());
    }
    store.erase(&erased, &[0, 2]).unwrap();
    assert_eq!(store.identity_state().unwrap(), None, "what was derived is to be derived again");
    assert_eq!((store.len(), store.held_count(), store.held_size().items), (604, 3, 1));
    for (seq, found) in read_all(store, 0, 100) {
        let before = &all[seq as usize];
        let expected = if erased.contains(&seq) { Control::tombstone(before) } else { (**before).clone() };
        assert_eq!(*found, expected, "{seq}");
        assert_eq!(*store.event(seq).unwrap().unwrap(), expected, "{seq}");
    }
    assert_eq!(store.held(None, 10).unwrap(), [(1, held("two"))]);
    assert!(store.append(&all, &[held("four")]).unwrap().iter().all(|answer| *answer == Appended::Duplicate), "they do not come back");
    assert_eq!(store.append(&[record("new").into()], &[]).unwrap(), [Appended::At(604)]);
    assert_eq!(store.held(None, 1).unwrap(), [(3, held("four"))]);
    // Again, as after breaking off.
    store.erase(&erased, &[0, 2]).unwrap();
    assert_eq!(store.len(), 605);
}
