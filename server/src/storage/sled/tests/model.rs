//! Whatever is done to both, this backend and the model in memory tell the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::open;
use crate::identity::engine::{Totals, Written};
use crate::identity::node::Component;
use crate::identity::rules::Code;
use crate::identity::{Link, NodeId, Seen};
use crate::log::{Held, Record, Seq, Settled};
use crate::storage::conformance::{NOON, edge, held, id, node, noise, read_all, record, recorded};
use crate::storage::memory::MemoryStore;
use crate::storage::{Effect, IdentityState, Store, TimelineEntry};
use crate::time::{DAY_MS, Millis};

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Arc<Record>>, Vec<Held>, Vec<Settled>),
    Apply(Box<Effect>),
    Reopen,
}

fn a_record() -> impl Strategy<Value = Arc<Record>> {
    (0..40u32, prop_oneof![9 => 0..300usize, 1 => 0..40_000usize], any::<bool>()).prop_map(|(name, bytes, shop)| {
        Arc::new(Record {
            source: if shop { "shop" } else { "web" }.to_owned(),
            json: noise(bytes, u64::from(name)),
            ..record(&format!("m{name}"))
        })
    })
}

fn an_effect() -> impl Strategy<Value = Effect> {
    let names = || prop::collection::vec("[a-d]", 0..4);
    (0..1000u64, names(), names(), prop_oneof![0..1000usize, 0..100_000usize], 1..30u64).prop_map(
        |(applied, some, others, bytes, length)| {
            let pairs = || some.iter().zip(&others).filter(|(a, b)| a != b);
            let entries = |at: u64| (at..at + length).map(|seq| TimelineEntry { timestamp: Millis(seq as i64 - 10), seq }).collect();
            let link = if bytes > 500 { Link::Together } else { Link::Alias };
            let component = Component { size: length as u32 + 1, classes: vec![1], least: None, profiles: 0 };
            let component = (!bytes.is_multiple_of(3)).then_some(component);
            let identity = Written {
                nodes: some.iter().map(|name| node(&id(name), applied, Some(Seen::once(Millis(applied as i64), 1)))).collect(),
                edges: pairs().map(|(a, b)| edge(&id(a), &id(b), link, 1, &format!("m{applied}"))).collect(),
                far: pairs().map(|(a, b)| (NodeId::of(&id(a)), Code(length as u16 % 3), NodeId::of(&id(b)))).collect(),
                components: some.iter().map(|name| (NodeId::of(&id(name)), component.clone())).collect(),
            };
            let totals = Totals { identifiers: length, profiles: applied };
            Effect {
                from: applied,
                applied,
                identity,
                state: bytes.is_multiple_of(2).then(|| IdentityState { totals, ..IdentityState::default() }),
                fragments: others.iter().map(|name| recorded(name, bytes)).collect(),
                timeline: others.iter().map(|name| (NodeId::of(&id(name)), entries(applied))).collect(),
                ..Effect::default()
            }
        },
    )
}

fn a_step() -> impl Strategy<Value = Step> {
    let item = || prop_oneof![(0..600usize), (0..80_000usize)].prop_map(|bytes| held(&noise(bytes, 5)));
    let settled = (0..12u64, prop::option::of(item())).prop_map(|(id, still)| Settled { id, still });
    prop_oneof![
        6 => (0..200i64, prop::collection::vec(a_record(), 0..20), prop::collection::vec(item(), 0..3), prop::collection::vec(settled, 0..4)).prop_map(|(days, mut records, held, settled)| {
            for record in &mut records {
                Arc::make_mut(record).received_at = Millis(NOON + days * DAY_MS);
            }
            Step::Append(records, held, settled)
        }),
        4 => an_effect().prop_map(|effect| Step::Apply(Box::new(effect))),
        1 => Just(Step::Reopen),
    ]
}

/// All that a store tells.
fn told(store: &dyn Store) -> impl PartialEq + std::fmt::Debug + use<> {
    let names = ["a", "b", "c", "d"].map(|name| NodeId::of(&id(name)));
    let mut edges = Vec::new();
    for (a, b) in names.into_iter().flat_map(|a| names.map(|b| (a, b))) {
        edges.push([Link::Together, Link::Alias].map(|link| store.edge(a, b, link).unwrap()));
    }
    let around = names.map(|name| ([0, 1, 2].map(|code| store.far(name, Code(code), 9).unwrap()), store.component(name).unwrap()));
    let lists = (store.nodes(None, 9).unwrap(), store.newest(None, 99).unwrap(), store.search("", None, 9).unwrap());
    let facts = (edges, around, lists, store.identity_state().unwrap());
    let anchors = ["a", "b", "c", "d"].map(|name| {
        let mut timeline = store.timeline(&id(name)).unwrap();
        timeline.sort();
        (store.fragment(&id(name)).unwrap(), timeline)
    });
    let events: Vec<_> = (0..store.len()).step_by(7).map(|seq: Seq| store.event(seq).unwrap()).collect();
    let log = (store.len(), read_all(store, 0, 13), events, store.held_count(), store.held_size().items, store.held(Some(9), 5).unwrap());
    (log, store.applied().unwrap(), facts, anchors)
}

/// The effect as one of events from this position on: no two effects are of the same, and whoever is in one for the first time has come
/// with it.
fn moved(effect: &Effect, from: Seq, since: &mut BTreeMap<NodeId, Seq>) -> Effect {
    let mut effect = Effect { from, applied: from + 1, ..effect.clone() };
    for (_, entries) in &mut effect.timeline {
        for (place, entry) in (from..).zip(entries) {
            entry.seq = place;
        }
    }
    for name in ["a", "b", "c", "d"].map(id) {
        if since.get(&NodeId::of(&name)).is_none() && effect.identity.nodes.iter().all(|(id, _)| *id != NodeId::of(&name)) {
            effect.identity.nodes.push(node(&name, from, None));
        }
    }
    for (id, node) in &mut effect.identity.nodes {
        Arc::make_mut(node).since = *since.entry(*id).or_insert(from);
    }
    effect
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn tells_the_same_as_the_model(steps in prop::collection::vec(a_step(), 1..12)) {
        let dir = tempfile::tempdir().unwrap();
        let model = MemoryStore::default();
        let mut store = open(dir.path());
        let mut since = BTreeMap::new();
        for (place, step) in steps.iter().enumerate() {
            use crate::storage::{Derived, EventLog};
            match step {
                Step::Append(records, held, settled) => {
                    prop_assert_eq!(store.commit(records, held, settled).unwrap(), model.commit(records, held, settled).unwrap());
                }
                Step::Apply(effect) => {
                    let effect = moved(effect, place as u64 * 1000, &mut since);
                    store.apply(&effect).unwrap();
                    model.apply(&effect).unwrap();
                }
                Step::Reopen => {
                    drop(store);
                    store = open(dir.path());
                }
            }
        }
        prop_assert_eq!(told(&store), told(&model));
    }
}
