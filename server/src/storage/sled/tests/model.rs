//! Whatever is done to both, this backend and the model in memory tell the same.

use proptest::prelude::*;

use super::open;
use crate::identity::{AliasFact, EdgeFact, NodeFact, Seen};
use crate::log::{Held, Record, Seq};
use crate::storage::conformance::{NOON, fragment, held, id, noise, read_all, record};
use crate::storage::memory::MemoryStore;
use crate::storage::{Effect, Store, TimelineEntry};
use crate::time::{DAY_MS, Millis};

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Record>, Vec<Held>),
    Apply(Effect),
    Reopen,
}

fn a_record() -> impl Strategy<Value = Record> {
    (0..40u32, 0..200i64, prop_oneof![9 => 0..300usize, 1 => 0..40_000usize], any::<bool>()).prop_map(|(name, days, bytes, shop)| Record {
        received_at: Millis(NOON + days * DAY_MS),
        source: if shop { "shop" } else { "web" }.to_owned(),
        json: noise(bytes, u64::from(name)),
        ..record(&format!("m{name}"))
    })
}

fn an_effect() -> impl Strategy<Value = Effect> {
    let names = || prop::collection::vec("[a-d]", 0..4);
    (0..1000u64, names(), names(), prop_oneof![0..1000usize, 0..100_000usize], 1..30u64).prop_map(
        |(applied, some, others, bytes, length)| {
            let pairs = || some.iter().zip(&others);
            let entries = |at: u64| (at..at + length).map(|seq| TimelineEntry { timestamp: Millis(seq as i64 - 10), seq }).collect();
            let seen = Seen::once(Millis(applied as i64), "web");
            let edge =
                |(a, b): (&String, &String)| EdgeFact { a: id(a), b: id(b), level: 1, seen: seen.clone(), example: format!("m{applied}") };
            Effect {
                applied,
                nodes: some
                    .iter()
                    .map(|name| NodeFact { identifier: id(name), seen: Some(seen.clone()), is_anchor: bytes > 500 })
                    .collect(),
                edges: pairs().map(edge).collect(),
                aliases: pairs().map(|(a, b)| AliasFact { a: id(a), b: id(b) }).collect(),
                fragments: others.iter().map(|name| fragment(name, bytes)).collect(),
                timeline: others.iter().map(|name| (id(name), entries(applied))).collect(),
            }
        },
    )
}

fn a_step() -> impl Strategy<Value = Step> {
    let payload = prop_oneof![(0..600usize), (0..80_000usize)].prop_map(|bytes| held(&noise(bytes, 5)));
    prop_oneof![
        6 => (prop::collection::vec(a_record(), 0..20), prop::collection::vec(payload, 0..3)).prop_map(|(records, held)| Step::Append(records, held)),
        4 => an_effect().prop_map(Step::Apply),
        1 => Just(Step::Reopen),
    ]
}

/// All that a store tells.
fn told(store: &dyn Store) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut facts = store.identity_facts().unwrap();
    facts.nodes.sort_by(|a, b| a.identifier.cmp(&b.identifier));
    facts.edges.sort_by(|a, b| (&a.a, &a.b).cmp(&(&b.a, &b.b)));
    facts.aliases.sort();
    let anchors = ["a", "b", "c", "d"].map(|name| {
        let mut timeline = store.timeline(&id(name)).unwrap();
        timeline.sort();
        (store.fragment(&id(name)).unwrap(), timeline)
    });
    let events: Vec<_> = (0..store.len()).step_by(7).map(|seq: Seq| store.event(seq).unwrap()).collect();
    let log = (store.len(), read_all(store, 0, 13), events, store.held_count(), store.held(Some(9), 5).unwrap());
    (log, store.applied().unwrap(), (facts.nodes, facts.edges, facts.aliases), anchors)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn tells_the_same_as_the_model(steps in prop::collection::vec(a_step(), 1..12)) {
        let dir = tempfile::tempdir().unwrap();
        let model = MemoryStore::default();
        let mut store = open(dir.path());
        for step in &steps {
            use crate::storage::{Derived, EventLog};
            match step {
                Step::Append(records, held) => {
                    prop_assert_eq!(store.append(records, held).unwrap(), model.append(records, held).unwrap());
                }
                Step::Apply(effect) => {
                    store.apply(effect).unwrap();
                    model.apply(effect).unwrap();
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
