//! Lists, look-ups and profile ids.

use super::fixture::{Run, id, observations, run};
use crate::identity::graph::{Graph, Touched, profile_id};

fn graph(texts: &str) -> Graph {
    run(&observations(texts), Run { settles_each: false, restart: None }).0
}

#[test]
fn a_profile_id_is_a_hash_of_the_representative() {
    // printf 'user_id\0u1' | sha256sum
    assert_eq!(profile_id(&id("u1")), "p_416cdd31fa50d8bb8bba98a4");
    let graph = graph("a1; a1+u1");
    assert_eq!(graph.profile_id_of(&id("a1")), Some(profile_id(&id("u1"))));
    let customer = graph.customer(&id("a1"));
    assert_eq!(customer.as_ref().map(|customer| customer.anchors.clone()), Some(vec![id("u1"), id("a1")]));
    assert_eq!(graph.customer_by_profile_id(&profile_id(&id("a1"))), customer, "the old profile id");
    for wrong in ["", "p_", "p_00", &profile_id(&id("u2")), &profile_id(&id("u1")).to_uppercase(), "p_éééééééééééé"] {
        assert_eq!(graph.customer_by_profile_id(wrong), None, "{wrong}");
    }
}

#[test]
fn what_only_an_alias_named_is_not_shown() {
    let graph = graph("u2<u1");
    assert_eq!((graph.customer_count(), graph.identifier_count()), (1, 1));
    assert_eq!(graph.customer(&id("u1")), None);
    assert_eq!(graph.profile_id_of(&id("u1")), None);
    // The unseen `u1` is less, but cannot represent anybody.
    assert_eq!(graph.customer(&id("u2")).map(|customer| (customer.representative, customer.identifiers.len())), Some((id("u2"), 1)));
}

#[test]
fn lists_customers_newest_first_in_pages() {
    let graph = graph("u1+Ann; u2+bob; a1+u1; c1+Hanna; zoë");
    let mut names = Vec::new();
    let mut before = None;
    loop {
        let (page, next) = graph.customers("", before, 3);
        names.extend(page.into_iter().map(|customer| customer.representative.value().to_owned()));
        let Some(next) = next else { break };
        before = Some(next);
    }
    assert_eq!(names, ["zoë", "c1", "u2", "u1"]);
    let find = |query: &str| -> Vec<String> {
        graph.customers(query, None, 9).0.into_iter().map(|customer| customer.representative.value().to_owned()).collect()
    };
    assert_eq!((find("ANN"), find("Ë"), find("nobody")), (vec!["c1".into(), "u1".into()], vec!["zoë".into()], vec![]));
}

#[test]
fn lists_identifiers_in_pages() {
    let graph = graph("a1; u1+a1<u9; a2");
    let (page, next) = graph.identities(None, 2);
    let user = profile_id(&id("u1"));
    assert_eq!(page, [(id("a1"), id("u1"), user.clone()), (id("u1"), id("u1"), user)]);
    assert_eq!(graph.identities(next, 2), (vec![(id("a2"), id("a2"), profile_id(&id("a2")))], None));
}

#[test]
fn notes_what_an_observation_touches() {
    let mut graph = Graph::default();
    let mut all = observations("u1+ann+a1; ?u1+ann; u2<u1").into_iter();
    let mut touch = || {
        let mut touched = Touched::default();
        all.next().inspect(|observation| graph.observe(observation, &mut touched));
        graph.facts(&touched)
    };
    let (nodes, edges, aliases) = touch();
    assert_eq!((nodes.len(), edges.len(), aliases.len()), (3, 3, 0));
    assert_eq!(nodes.iter().map(|node| node.is_anchor).collect::<Vec<_>>(), [true, false, false]);
    let (nodes, edges, _) = touch();
    assert_eq!(nodes.len(), 2);
    assert_eq!(edges.iter().map(|edge| (edge.level, edge.seen.count, edge.example.as_str())).collect::<Vec<_>>(), [(2, 2, "m0")]);
    assert_eq!(edges[0].seen.sources.len(), 2);
    let (nodes, edges, aliases) = touch();
    assert_eq!(nodes.iter().map(|node| node.seen.is_some()).collect::<Vec<_>>(), [true, false]);
    assert_eq!((edges.len(), aliases.len()), (1, 1));
    assert_eq!((&aliases[0].a, &aliases[0].b), (&id("u1"), &id("u2")));
}
