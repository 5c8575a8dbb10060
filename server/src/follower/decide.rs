//! Applies what people decided.
//!
//! What an observation is worth may change with a decision. Facts are sums from which nothing can be taken away, so those that it touches
//! are derived again, from the events in the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nora_shared::Identifier;
use nora_shared::event::Event;

use super::Follower;
use crate::context::Context;
use crate::identity::engine::Totals;
use crate::identity::rederive::rederive;
use crate::identity::{Decision, DecisionKind, Decisions, Engine, NodeId, Observation, Rules, RulesConfig};
use crate::log::{Control, Record, Seq};
use crate::profile::Fragment;
use crate::storage::{Effect, IdentityState, Result};

impl Follower {
    pub(super) fn control(&mut self, seq: Seq, record: &Record, control: Control) -> Result<()> {
        if let Control::Rules { rules, .. } = &control {
            return self.change_rules(seq, record, rules);
        }
        let mut fragments = Vec::new();
        if let Some(decision) = control.decision(record.timestamp) {
            fragments = self.decide(seq, decision)?;
        }
        let effect = Effect { decisions: vec![seq], fragments, ..self.effect(seq + 1, record.received_at)? };
        self.write(&effect)
    }

    /// Takes in a decision; the fragments that it changes.
    fn decide(&mut self, seq: Seq, decision: Decision) -> Result<Vec<(NodeId, Fragment)>> {
        let (DecisionKind::Sever, Some(b)) = (decision.kind, decision.b.clone()) else {
            self.engine.decide(seq, decision)?;
            return Ok(Vec::new());
        };
        let ends = [NodeId::of(&decision.a.identifier()), NodeId::of(&b.identifier())];
        let before = self.engine.decisions().get(DecisionKind::Sever, ends[0], Some(ends[1])).cloned();
        let sets_aside = [Some(&decision), before.as_ref()].into_iter().flatten().any(|decision| decision.set_aside);
        self.engine.decide(seq, decision)?;
        let mut ids = BTreeSet::from(ends);
        let mut anchors = BTreeSet::new();
        if sets_aside {
            for observation in self.observations(&ids)?.values() {
                let named = named(observation);
                if ends.iter().all(|end| named.contains(end)) {
                    ids.extend(named);
                    anchors.extend(observation.anchor().cloned());
                }
            }
        }
        let observations = self.observations(&ids)?;
        let mut linked = Vec::new();
        for id in &ids {
            linked.extend(self.engine.linked(*id)?.into_iter().map(|(other, link)| (*id, other, link)));
        }
        let rederived = rederive(self.engine.rules(), self.engine.decisions(), &ids, observations.values(), linked);
        self.engine.correct(&rederived)?;
        anchors.iter().map(|anchor| Ok((NodeId::of(anchor), self.refold(anchor)?))).collect()
    }

    /// All observations that have been applied and name one of these identifiers, by their positions.
    fn observations(&mut self, ids: &BTreeSet<NodeId>) -> Result<BTreeMap<Seq, Observation>> {
        let mut near = ids.clone();
        for id in ids {
            near.extend(self.engine.linked(*id)?.into_iter().map(|(other, _)| other));
        }
        let mut found = BTreeMap::new();
        for id in near {
            let Some(node) = self.engine.node(id)? else { continue };
            for (seq, record) in self.events_of(&node.identifier)? {
                let event = Event::known(&record.json);
                let observation = self.observation(&record, &event, &Context::of(&event));
                if !named(&observation).is_disjoint(ids) {
                    found.insert(seq, observation);
                }
            }
        }
        Ok(found)
    }

    /// Makes the fragment of an anchor again, from the events that count.
    fn refold(&mut self, anchor: &Identifier) -> Result<Fragment> {
        let mut fragment = Fragment::empty(anchor);
        for (_, record) in self.events_of(anchor)? {
            let event = Event::known(&record.json);
            let context = Context::of(&event);
            let observation = self.observation(&record, &event, &context);
            let ids: Vec<NodeId> = observation.identifiers.iter().map(NodeId::of).collect();
            if !self.is_set_aside(&ids) {
                fragment.add(&record, &event, &context);
            }
        }
        Ok(fragment)
    }

    fn events_of(&self, anchor: &Identifier) -> Result<Vec<(Seq, Arc<Record>)>> {
        let entries = self.store.timeline(anchor)?.into_iter();
        entries.map(|entry| Ok(self.store.event(entry.seq)?.map(|record| (entry.seq, record)))).filter_map(Result::transpose).collect()
    }

    /// Begins again with other rules: who is the strongest identifier of an event may follow from them, and with it everything else.
    fn change_rules(&mut self, seq: Seq, record: &Record, config: &RulesConfig) -> Result<()> {
        let is_known = self.state.rules_at.is_some_and(|at| at >= seq) || *config == self.state.rules;
        let rules = match Rules::new(config.clone()) {
            Ok(rules) if !is_known => rules,
            result => {
                if let Err(error) = result {
                    tracing::error!(%error, seq, "rules that cannot be used were passed over");
                }
                let effect = self.effect(seq + 1, record.received_at)?;
                return self.write(&effect);
            }
        };
        tracing::info!(events = seq, "the rules of identity have changed; profiles are derived again");
        let state = IdentityState { rules: config.clone(), rules_at: Some(seq), ..IdentityState::default() };
        let mut known = self.known.write();
        self.store.restart(&state)?;
        self.engine = Engine::new(Arc::clone(&self.store), Arc::new(rules), Decisions::default(), Totals::default(), self.cache);
        self.written.clone_from(&state);
        (self.state, self.position) = (state, 0);
        *known = self.now_known();
        drop(known);
        self.announce.send_replace(0);
        Ok(())
    }
}

/// Every identifier that an observation names.
fn named(observation: &Observation) -> BTreeSet<NodeId> {
    let alias = observation.alias.iter().flat_map(|alias| [&alias.user, &alias.previous_user, &alias.previous_anonymous]);
    observation.identifiers.iter().chain(alias).map(NodeId::of).collect()
}
