//! The follower: applies what is durable to what is derived, one batch after the other.
//!
//! It reads the log and nothing else, live as after a restart, so that a replay cannot differ from what happened the first time. Its
//! position is written with its effect: whatever the process was doing when it died, the next one goes on where the last effect ended.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::thread;

use nora_shared::Identifier;
use nora_shared::event::Event;
use parking_lot::RwLock;
use tokio::sync::{broadcast, watch};

use crate::context::Context;
use crate::identity::{Graph, Observation, Touched, carried};
use crate::log::{Record, Seq};
use crate::profile::fold::fragment_of;
use crate::profile::{Fragment, Profile};
use crate::storage::{Effect, IdentityFacts, Result, Store, TimelineEntry};

/// Events that one effect takes, at most. Bounds the memory of a batch and how long readers wait for the graph.
const BATCH_EVENTS: usize = 4_096;

/// Events that are kept for those who watch and are slow to read.
const WATCHED: usize = 1_024;

/// One event that has been applied, for those who watch.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The event.
    pub record: Arc<Record>,
    /// The profile that it landed on.
    pub profile_id: Option<String>,
    /// What to call that customer.
    pub profile_name: Option<String>,
}

/// What the follower shares with readers.
#[derive(Clone)]
pub struct Followed {
    /// Who is who, as of the last effect.
    pub graph: Arc<RwLock<Graph>>,
    /// How many events of the log have been applied.
    pub applied: watch::Receiver<Seq>,
    /// Every event as it is applied.
    pub events: broadcast::Sender<Applied>,
}

/// Starts the follower's thread. It ends when the log's writer has, after everything durable has been applied; or, with
/// [`Followed::applied`] closed, when an effect cannot be read or written.
pub fn start(store: Arc<dyn Store>, durable: watch::Receiver<Seq>) -> Result<(Followed, thread::JoinHandle<()>)> {
    let IdentityFacts { nodes, edges, aliases } = store.identity_facts()?;
    let graph = Arc::new(RwLock::new(Graph::new(nodes, edges, aliases)));
    let position = store.applied()?;
    let (announce, applied) = watch::channel(position);
    let (events, _) = broadcast::channel(WATCHED);
    let followed = Followed { graph: Arc::clone(&graph), applied, events: events.clone() };
    let mut follower = Follower { store, graph, announce, events, position };
    let thread = thread::Builder::new().name("follower".into()).spawn(move || follower.run(durable));
    Ok((followed, thread.map_err(|error| crate::storage::StoreError(error.to_string()))?))
}

struct Follower {
    store: Arc<dyn Store>,
    graph: Arc<RwLock<Graph>>,
    announce: watch::Sender<Seq>,
    events: broadcast::Sender<Applied>,
    position: Seq,
}

impl Follower {
    fn run(&mut self, mut durable: watch::Receiver<Seq>) {
        loop {
            let end = *durable.borrow_and_update();
            while self.position < end {
                if let Err(error) = self.step(end) {
                    // Going on would leave events out of profiles in silence. Readers are told so: the position does not move any more.
                    tracing::error!(%error, position = self.position, "events cannot be applied; restart the server once the disk is mended");
                    return;
                }
            }
            // An error means that the writer has ended, and nothing more can become durable.
            if futures_executor::block_on(durable.changed()).is_err() {
                return;
            }
        }
    }

    /// Applies one batch of events.
    fn step(&mut self, end: Seq) -> Result<()> {
        let limit = usize::try_from(end - self.position).unwrap_or(usize::MAX).min(BATCH_EVENTS);
        let batch = self.store.read(self.position, limit)?;
        let Some(applied) = batch.last().map(|(seq, _)| seq + 1) else { return Ok(()) };
        let mut touched = Touched::default();
        let mut fragments: BTreeMap<Identifier, Fragment> = BTreeMap::new();
        let mut timeline: BTreeMap<Identifier, Vec<TimelineEntry>> = BTreeMap::new();
        let mut anchors = Vec::with_capacity(batch.len());
        let mut observations = Vec::with_capacity(batch.len());
        for (seq, record) in &batch {
            let Some((observation, fragment)) = read(record) else {
                anchors.push(None);
                continue;
            };
            let anchor = fragment.anchor();
            timeline.entry(anchor.clone()).or_default().push(TimelineEntry { timestamp: record.timestamp, seq: *seq });
            match fragments.get_mut(&anchor) {
                Some(kept) => kept.merge(fragment),
                None => {
                    let mut kept = self.store.fragment(&anchor)?.unwrap_or_else(|| Fragment::empty(&anchor));
                    kept.merge(fragment);
                    fragments.insert(anchor.clone(), kept);
                }
            }
            anchors.push(Some(anchor));
            observations.push(observation);
        }
        let mut graph = self.graph.write();
        for observation in &observations {
            graph.observe(observation, &mut touched);
        }
        graph.settle();
        let (nodes, edges, aliases) = graph.facts(&touched);
        let effect = Effect {
            applied,
            nodes,
            edges,
            aliases,
            fragments: fragments.into_values().collect(),
            timeline: timeline.into_iter().collect(),
        };
        // Readers wait for the whole effect: a graph that is ahead of its fragments would show customers without their events.
        self.store.apply(&effect)?;
        drop(graph);
        self.position = applied;
        self.announce.send_replace(applied);
        self.tell(batch, &anchors);
        Ok(())
    }

    fn tell(&self, batch: Vec<(Seq, Record)>, anchors: &[Option<Identifier>]) {
        if self.events.receiver_count() == 0 {
            return;
        }
        // The channel keeps no more: whoever watches would miss the others anyway.
        let skipped = batch.len().saturating_sub(WATCHED);
        let mut names: HashMap<String, Option<String>> = HashMap::new();
        for ((_, record), anchor) in batch.into_iter().zip(anchors).skip(skipped) {
            let profile_id = anchor.as_ref().and_then(|anchor| self.graph.read().profile_id_of(anchor));
            let profile_name = match (&profile_id, anchor) {
                (Some(profile_id), Some(anchor)) => names.entry(profile_id.clone()).or_insert_with(|| self.name_of(anchor)).clone(),
                _ => None,
            };
            // Nobody listening any more is no error.
            let _ = self.events.send(Applied { record: Arc::new(record), profile_id, profile_name });
        }
    }

    fn name_of(&self, anchor: &Identifier) -> Option<String> {
        let customer = self.graph.read().customer(anchor)?;
        let fragments = customer.anchors.iter().filter_map(|anchor| self.store.fragment(anchor).ok().flatten()).collect();
        Profile::new(&customer, fragments, false).display_name()
    }
}

/// What one record says: of identity, and of its customer. `None` where it identifies nobody.
fn read(record: &Record) -> Option<(Observation, Fragment)> {
    let event = Event::parse(&record.json).ok()?;
    let context = Context::of(&event);
    let observation = carried::observation(record, &event, &context);
    let fragment = fragment_of(observation.anchor()?, record, &event, &context);
    Some((observation, fragment))
}
