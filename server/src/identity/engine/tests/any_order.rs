//! Random streams from tiny pools, so that conflicts, hubs and large components are common.

use std::collections::BTreeSet;
use std::sync::Arc;

use nora_shared::Identifier;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::fixture::{Clusters, Run, Step, World, decision, observation};
use super::oracle;
use crate::identity::decisions::{Decision, DecisionKind};
use crate::identity::rules::{Limit, Rules, RulesConfig};

const POOL: [&str; 20] =
    ["u1", "u2", "u3", "c1", "c2", "c3", "l1", "l2", "l3", "e1", "e2", "e3", "p1", "p2", "s1", "a1", "a2", "a3", "d1", "d2"];

/// Limits so low that they are crossed all the time, and components that are large from five identifiers on.
pub(super) fn tight() -> Arc<Rules> {
    let limit = |(from, to, limit): (&str, &str, u32)| Limit { from: from.into(), to: to.into(), limit };
    let limits = [
        ("email", "user_id", 2),
        ("email", "anonymous_id", 2),
        ("phone", "user_id", 1),
        ("phone", "email", 1),
        ("anonymous_id", "user_id", 2),
        ("anonymous_id", "device_id", 1),
        ("device_id", "anonymous_id", 1),
        ("user_id", "anonymous_id", 2),
        ("user_id", "email", 2),
        ("crm_id", "loyalty_id", 2),
    ];
    Arc::new(Rules::build(RulesConfig { limits: limits.map(limit).to_vec(), large_component: 5, ..RulesConfig::default() }))
}

/// No limits, so that whatever hangs together is cut.
fn loose(large: u32) -> Arc<Rules> {
    Arc::new(Rules::build(RulesConfig { limits: Vec::new(), large_component: large, ..RulesConfig::default() }))
}

fn any_rules() -> impl Strategy<Value = Arc<Rules>> {
    prop_oneof![Just(tight()), Just(loose(1000)), Just(loose(4)), Just(Arc::new(Rules::default()))]
}

fn any_observation() -> impl Strategy<Value = String> {
    let carried = subsequence(POOL.to_vec(), 1..=3).prop_shuffle().prop_map(|pool| pool.join("+"));
    let previous = proptest::option::weighted(0.12, select(vec!["u1", "u2", "u3", "a1", "x1"]));
    (carried, proptest::bool::weighted(0.3), previous).prop_map(|(carried, is_unverified, previous)| {
        let previous = previous.map_or(String::new(), |previous| format!("<{previous}"));
        format!("{}{carried}{previous}", if is_unverified { "?" } else { "" })
    })
}

fn any_decision() -> impl Strategy<Value = Decision> {
    let sever = (subsequence(POOL.to_vec(), 2), any::<bool>(), proptest::bool::weighted(0.7)).prop_map(|(pair, set_aside, is_active)| {
        Decision { set_aside, ..decision(DecisionKind::Sever, pair[0], Some(pair[1]), is_active) }
    });
    let block = (select(POOL.to_vec()), proptest::bool::weighted(0.7))
        .prop_map(|(identifier, is_active)| decision(DecisionKind::Block, identifier, None, is_active));
    let pairs = vec![("u1", "u2"), ("u2", "u3"), ("u1", "u3"), ("c1", "c2"), ("l2", "l3")];
    let alias = (select(pairs), any::<bool>()).prop_map(|((a, b), is_active)| decision(DecisionKind::Alias, a, Some(b), is_active));
    prop_oneof![sever, block, alias]
}

#[derive(Clone)]
pub(super) struct Story {
    rules: Arc<Rules>,
    steps: Vec<Step>,
    /// The same observations and decisions in another order, without what was removed.
    other: Vec<Step>,
}

