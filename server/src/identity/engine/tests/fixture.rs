//! Observations in short: `u1+ann`, `?u1+bob` unverified, `u2<u1` where `u2` was `u1` before; and an engine that is checked at every look.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use nora_shared::Identifier;

use super::oracle;
use crate::identity::decisions::{Decision, DecisionKind, Decisions, Identity};
use crate::identity::engine::{Engine, Totals};
use crate::identity::memory::MemoryFacts;
use crate::identity::node::{Component, Edge, Facts, Link, Mode, Node, NodeId};
use crate::identity::observation::{Alias, Observation};
use crate::identity::rederive::rederive;
use crate::identity::rules::{Code, Rules};
use crate::identity::view::View;
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
        source: (moment % 3) as u16,
        verified,
        message_id: format!("m{moment}"),
    }
}

pub(super) fn observations(texts: &str) -> Vec<Observation> {
    texts.split("; ").enumerate().map(|(moment, text)| observation(text, moment)).collect()
}

pub(super) fn decision(kind: DecisionKind, a: &str, b: Option<&str>, is_active: bool) -> Decision {
    let identity = |text: &str| Identity::from(&id(text));
    Decision {
        kind,
        a: identity(a),
        b: b.map(identity),
        is_active,
        set_aside: false,
        note: String::new(),
        by: String::new(),
        at: Millis(0),
    }
}

/// `{u1 a1} {u2}`
pub(super) fn expected(text: &str) -> Clusters {
    let inside = text.trim_matches(['{', '}']);
    inside.split("} {").map(|cluster| cluster.split(' ').map(id).collect()).collect()
}

/// A store that the engine and the test both hold.
#[derive(Debug, Default, Clone)]
pub(super) struct Shared(pub(super) Rc<RefCell<MemoryFacts>>);

impl Facts for Shared {
    type Error = Infallible;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>, Infallible> {
        self.0.borrow().node(id)
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>, Infallible> {
        self.0.borrow().edge(a, b, link)
    }

    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>, Infallible> {
        self.0.borrow().far(node, code, limit)
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>, Infallible> {
        self.0.borrow().component(id)
    }
}

/// What there is: all that an answer may depend on.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) rules: Arc<Rules>,
    pub(super) observations: BTreeMap<usize, Observation>,
    pub(super) decisions: Vec<Decision>,
}

impl World {
    pub(super) fn new(rules: &Arc<Rules>) -> World {
        World { rules: Arc::clone(rules), observations: BTreeMap::new(), decisions: Vec::new() }
    }

    /// What was decided about two identifiers.
    pub(super) fn decided(&self, kind: DecisionKind, a: &Identifier, b: &Identifier) -> Option<bool> {
        let is_about = |decision: &&Decision| {
            let one = decision.a.identifier();
            let other = decision.b.as_ref().map_or(one.clone(), Identity::identifier);
            decision.kind == kind && ((&one, &other) == (a, b) || (&one, &other) == (b, a))
        };
        self.decisions.iter().find(is_about).map(|decision| decision.is_active)
    }

    fn decide(&mut self, decision: &Decision) {
        self.decisions.retain(|old| !(old.kind == decision.kind && same(old, decision)));
        self.decisions.push(decision.clone());
    }
}

fn same(a: &Decision, b: &Decision) -> bool {
    (&a.a, &a.b) == (&b.a, &b.b) || (Some(&a.a), a.b.as_ref()) == (b.b.as_ref(), Some(&b.a))
}

/// One thing that happens.
#[derive(Clone)]
pub(super) enum Step {
    Observe(usize, Observation),
    Remove(usize),
    Decide(Decision),
    /// Everything is written, and the engine starts anew from what is kept.
    Restart,
    /// Everything is settled and compared with the oracle.
    Look,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Step::Observe(number, observation) => {
                let identifiers: Vec<&str> = observation.identifiers.iter().map(Identifier::value).collect();
                let previous = observation.alias.as_ref().map(|alias| format!("<{}", alias.previous_user.value()));
                let mark = if observation.verified { "" } else { "?" };
                write!(f, "{number}: {mark}{}{}", identifiers.join("+"), previous.unwrap_or_default())
            }
            Step::Remove(number) => write!(f, "remove {number}"),
            Step::Decide(Decision { kind, a, b, is_active, set_aside, .. }) => {
                let b = b.as_ref().map_or("", |b| &b.value);
                write!(f, "{kind:?} {} {b} {is_active} {set_aside}", a.value)
            }
            Step::Restart => write!(f, "restart"),
            Step::Look => write!(f, "look"),
        }
    }
}

/// An engine, its store, and the world that it is to agree with.
pub(super) struct Run {
    pub(super) engine: Engine<Shared>,
    pub(super) store: Shared,
    pub(super) world: World,
    at: u64,
}

impl Run {
    pub(super) fn new(rules: &Arc<Rules>) -> Run {
        let store = Shared::default();
        let engine = Engine::new(store.clone(), Arc::clone(rules), Decisions::default(), Totals::default(), 4);
        Run { engine, store, world: World::new(rules), at: 0 }
    }

