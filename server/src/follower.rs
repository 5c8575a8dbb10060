//! The follower: applies what is durable to what is derived, one batch after the other.
//!
//! It reads the log and nothing else, live as after a restart, so that a replay cannot differ from what happened the first time. Its
//! position is written with its effect: whatever the process was doing when it died, the next one goes on where the last effect ended.

mod ahead;
mod apply;
mod decide;
mod gather;
pub mod people;
mod sequences;

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use parking_lot::RwLock;
use tokio::sync::{broadcast, watch};

use crate::identity::engine::Totals;
use crate::identity::{Decisions, Engine, Rules};
use crate::log::{Control, Record, Seq};
use crate::outcomes::SdkCounters;
use crate::profile::Precedence;
use crate::storage::{IdentityState, Result, Store, StoreError};

pub use people::People;

use gather::Gather;
use sequences::Sequences;

/// Events that one effect takes, at most. Bounds the memory of a batch and how long readers wait for it to be written.
const BATCH_EVENTS: usize = if cfg!(test) { 8 } else { 4_096 };

/// Events after which catching up says how far it is. More than it takes to be worth [reading ahead](ahead).
const PART: Seq = 16 * BATCH_EVENTS as Seq;

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
    store: Arc<dyn Store>,
    known: Arc<RwLock<Known>>,
    gather: Arc<Gather>,
    /// How many events of the log have been applied.
    pub applied: watch::Receiver<Seq>,
    /// Every event as it is applied.
    pub events: broadcast::Sender<Applied>,
}

/// What is kept in memory of the identity graph, as of the last effect. Whoever holds it to read sees no half of an effect in the store.
#[derive(Debug, Default, Clone)]
struct Known {
    rules: Arc<Rules>,
    decisions: Arc<Decisions>,
    sources: Arc<Vec<String>>,
    totals: Totals,
}

impl Followed {
    /// Who is who, as of the last effect. No effect is written while this is held.
    pub fn people(&self) -> People<'_> {
        People::new(&self.store, self.known.read())
    }

    /// Has what is durable applied now: somebody waits for it.
    pub fn hurry(&self) {
        self.gather.hurry();
    }

    /// The rules of identity.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.known.read().rules)
    }

    /// How many identifiers and profiles there are.
    pub fn totals(&self) -> Totals {
        self.known.read().totals
    }
}

/// Starts the follower's thread. It ends when the log's writer has, after everything durable has been applied; or, with
/// [`Followed::applied`] closed, when an effect cannot be read or written.
///
/// `cache` bounds how many records of the identity graph of each sort are kept in memory.
pub fn start(
    store: Arc<dyn Store>,
    durable: watch::Receiver<Seq>,
    cache: usize,
    precedence: Arc<Precedence>,
    counters: SdkCounters,
) -> Result<(Followed, thread::JoinHandle<()>)> {
    let (announce, applied) = watch::channel(0);
    let (events, _) = broadcast::channel(WATCHED);
    let mut follower = Follower::open(store, announce, events.clone(), cache, precedence, counters)?;
    let (known, gather) = (Arc::clone(&follower.known), Arc::<Gather>::default());
    let followed = Followed { store: Arc::clone(&follower.store), known, gather: Arc::clone(&gather), applied, events };
    let thread = thread::Builder::new().name("follower".into()).spawn(move || follower.run(durable, &gather));
    Ok((followed, thread.map_err(|error| StoreError(error.to_string()))?))
}

/// Applies everything in the log, and returns when that is done.
pub fn catch_up(store: Arc<dyn Store>, cache: usize, mut progress: impl FnMut(Seq)) -> Result<()> {
    let end = store.len();
    let mut follower = Follower::open(store, watch::channel(0).0, broadcast::channel(1).0, cache, Arc::default(), SdkCounters::default())?;
    while follower.position < end {
        // In parts, so that whoever waits sees it go on.
        follower.go_on(end.min(follower.position + PART))?;
        progress(follower.position);
    }
    Ok(())
}

