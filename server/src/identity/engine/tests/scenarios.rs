//! The scenarios that the rules were written for, in every order.

use std::sync::Arc;

use super::fixture::{Clusters, Run, Step, expected, observation, observations};
use super::oracle;
use crate::identity::observation::Observation;
use crate::identity::rules::Rules;

/// (number, observations, clusters)
const SCENARIOS: [(&str, &str, &str); 13] = [
    ("1", "a1; a2; a1+u1; a2+u1; a3", "{u1 a1 a2} {a3}"),
    ("2", "d1; d1+u1; d1; d1+u2; a1+u1", "{u1 a1} {u2} {d1}"),
    ("3", "a1+u1; a2; a2+u2", "{u1 a1} {u2 a2}"),
    ("4", "u1+ann; u2+bob; ?u1+bob", "{u1 ann} {u2 bob}"),
    ("4b", "u1+ann; u2+bob; u1+bob", "{u1 ann} {u2} {bob}"),
    ("5", "u1+fam; u2+fam; a1+fam; u1+a9", "{u1 a9} {u2} {fam a1}"),
    ("7", "a1+eve; a2+u1; u1+eve", "{u1 eve a1 a2}"),
    ("8", "u1+a1; u2+a2; u3+a3; u2<u1; u3<u2; u1<u3", "{u1 u2 u3 a1 a2 a3}"),
    ("9", "u1+inf; u2+inf; u3+inf; u4+inf; u5+inf; u6+inf; a1+inf", "{u1} {u2} {u3} {u4} {u5} {u6} {inf} {a1}"),
    ("10", "c1+p1+old; c2+p1+new; a1+p1", "{c1 old} {c2 new} {p1 a1}"),
    ("11", "c1+eve; u1+eve; l1+p1; c1+p1; a1+u1", "{c1 l1 u1 eve p1 a1}"),
    ("12", "u1+e1; u2+e2; c1+e1; c1+e2", "{u1 e1} {u2 e2} {c1}"),
    ("13", "u1+a1; u2+a2; a1+a2", "{u1 a1} {u2 a2}"),
];

#[test]
fn come_out_the_same_in_every_order() {
    for (name, texts, clusters) in SCENARIOS {
        check(name, &observations(texts), &expected(clusters));
    }
}

#[test]
fn repeats_and_strangers_change_nothing() {
    // Each scenario twice over, with somebody else in between.
    for (name, texts, clusters) in SCENARIOS {
        check(
            name,
            &observations(&format!("{texts}; u8+a8; {texts}; l9+zoe; {texts}")),
            &expected(&format!("{clusters} {{u8 a8}} {{l9 zoe}}")),
        );
    }
}

#[test]
fn evidence_that_grows_stronger_is_weighed_anew() {
    check("verified later", &observations("u1+fam; ?u2+fam; u2+fam"), &expected("{u1} {u2} {fam}"));
}

#[test]
fn an_alias_of_an_anonymous_id_joins_it_without_showing_a_user_of_that_name() {
    check("anonymous alias", &observations("a1; u1<a1; a1+ann"), &expected("{u1 ann a1}"));
    check("unseen alias", &observations("u1<a1; a2+u1"), &expected("{u1 a2}"));
    check("alias of both", &observations("u1<a1; u2<a1"), &expected("{u1 u2}"));
    check("alias of itself", &observations("u1<u1; u2"), &expected("{u1} {u2}"));
    check("alias with the id", &observations("u1+a1<a1; u1+a1"), &expected("{u1 a1}"));
    check("alias ends a conflict", &observations("u1+fam; u2+fam; u1<u2"), &expected("{u1 u2 fam}"));
}

#[test]
fn a_user_with_too_many_browsers_keeps_the_rest() {
    let mut all: Vec<Observation> = (0..501).map(|number| observation(&format!("u1+a{number}"), number)).collect();
    all.push(observation("u1+ann", 501));
    let mut clusters: Clusters = (0..501).map(|number| [super::fixture::id(&format!("a{number}"))].into()).collect();
    clusters.insert(expected("{u1 ann}").into_iter().flatten().collect());
    for order in [all.clone(), all.iter().rev().cloned().collect()] {
        let steps: Vec<Step> = order.into_iter().enumerate().map(|(number, observation)| Step::Observe(number, observation)).collect();
        assert_eq!(Run::of(&Arc::new(Rules::default()), &steps).clusters(), clusters, "scenario 14");
    }
    // With one fewer it is all one customer.
    let steps: Vec<Step> = all.into_iter().skip(1).enumerate().map(|(number, observation)| Step::Observe(number, observation)).collect();
    assert_eq!(Run::of(&Arc::new(Rules::default()), &steps).clusters().len(), 1);
}

/// In every order (or in 200 of them; in 25 of long streams), settled once or every time, restarted in the middle or not.
fn check(name: &str, observations: &[Observation], expected: &Clusters) {
    let orders = if observations.len() <= 6 {
        permutations(observations.len())
    } else {
        samples(observations.len(), if observations.len() > 20 { 25 } else { 200 })
    };
    let rules = Arc::new(Rules::default());
    let mut facts = None;
    for order in orders {
        for (looks, restart) in [(false, None), (true, None), (false, Some(order.len() / 2)), (true, Some(order.len() / 2))] {
            let mut run = Run::new(&rules);
            for (place, number) in order.iter().enumerate() {
                if restart == Some(place) {
                    run.step(&Step::Restart);
                }
                run.step(&Step::Observe(*number, observations[*number].clone()));
                if looks {
                    run.clusters();
                }
            }
            assert_eq!(&run.clusters(), expected, "scenario {name}, {order:?}, {looks} {restart:?}");
            let known = run.known();
            assert_eq!(facts.get_or_insert_with(|| known.clone()), &known, "scenario {name}, {order:?}");
            assert_eq!(&oracle::clusters(&run.world), expected, "scenario {name} by the oracle");
        }
    }
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let with_last = |order: Vec<usize>| {
        (0..count).map(move |place| {
            let mut order = order.clone();
            order.insert(place, count - 1);
            order
        })
    };
    permutations(count - 1).into_iter().flat_map(with_last).collect()
}

fn samples(count: usize, orders: usize) -> Vec<Vec<usize>> {
    let mut state = 1_u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    let mut sample = || {
        let mut order: Vec<usize> = (0..count).collect();
        (1..count).rev().for_each(|place| order.swap(place, below(place + 1)));
        order
    };
    (0..orders).map(|_| sample()).collect()
}
