//! Applies a run of events.

use std::sync::Arc;

use foldhash::HashMap;
use nora_shared::Identifier;
use nora_shared::event::Event;

use super::{Applied, Follower, WATCHED};
use crate::context::Context;
use crate::identity::{NodeId, Observation, carried};
use crate::log::{Control, Record, Seq};
use crate::profile::{Fragment, display_name};
use crate::storage::{Effect, IdentityState, ProfileChange, Result, TimelineEntry};
use crate::time::Millis;

/// Where that is which a batch adds under one anchor, in the effect: a fragment is too large to be moved about.
struct Place {
    timeline: usize,
    /// Nothing as long as its events are left out of profiles.
    fragment: Option<usize>,
}

impl Follower {
    pub(super) fn apply(&mut self, batch: Vec<(Seq, Arc<Record>)>) -> Result<()> {
        let Some(applied) = batch.last().map(|(seq, _)| seq + 1) else { return Ok(()) };
        let (mut timeline, mut fragments) = (Vec::new(), Vec::new());
        let mut places: HashMap<NodeId, Place> = HashMap::default();
        let mut anchors = Vec::with_capacity(batch.len());
        for (seq, record) in &batch {
            if Control::is_erased(record) {
                anchors.push(None);
                continue;
            }
            let event = Event::known(&record.json);
            let context = Context::of(&event);
            let observation = self.observation(record, &event, &context);
            let ids: Vec<NodeId> = observation.identifiers.iter().map(NodeId::of).collect();
            let (Some(anchor), Some(&id)) = (observation.anchor(), ids.first()) else {
                anchors.push(None);
                continue;
            };
            let place = places.entry(id).or_insert_with(|| {
                timeline.push((id, Vec::new()));
                Place { timeline: timeline.len() - 1, fragment: None }
            });
            timeline[place.timeline].1.push(TimelineEntry { timestamp: record.timestamp, seq: *seq });
            if !self.is_set_aside(&ids) {
                let at = match place.fragment {
                    Some(at) => at,
                    None => {
                        fragments.push((id, self.recorded(id, anchor)?));
                        *place.fragment.insert(fragments.len() - 1)
                    }
                };
                fragments[at].1.add(record, &event, &context);
            }
            self.sequences.note(*seq, record, &context);
            self.engine.observe_as(*seq, &observation, &ids)?;
            anchors.push(Some(anchor.clone()));
        }
        self.is_mixed = places.len() * 4 > batch.len();
        let at = batch.last().map_or(Millis(0), |(_, record)| record.received_at);
        let effect = Effect { fragments, timeline, ..self.effect(applied, at)? };
        self.write(&effect)?;
        self.tell(batch, &anchors);
        Ok(())
    }

    /// What is recorded under an anchor.
    fn recorded(&self, id: NodeId, anchor: &Identifier) -> Result<Fragment> {
        // Under an identifier that is new nothing is.
        let is_known = self.engine.node(id)?.is_some();
        let kept = if is_known { self.store.fragment(anchor)? } else { None };
        Ok(kept.unwrap_or_else(|| Fragment::empty(anchor)))
    }

    /// What one event says of identity.
    pub(super) fn observation(&mut self, record: &Record, event: &Event<'_>, context: &Context<'_>) -> Observation {
        let source = self.source(&record.source);
        carried::observation(record, event, context, self.engine.rules(), source)
    }

    /// Whether an event that carries these identifiers is left out of every profile.
    pub(super) fn is_set_aside(&self, ids: &[NodeId]) -> bool {
        let decisions = self.engine.decisions();
        // Nearly always: saves looking at every identifier of every event.
        !decisions.sets_nothing_aside() && decisions.judge(ids).is_set_aside
    }

    /// What has changed in the identity graph, with the position that this brings the derivation to.
    pub(super) fn effect(&mut self, applied: Seq, at: Millis) -> Result<Effect> {
        self.engine.settle()?;
        let names = |ids: Vec<NodeId>| ids.into_iter().map(NodeId::profile_id).collect();
        let changes = self.engine.take_changes(applied)?.into_iter();
        let changes = changes.map(|change| ProfileChange { at, kind: change.kind, from: names(change.from), to: names(change.to) });
        let changes = changes.collect();
        let state = IdentityState { totals: self.engine.totals(), ..self.state.clone() };
        let is_new = self.written != state;
        if is_new {
            self.written.clone_from(&state);
        }
        self.state.clone_from(&state);
        Ok(Effect {
            from: self.position,
            applied,
            identity: self.engine.take_written(),
            state: is_new.then_some(state),
            changes,
            ..Effect::default()
        })
    }

    pub(super) fn write(&mut self, effect: &Effect) -> Result<()> {
        let now = self.now_known();
        // Readers wait for the whole effect: a graph that is ahead of its fragments would show customers without their events.
        let mut known = self.known.write();
        self.store.apply(effect)?;
        *known = now;
        drop(known);
        self.position = effect.applied;
        self.announce.send_replace(effect.applied);
        Ok(())
    }

    /// The number of a source.
    fn source(&mut self, id: &str) -> u16 {
        let sources = &mut self.state.sources;
        let place = sources.iter().position(|source| source == id).unwrap_or_else(|| {
            sources.push(id.to_owned());
            sources.len() - 1
        });
        // Whoever has more sources than that sees the last of them together.
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    fn tell(&self, batch: Vec<(Seq, Arc<Record>)>, anchors: &[Option<Identifier>]) {
        if self.events.receiver_count() == 0 {
            return;
        }
        let people = super::People::new(&self.store, self.known.read());
        // The channel keeps no more: whoever watches would miss the others anyway.
        let skipped = batch.len().saturating_sub(WATCHED);
        let mut names: HashMap<String, Option<String>> = HashMap::default();
        for ((_, record), anchor) in batch.into_iter().zip(anchors).skip(skipped) {
            // What cannot be read is not shown: the reader of the profile is told why.
            let profile_id = anchor.as_ref().and_then(|anchor| people.profile_id_of(anchor).ok().flatten());
            let profile_name = match (&profile_id, anchor) {
                (Some(profile_id), Some(anchor)) => {
                    names.entry(profile_id.clone()).or_insert_with(|| self.name_of(&people, anchor)).clone()
                }
                _ => None,
            };
            // Nobody listening any more is no error.
            let _ = self.events.send(Applied { record, profile_id, profile_name });
        }
    }

    fn name_of(&self, people: &super::People<'_>, anchor: &Identifier) -> Option<String> {
        let customer = people.customer(anchor).ok().flatten()?;
        let fragments = customer.anchors.iter().filter_map(|anchor| self.store.fragment(anchor).ok().flatten()).collect();
        display_name(fragments, &self.precedence)
    }
}