/// What people have decided, as of the last effect.
pub fn decided(store: &dyn Store) -> Result<Decisions> {
    let mut decisions = Decisions::default();
    for seq in store.decisions()? {
        if let Some(record) = store.event(seq)?
            && let Some(decision) = Control::of(&record).and_then(|control| control.decision(record.timestamp))
        {
            decisions.decide(decision);
        }
    }
    Ok(decisions)
}

struct Follower {
    store: Arc<dyn Store>,
    known: Arc<RwLock<Known>>,
    engine: Engine<Arc<dyn Store>>,
    state: IdentityState,
    /// The state that the store has.
    written: IdentityState,
    announce: watch::Sender<Seq>,
    events: broadcast::Sender<Applied>,
    position: Seq,
    /// Whether the events of the last batch were of many customers, so that finding what is kept of them takes long.
    is_mixed: bool,
    cache: usize,
    /// For the names of customers.
    precedence: Arc<Precedence>,
    /// For the metrics of what browsers numbered.
    sequences: Sequences,
}

impl Follower {
    fn open(
        store: Arc<dyn Store>,
        announce: watch::Sender<Seq>,
        events: broadcast::Sender<Applied>,
        cache: usize,
        precedence: Arc<Precedence>,
        counters: SdkCounters,
    ) -> Result<Follower> {
        let state = match store.identity_state()? {
            Some(state) => state,
            // Nothing has been derived yet, or it was being forgotten when the process died.
            None => {
                store.restart(&IdentityState::default())?;
                store.identity_state()?.unwrap_or_default()
            }
        };
        let decisions = decided(&*store)?;
        let rules = Arc::new(Rules::new(state.rules.clone()).map_err(|error| StoreError(format!("the rules that are kept: {error}")))?);
        let position = store.applied()?;
        announce.send_replace(position);
        let mut engine = Engine::new(Arc::clone(&store), rules, decisions, state.totals, cache);
        // Profiles that are in the store were there before: what becomes of them is a change.
        engine.take_changes(position)?;
        let follower = Follower {
            store,
            known: Arc::default(),
            engine,
            written: state.clone(),
            state,
            announce,
            events,
            position,
            is_mixed: true,
            cache,
            precedence,
            sequences: Sequences::new(counters, position),
        };
        *follower.known.write() = follower.now_known();
        Ok(follower)
    }

    fn run(&mut self, mut durable: watch::Receiver<Seq>, gather: &Gather) {
        loop {
            let end = *durable.borrow_and_update();
            while self.position < end {
                if let Err(error) = self.go_on(end) {
                    // Going on would leave events out of profiles in silence. Readers are told so: the position does not move any more.
                    tracing::error!(%error, position = self.position, "events cannot be applied; restart the server once the disk is mended");
                    return;
                }
            }
            let idle = Instant::now();
            // An error means that the writer has ended, and nothing more can become durable.
            if futures_executor::block_on(durable.changed()).is_err() {
                return;
            }
            gather.wait(idle);
        }
    }

    /// Applies some of what is durable, which ends at `end`.
    fn go_on(&mut self, end: Seq) -> Result<()> {
        if end - self.position > ahead::FAR && self.is_mixed && self.go_on_with_ahead(end)? {
            return Ok(());
        }
        let limit = usize::try_from(end - self.position).unwrap_or(usize::MAX).min(BATCH_EVENTS);
        let batch = self.store.read(self.position, limit)?;
        self.step(batch)
    }

    /// Applies one batch: events up to what people decided, or one decision.
    fn step(&mut self, mut batch: Vec<(Seq, Arc<Record>)>) -> Result<()> {
        let control = batch.iter().enumerate().find_map(|(place, (_, record))| {
            // What was erased says nothing: it is passed over with the events around it.
            Some((place, Control::of(record).filter(|control| *control != Control::Erased)?))
        });
        match control {
            Some((0, control)) => {
                let (seq, record) = batch.swap_remove(0);
                self.control(seq, &record, control)
            }
            Some((place, _)) => {
                batch.truncate(place);
                self.apply(batch)
            }
            None => self.apply(batch),
        }
    }

    fn now_known(&self) -> Known {
        Known {
            rules: Arc::clone(self.engine.rules()),
            decisions: Arc::new(self.engine.decisions().clone()),
            sources: Arc::new(self.state.sources.clone()),
            totals: self.engine.totals(),
        }
    }
}