pub(super) fn any_story(length: usize) -> impl Strategy<Value = Story> {
    let event = prop_oneof![
        20 => any_observation().prop_map(|text| Step::Observe(0, observation(&text, 0))),
        2 => any_decision().prop_map(Step::Decide),
        2 => (0..length).prop_map(Step::Remove),
        2 => Just(Step::Look),
        1 => Just(Step::Restart),
    ];
    let steps = proptest::collection::vec(event, 1..length);
    (any_rules(), steps, any::<u64>()).prop_map(|(rules, mut steps, seed)| {
        for (number, step) in steps.iter_mut().enumerate() {
            if let Step::Observe(at, observation) = step {
                (*at, observation.message_id) = (number, format!("m{number}"));
                (observation.at.0, observation.source) = (1000 + number as i64, (number % 3) as u16);
            }
        }
        let mut world = World::new(&rules);
        for step in &steps {
            match step {
                Step::Observe(number, observation) => drop(world.observations.insert(*number, observation.clone())),
                Step::Remove(number) => drop(world.observations.remove(number)),
                Step::Decide(decision) => world.decisions.push(decision.clone()),
                Step::Restart | Step::Look => {}
            }
        }
        let mut other: Vec<Step> = world.observations.into_iter().map(|(number, observation)| Step::Observe(number, observation)).collect();
        shuffle(&mut other, seed);
        // Of two decisions about the same the later holds, so they keep their order.
        let count = other.len() as u64 + 1;
        for (place, decision) in world.decisions.into_iter().enumerate() {
            let at = (seed.rotate_left(place as u32) % count) as usize;
            let after = other.iter().rposition(|step| matches!(step, Step::Decide(_))).map_or(0, |at| at + 1);
            other.insert(at.max(after), Step::Decide(decision));
        }
        Story { rules, steps, other }
    })
}

impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let limits = self.rules.config().limits.len();
        write!(f, "{limits} limits, large from {}: {:#?}\nother: {:#?}", self.rules.large(), self.steps, self.other)
    }
}

fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for place in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(place, (seed >> 33) as usize % (place + 1));
    }
}

pub(super) fn check(Story { rules, steps, other }: &Story) {
    let mut run = Run::of(rules, steps);
    let found = run.clusters();
    assert_eq!(found, oracle::clusters(&run.world));
    assert_keys_are_unique(&found, &run.world);
    let mut again = Run::of(rules, other);
    assert_eq!(found, again.clusters(), "in another order");
    assert_eq!(run.known(), again.known(), "in another order");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn makes_the_same_customers(story in any_story(30)) {
        check(&story);
    }
}

/// `cargo xtask bench identity` runs it.
#[test]
#[ignore = "takes a minute in the release build; the bench runs it"]
fn a_hundred_thousand_operations_make_no_difference() {
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let (mut operations, mut stories) = (0, 0);
    while operations < 100_000 {
        let story = any_story(100).new_tree(&mut runner).unwrap().current();
        check(&story);
        (operations, stories) = (operations + story.steps.len() + story.other.len(), stories + 1);
    }
    eprintln!("{operations} operations in {stories} stories: no difference from the oracle");
}

/// Two values of a key type are never one customer, unless aliases say so.
fn assert_keys_are_unique(clusters: &Clusters, world: &World) {
    let declared = world.observations.values().filter_map(|observation| observation.alias.as_ref());
    let mut pairs: Vec<(Identifier, Identifier)> = declared.map(|alias| (alias.user.clone(), alias.previous_user.clone())).collect();
    let decided = world.decisions.iter().filter(|decision| decision.kind == DecisionKind::Alias && decision.is_active);
    pairs.extend(decided.filter_map(|decision| Some((decision.a.identifier(), decision.b.as_ref()?.identifier()))));
    for cluster in clusters {
        for key in &world.rules.config().key_types {
            let values: BTreeSet<&Identifier> = cluster.iter().filter(|identifier| identifier.kind() == key).collect();
            // The class of the first value must cover all others.
            let mut class: BTreeSet<&Identifier> = values.first().copied().into_iter().collect();
            for _ in 0..pairs.len() {
                for (a, b) in &pairs {
                    if class.contains(a) || class.contains(b) {
                        class.extend([a, b]);
                    }
                }
            }
            assert!(values.iter().all(|value| class.contains(value)), "{cluster:?}");
        }
    }
}