    pub(super) fn of<'a>(rules: &Arc<Rules>, steps: impl IntoIterator<Item = &'a Step>) -> Run {
        let mut run = Run::new(rules);
        for step in steps {
            run.step(step);
        }
        run
    }

    /// The position of the log after all steps.
    pub(super) fn at(&self) -> u64 {
        self.at + 1
    }

    pub(super) fn step(&mut self, step: &Step) {
        self.at += 1;
        match step {
            Step::Observe(number, observation) => {
                self.world.observations.insert(*number, observation.clone());
                self.engine.observe(self.at, observation).unwrap();
            }
            Step::Remove(number) => {
                if let Some(observation) = self.world.observations.remove(number) {
                    self.correct(&named(&observation));
                }
            }
            Step::Decide(decision) => self.decide(decision),
            Step::Restart => self.restart(),
            Step::Look => assert_eq!(self.clusters(), oracle::clusters(&self.world), "after {:#?}", self.world),
        }
    }

    fn decide(&mut self, decision: &Decision) {
        self.world.decide(decision);
        self.engine.decide(self.at, decision.clone()).unwrap();
        if let (DecisionKind::Sever, Some(b)) = (decision.kind, &decision.b) {
            let ends = [NodeId::of(&decision.a.identifier()), NodeId::of(&b.identifier())];
            let mut ids: BTreeSet<NodeId> = ends.into();
            for observation in self.world.observations.values() {
                let carried: BTreeSet<NodeId> = observation.identifiers.iter().map(NodeId::of).collect();
                if ends.iter().all(|end| carried.contains(end)) {
                    ids.extend(named(observation));
                }
            }
            self.correct(&ids);
        }
    }

    fn correct(&mut self, ids: &BTreeSet<NodeId>) {
        let mut linked = Vec::new();
        for id in ids {
            linked.extend(self.engine.linked(*id).unwrap().into_iter().map(|(other, link)| (*id, other, link)));
        }
        let observations = self.world.observations.values().filter(|observation| !named(observation).is_disjoint(ids));
        let rederived = rederive(self.engine.rules(), self.engine.decisions(), ids, observations, linked);
        self.engine.correct(&rederived).unwrap();
    }

    fn write(&mut self) {
        self.engine.settle().unwrap();
        let written = self.engine.take_written();
        self.store.0.borrow_mut().write(&written);
    }

    fn restart(&mut self) {
        self.write();
        let (decisions, totals) = (self.engine.decisions().clone(), self.engine.totals());
        self.engine = Engine::new(self.store.clone(), Arc::clone(&self.world.rules), decisions, totals, 4);
    }

    /// The customers, from every way to ask for them.
    pub(super) fn clusters(&mut self) -> Clusters {
        self.write();
        self.check_records();
        let facts = self.store.0.borrow();
        let view = View { facts: &*facts, rules: &self.world.rules, decisions: self.engine.decisions() };
        let mut clusters = Clusters::new();
        let mut identifiers = 0;
        for (id, node) in facts.nodes.iter().filter(|(_, node)| node.is_shown()) {
            identifiers += 1;
            let members = view.members(*id).unwrap();
            let shown: BTreeSet<Identifier> =
                members.iter().filter(|(_, node)| node.is_shown()).map(|(_, node)| node.identifier.clone()).collect();
            assert!(shown.contains(&node.identifier), "{:?} is in its own profile", node.identifier);
            let least = shown.iter().min_by(|a, b| self.world.rules.order(a, b)).map(NodeId::of);
            assert_eq!(view.representative(*id).unwrap(), least, "the representative of {:?}", node.identifier);
            clusters.insert(shown);
        }
        let totals = self.engine.totals();
        assert_eq!((totals.identifiers, totals.profiles), (identifiers, clusters.len() as u64), "{clusters:?}");
        assert_eq!(clusters.iter().map(BTreeSet::len).sum::<usize>() as u64, identifiers, "one profile each: {clusters:?}");
        clusters
    }

    /// What is kept is consistent in itself.
    fn check_records(&self) {
        let facts = self.store.0.borrow();
        let view = View { facts: &*facts, rules: &self.world.rules, decisions: self.engine.decisions() };
        for (id, node) in &facts.nodes {
            let ring = view.ring(*id).unwrap();
            assert!(ring.iter().all(|(_, member)| member.component == node.component));
            let component = view.component_of(*id, node).unwrap();
            assert_eq!(component.size as usize, ring.len(), "{:?}", node.identifier);
            if component.mode(&self.world.rules) != Mode::Large {
                assert_eq!(component.least, view.least(&ring), "{:?}", node.identifier);
            }
            for (code, count) in &node.degrees {
                let counts = |other: &NodeId| {
                    view.facts.evidence(*id, *other).unwrap().is_some()
                        && !view.decisions.is_blocked(*other)
                        && !view.decisions.is_blocked(*id)
                };
                let neighbours = facts.neighbours(*id, node, *code, usize::MAX).unwrap();
                assert_eq!(*count as usize, neighbours.iter().filter(|other| counts(other)).count(), "{:?}", node.identifier);
            }
        }
    }

    /// What is known of identifiers and edges, without what only the way here explains.
    pub(super) fn known(&self) -> BTreeMap<String, String> {
        let facts = self.store.0.borrow();
        let nodes = facts.nodes.values().filter(|node| node.is_shown());
        let nodes = nodes.map(|node| (node.identifier.to_string(), format!("{:?} {}", node.seen, node.is_anchor)));
        let name = |id: &NodeId| facts.nodes[id].identifier.to_string();
        let edges = facts.edges.iter().filter(|(_, edge)| edge.seen.is_some());
        let edges = edges.map(|((a, b, link), edge)| (format!("{} {} {link:?}", name(a), name(b)), format!("{edge:?}")));
        nodes.chain(edges).collect()
    }
}

/// Every identifier that an observation names.
fn named(observation: &Observation) -> BTreeSet<NodeId> {
    let alias = observation.alias.iter().flat_map(|alias| [&alias.user, &alias.previous_user, &alias.previous_anonymous]);
    observation.identifiers.iter().chain(alias).map(NodeId::of).collect()
}
