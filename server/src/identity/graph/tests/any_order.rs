//! Random streams from tiny pools, so that conflicts are common.

use std::collections::BTreeSet;

use nora_shared::Identifier;
use nora_shared::identifier::KEY_TYPES;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::fixture::{Clusters, Run, clusters, observation, run};
use super::oracle;
use crate::identity::observation::Observation;

const POOL: [&str; 18] = ["u1", "u2", "u3", "c1", "c2", "l1", "l2", "e1", "e2", "e3", "p1", "p2", "s1", "a1", "a2", "a3", "d1", "d2"];

fn any_observation() -> impl Strategy<Value = String> {
    let carried = subsequence(POOL.to_vec(), 1..=3).prop_shuffle().prop_map(|pool| pool.join("+"));
    let previous = proptest::option::weighted(0.15, select(vec!["u1", "u2", "u3", "a1", "x1"]));
    (carried, proptest::bool::weighted(0.3), previous).prop_map(|(carried, is_unverified, previous)| {
        let previous = previous.map_or(String::new(), |previous| format!("<{previous}"));
        format!("{}{carried}{previous}", if is_unverified { "?" } else { "" })
    })
}

fn any_observations() -> impl Strategy<Value = (Vec<Observation>, Vec<Observation>)> {
    let texts = proptest::collection::vec(any_observation(), 1..24);
    let all = texts.prop_map(|texts| texts.iter().enumerate().map(|(moment, text)| observation(text, moment)).collect::<Vec<_>>());
    all.prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn makes_the_same_customers((all, shuffled) in any_observations(), settles_each: bool, restart in 0_usize..24) {
        let (graph, kept) = run(&all, Run { settles_each: false, restart: None });
        let found = clusters(&graph);
        prop_assert_eq!(&found, &oracle::clusters(&all));
        let (other, other_kept) = run(&shuffled, Run { settles_each, restart: Some(restart) });
        prop_assert_eq!(&found, &clusters(&other));
        prop_assert_eq!(&kept, &other_kept);
        prop_assert_eq!(&found, &clusters(&kept.graph()));
        assert_keys_are_unique(&found, &all);
    }
}

/// Two values of a key type are never one customer, unless aliases say so.
fn assert_keys_are_unique(clusters: &Clusters, observations: &[Observation]) {
    let aliases: Vec<_> = observations.iter().filter_map(|observation| observation.alias.as_ref()).collect();
    for cluster in clusters {
        for key in KEY_TYPES {
            let values: BTreeSet<&Identifier> = cluster.iter().filter(|identifier| identifier.kind() == key).collect();
            // The class of the first value must cover all others.
            let mut class: BTreeSet<&Identifier> = values.first().copied().into_iter().collect();
            for _ in 0..aliases.len() {
                for alias in &aliases {
                    if class.contains(&alias.user) || class.contains(&alias.previous_user) {
                        class.extend([&alias.user, &alias.previous_user]);
                    }
                }
            }
            assert!(values.iter().all(|value| class.contains(value)), "{cluster:?}");
        }
    }
}
