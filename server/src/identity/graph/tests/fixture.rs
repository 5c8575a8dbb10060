//! Observations in short: `u1+ann`, `?u1+bob` unverified, `u2<u1` where `u2` was `u1` before.

use std::collections::{BTreeMap, BTreeSet};

use nora_shared::Identifier;

use crate::identity::facts::{AliasFact, EdgeFact, NodeFact};
use crate::identity::graph::{Graph, Touched};
use crate::identity::observation::{Alias, Observation};
use crate::time::Millis;

pub(super) type Clusters = BTreeSet<BTreeSet<Identifier>>;

/// `u1` is a user id, `c1` a CRM id, `l1` a loyalty id, `a1` an anonymous id, `d1` a device, `p1` a phone, `s1` social; a word an e-mail.
pub(super) fn id(text: &str) -> Identifier {
    let is_numbered = text.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    let kind = match text.chars().next().filter(|_| is_numbered) {
        Some('u') => "user_id",
        Some('c') => "crm_id",
        Some('l') => "loyalty_id",
        Some('a') => "anonymous_id",
        Some('d') => "device_id",
        Some('p') => "phone",
        Some('s') => "social",
        _ => "email",
    };
    Identifier::from_normalized(kind, text)
}

pub(super) fn observation(text: &str, moment: usize) -> Observation {
    let (verified, short) = text.strip_prefix('?').map_or((true, text), |short| (false, short));
    let (carried, previous) = short.split_once('<').map_or((short, None), |(carried, previous)| (carried, Some(previous)));
    let identifiers: BTreeSet<_> = carried.split('+').map(id).collect();
    let user = identifiers.iter().find(|identifier| identifier.kind() == "user_id").cloned();
    let alias = user.zip(previous).map(|(user, previous)| Alias {
        user,
        previous_user: Identifier::from_normalized("user_id", previous),
        previous_anonymous: Identifier::from_normalized("anonymous_id", previous),
    });
    Observation {
        identifiers: identifiers.into_iter().collect(),
        alias,
        at: Millis(1000 + moment as i64),
        source: format!("source {}", moment % 3),
        verified,
        message_id: format!("m{moment}"),
    }
}

pub(super) fn observations(texts: &str) -> Vec<Observation> {
    texts.split("; ").enumerate().map(|(moment, text)| observation(text, moment)).collect()
}

/// `{u1 a1} {u2}`
pub(super) fn expected(text: &str) -> Clusters {
    let inside = text.trim_matches(['{', '}']);
    inside.split("} {").map(|cluster| cluster.split(' ').map(id).collect()).collect()
}

/// What is kept of a graph between restarts.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Kept {
    nodes: BTreeMap<Identifier, NodeFact>,
    edges: BTreeMap<(Identifier, Identifier), EdgeFact>,
    aliases: BTreeSet<AliasFact>,
}

impl Kept {
    fn keep(&mut self, graph: &Graph, touched: &Touched) {
        let (nodes, edges, aliases) = graph.facts(touched);
        self.nodes.extend(nodes.into_iter().map(|fact| (fact.identifier.clone(), fact)));
        self.edges.extend(edges.into_iter().map(|fact| ((fact.a.clone(), fact.b.clone()), fact)));
        self.aliases.extend(aliases);
    }

    pub(super) fn graph(&self) -> Graph {
        Graph::new(self.nodes.values().cloned().collect(), self.edges.values().cloned().collect(), self.aliases.iter().cloned().collect())
    }
}

/// When a graph settles, and before which observation it restarts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) settles_each: bool,
    pub(super) restart: Option<usize>,
}

pub(super) fn run<'a>(observations: impl IntoIterator<Item = &'a Observation>, run: Run) -> (Graph, Kept) {
    let (mut graph, mut kept) = (Graph::default(), Kept::default());
    for (place, observation) in observations.into_iter().enumerate() {
        if run.restart == Some(place) {
            graph = kept.graph();
        }
        let mut touched = Touched::default();
        graph.observe(observation, &mut touched);
        kept.keep(&graph, &touched);
        if run.settles_each {
            graph.settle();
        }
    }
    graph.settle();
    (graph, kept)
}

/// The customers, from every way to ask for them.
pub(super) fn clusters(graph: &Graph) -> Clusters {
    let (customers, more) = graph.customers("", None, usize::MAX);
    assert_eq!((customers.len(), more), (graph.customer_count(), None));
    let mut identifiers = 0;
    let mut clusters = Clusters::new();
    for customer in customers {
        assert_eq!(customer.representative, customer.identifiers[0].identifier);
        assert!(customer.identifiers.is_sorted_by_key(|fact| &fact.identifier));
        for fact in &customer.identifiers {
            assert_eq!(graph.customer(&fact.identifier).as_ref(), Some(&customer));
            assert_eq!(graph.customer_by_profile_id(&super::super::profile_id(&fact.identifier)).as_ref(), Some(&customer));
        }
        identifiers += customer.identifiers.len();
        clusters.insert(customer.identifiers.into_iter().map(|fact| fact.identifier).collect());
    }
    assert_eq!(identifiers, graph.identifier_count());
    let mut listed = BTreeMap::<String, BTreeSet<Identifier>>::new();
    for (identifier, _, profile_id) in graph.identities(None, usize::MAX).0 {
        listed.entry(profile_id).or_default().insert(identifier);
    }
    assert_eq!(listed.into_values().collect::<Clusters>(), clusters);
    clusters
}
