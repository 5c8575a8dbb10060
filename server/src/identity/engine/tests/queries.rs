//! What people decide, and what becomes of profiles.

use std::sync::Arc;

use super::fixture::{Run, Step, decision, expected, id, observation, observations};
use crate::identity::decisions::{Decision, DecisionKind};
use crate::identity::engine::ChangeKind;
use crate::identity::node::NodeId;
use crate::identity::rules::Rules;

fn run(texts: &str) -> Run {
    let steps: Vec<Step> = observations(texts).into_iter().enumerate().map(|(number, one)| Step::Observe(number, one)).collect();
    Run::of(&Arc::new(Rules::default()), &steps)
}

#[test]
fn what_only_an_alias_named_is_not_shown() {
    let mut run = run("u2<u1");
    assert_eq!(run.clusters(), expected("{u2}"));
    assert_eq!(run.engine.representative(&id("u1")).unwrap(), Some(NodeId::of(&id("u2"))));
}

#[test]
fn a_severed_mistake_leaves_no_trace() {
    // Ann, signed in, mistypes her address and writes that of Bob, who is known by it and by his browser.
    let without = "u1+a1; u1+ann; bob+a2";
    let mut run = run(&format!("{without}; u1+a1+bob"));
    assert_eq!(run.clusters(), expected("{u1 a1 ann bob a2}"));
    let mut sever = decision(DecisionKind::Sever, "bob", Some("u1"), true);
    run.step(&Step::Decide(sever.clone()));
    assert_eq!(run.clusters(), expected("{u1 a1 ann} {bob a2}"), "also the browser that carried both is no link");
    sever.set_aside = true;
    run.step(&Step::Decide(sever.clone()));
    let mut never = self::run(without);
    assert_eq!((run.clusters(), run.known()), (never.clusters(), never.known()));
    run.step(&Step::Decide(Decision { is_active: false, ..sever }));
    let mut again = self::run(&format!("{without}; u1+a1+bob"));
    assert_eq!((run.clusters(), run.known()), (again.clusters(), again.known()), "an undo of the undo");
}

#[test]
fn a_hub_is_revived_when_it_falls_below_its_limit() {
    let mut run = run("u1+inf; u2+inf; u3+inf; u4+inf; a1+inf");
    assert_eq!(run.clusters(), expected("{u1} {u2} {u3} {u4} {inf} {a1}"));
    run.step(&Step::Decide(decision(DecisionKind::Block, "u4", None, true)));
    run.step(&Step::Look);
    assert_eq!(run.clusters(), expected("{u1} {u2} {u3} {u4} {inf a1}"));
    run.step(&Step::Decide(decision(DecisionKind::Block, "u4", None, false)));
    assert_eq!(run.clusters(), expected("{u1} {u2} {u3} {u4} {inf} {a1}"));
    run.step(&Step::Remove(1));
    run.step(&Step::Remove(2));
    run.step(&Step::Remove(3));
    assert_eq!(run.clusters(), expected("{u1 inf a1}"));
}

#[test]
fn an_alias_that_people_undo_stays_undone() {
    let mut run = run("u1+a1; u2+a2; u2<u1");
    assert_eq!(run.clusters(), expected("{u1 a1 u2 a2}"));
    run.step(&Step::Decide(decision(DecisionKind::Alias, "u1", Some("u2"), false)));
    assert_eq!(run.clusters(), expected("{u1 a1} {u2 a2}"));
    run.step(&Step::Observe(9, observation("u2<u1", 9)));
    assert_eq!(run.clusters(), expected("{u1 a1} {u2 a2}"));
    run.step(&Step::Decide(decision(DecisionKind::Alias, "u2", Some("u1"), true)));
    assert_eq!(run.clusters(), expected("{u1 a1 u2 a2}"));
}

#[test]
fn tells_what_became_of_profiles() {
    let mut run = run("a1; ann");
    let mut changes = |texts: &[Step]| {
        texts.iter().for_each(|step| run.step(step));
        run.clusters();
        let changes = run.engine.take_changes(run.at()).unwrap();
        let name = |id: &NodeId| run.store.0.borrow().nodes[id].identifier.value().to_owned();
        let names = |ids: &[NodeId]| {
            let mut names: Vec<String> = ids.iter().map(name).collect();
            names.sort();
            names.join(" ")
        };
        changes.iter().map(|change| (change.kind, names(&change.from), names(&change.to))).collect::<Vec<_>>()
    };
    let observe = |text: &str, number: usize| Step::Observe(number, observation(text, number));
    assert_eq!(changes(&[]), [], "what is new came from nothing");
    assert_eq!(changes(&[observe("u1+a1", 2)]), [(ChangeKind::Rekey, "a1".into(), "u1".into())]);
    assert_eq!(changes(&[observe("u1+ann", 3)]), [(ChangeKind::Merge, "ann u1".into(), "u1".into())]);
    assert_eq!(changes(&[observe("u1+a1", 4)]), []);
    assert_eq!(changes(&[observe("u2+ann", 5)]), [(ChangeKind::Split, "u1".into(), "ann u1".into())]);
}
