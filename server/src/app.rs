//! A running installation: everything between the door and the disk.

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use nora_shared::{Identifier, identifier};
use tokio::sync::{broadcast, watch};

use crate::admission::Decision;
use crate::clock::Clock;
use crate::counts::Counts;
use crate::follower::{self, Followed};
use crate::keys::{self, FirstKeys, Keys};
use crate::live::{self, LiveEvent};
use crate::log::writer::SubmitError;
use crate::log::{Control, LogWriter, Record, Seq, Settled, Verdict};
use crate::outcomes::Outcomes;
use crate::plans::Plans;
use crate::profile::Precedence;
use crate::space::Space;
use crate::storage::sled::{OpenError, SledStore};
use crate::storage::{Appended, Store};

/// How long a reader waits for what was acknowledged before it asked.
const READ_WAIT: Duration = Duration::from_secs(5);

/// Records of the identity graph, of each sort, that are kept in memory for every MiB of cache: they take about half as much again.
const GRAPH_RECORDS: u64 = 200;

/// How many records of the identity graph, of each sort, a cache of this size keeps.
pub fn graph_records(cache_bytes: u64) -> usize {
    usize::try_from((cache_bytes >> 20).saturating_mul(GRAPH_RECORDS)).unwrap_or(usize::MAX)
}

/// Bytes of events that wait for the disk, at most.
const QUEUE_BYTES: usize = 64 * 1024 * 1024;

/// A running installation. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Who may write and read.
    pub keys: Arc<Keys>,
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Who is who, and what has been applied.
    pub followed: Followed,
    /// Which source is believed about which trait.
    pub precedence: Arc<Precedence>,
    /// How many events had which outcome.
    pub outcomes: Arc<Outcomes>,
    /// Page views of visitors of whom nothing is recorded.
    pub counts: Counts,
    /// What the events of each source should look like.
    pub plans: Plans,
    /// The room on the disk.
    pub space: Arc<Space>,
    /// What arrives, as it arrives.
    pub live: broadcast::Sender<LiveEvent>,
    writer: LogWriter,
    durable: watch::Receiver<Seq>,
}

/// The threads of an [`App`], to be waited for after its last clone is gone.
pub struct Threads {
    store: Arc<dyn Store>,
    writer: JoinHandle<()>,
    follower: JoinHandle<()>,
    counts: JoinHandle<()>,
    plans: JoinHandle<()>,
}

/// What an installation keeps beside its store.
pub struct Beside {
    /// Who may write and read.
    pub keys: Keys,
    /// Page views of visitors of whom nothing is recorded, and the thread that writes them.
    pub counts: (Counts, JoinHandle<()>),
    /// Tracking plans, and the thread that writes what was counted for them.
    pub plans: (Plans, JoinHandle<()>),
    /// The room on the disk.
    pub space: Arc<Space>,
}

/// Why an installation could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The data directory cannot be used.
    #[error("the data directory cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// The database in it cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What is derived cannot be read.
    #[error(transparent)]
    Store(#[from] crate::storage::StoreError),
    /// The keys cannot be opened.
    #[error(transparent)]
    Keys(#[from] keys::OpenError),
}

/// The reader waited for what was acknowledged before it asked, and it was not applied in time.
#[derive(Debug)]
pub struct NotCaughtUp;

impl App {
    /// Opens the installation in `data_dir`, creating it where there is none. `min_free_bytes` of the disk are kept free.
    pub fn open(
        data_dir: &Path,
        cache_bytes: u64,
        min_free_bytes: u64,
        first: &FirstKeys,
        precedence: Precedence,
        clock: Arc<dyn Clock>,
    ) -> Result<(App, Threads), AppError> {
        // What is kept here is about people: nobody else on the machine may read it.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir)?;
        let store: Arc<dyn Store> = Arc::new(SledStore::open(&data_dir.join("sled"), cache_bytes)?);
        let keys = Keys::open(data_dir, first)?;
        let counts = Counts::open(data_dir.join("counts"))?;
        let plans = Plans::open(data_dir)?;
        let space = Space::watch(data_dir, min_free_bytes)?;
        App::start(store, Beside { keys, counts, plans, space }, precedence, graph_records(cache_bytes), clock)
    }

    /// An installation on a store that is open. `graph_records` bounds the records of the identity graph in memory, of each sort.
    pub fn start(
        store: Arc<dyn Store>,
        beside: Beside,
        precedence: Precedence,
        graph_records: usize,
        clock: Arc<dyn Clock>,
    ) -> Result<(App, Threads), AppError> {
        let (writer, writer_thread) = LogWriter::start(Arc::clone(&store), QUEUE_BYTES)?;
        let precedence = Arc::new(precedence);
        let outcomes = Arc::new(Outcomes::default());
        let (followed, follower_thread) =
            follower::start(Arc::clone(&store), writer.durable(), graph_records, Arc::clone(&precedence), outcomes.sdk())?;
        let (live, _) = broadcast::channel(1_024);
        let durable = writer.durable();
        let Beside { keys, counts: (counts, counts_thread), plans: (plans, plans_thread), space } = beside;
        let keys = Arc::new(keys);
        let threads = Threads {
            store: Arc::clone(&store),
            writer: writer_thread,
            follower: follower_thread,
            counts: counts_thread,
            plans: plans_thread,
        };
        Ok((App { clock, keys, store, followed, precedence, outcomes, counts, plans, space, live, writer, durable }, threads))
    }

    /// Makes decisions durable, counts their outcomes, and shows those that the follower will not.
    pub async fn submit(&self, source: &str, mut decisions: Vec<Decision>) -> Result<Vec<Verdict>, SubmitError> {
        self.check_space()?;
        let watched = self.live.receiver_count() > 0;
        let shown: Vec<_> = if watched { decisions.iter().map(live::Waiting::of).collect() } else { Vec::new() };
        let clamped = decisions.iter().filter(|decision| matches!(decision, Decision::Accept { clamped: true, .. })).count();
        let links: Vec<_> = decisions.iter().map(Decision::link).collect();
        let checked: Vec<_> =
            decisions.iter_mut().enumerate().filter_map(|(place, decision)| Some((place, decision.take_checked()?))).collect();
        let verdicts = self.writer.submit(decisions).await?;
        self.outcomes.count_clamped(clamped as u64);
        // A repeat has been counted.
        let news = links.into_iter().zip(&verdicts).filter(|(_, verdict)| matches!(verdict, Verdict::Accepted(_)));
        news.filter_map(|(link, _)| link).for_each(|link| self.outcomes.count_link(link));
        self.outcomes.count(source, &verdicts, self.clock.now());
        for (place, checked) in &checked {
            let is_held = match verdicts.get(*place) {
                Some(Verdict::Accepted(_)) => false,
                Some(Verdict::Quarantined(_)) => true,
                _ => continue,
            };
            self.plans.count(source, checked, is_held, self.clock.now());
            self.outcomes.count_checked(checked, is_held);
        }
        for (waiting, verdict) in shown.into_iter().zip(&verdicts) {
            if !matches!(verdict, Verdict::Accepted(_)) {
                let mut event = waiting.event(source, *verdict, self.clock.now());
                event.profile_id = self.profile_id_of(&event);
                // Nobody listening any more is no error.
                let _ = self.live.send(event);
            }
        }
        Ok(verdicts)
    }

    /// Makes records durable together with what becomes of held items. Removing needs no room on the disk. Nothing of it is counted: these
    /// events were, when they came.
    pub async fn settle(&self, records: Vec<Record>, settled: Vec<Settled>) -> Result<Vec<Appended>, SubmitError> {
        if settled.iter().any(|settled| settled.still.is_some()) || !records.is_empty() {
            self.check_space()?;
        }
        self.writer.settle(records, settled).await
    }

    /// Makes what somebody decided durable. It shows once it has been [caught up](App::caught_up) with.
    pub async fn decide(&self, control: &Control) -> Result<(), SubmitError> {
        self.check_space()?;
        let record = control.record(self.clock.now(), uuid::Uuid::new_v4().to_string());
        self.writer.submit(vec![Decision::Accept { record, clamped: false, link: None, checked: None }]).await.map(drop)
    }

    /// How many requests wait for the disk, and how many bytes their events have.
    pub fn waiting(&self) -> (usize, usize) {
        self.writer.waiting()
    }

    fn check_space(&self) -> Result<(), SubmitError> {
        if self.space.is_short() { Err(SubmitError::DiskFull) } else { Ok(()) }
    }

    /// Whether events can be taken and applied, where there is room on the disk; if not, the server must be started again.
    pub fn is_ready(&self) -> bool {
        self.store.is_writable() && self.durable.has_changed().is_ok() && self.followed.applied.has_changed().is_ok()
    }

    /// The profile of whoever an event that was not taken names.
    fn profile_id_of(&self, event: &LiveEvent) -> Option<String> {
        let ids = [(identifier::USER_ID, &event.user_id), (identifier::ANONYMOUS_ID, &event.anonymous_id)];
        let people = self.followed.people();
        // Whoever watches sees the event all the same where the store cannot be read.
        ids.into_iter().find_map(|(kind, id)| people.profile_id_of(&Identifier::new(kind, id.as_deref()?)?).ok().flatten())
    }

    /// Waits until everything that was durable when this was called has been applied, so that an answer includes what was acknowledged.
    pub async fn caught_up(&self) -> Result<(), NotCaughtUp> {
        let target = *self.durable.borrow();
        let mut applied = self.followed.applied.clone();
        if *applied.borrow() < target {
            self.followed.hurry();
        }
        let waited = tokio::time::timeout(READ_WAIT, applied.wait_for(|applied| *applied >= target)).await;
        waited.ok().and_then(Result::ok).map(drop).ok_or(NotCaughtUp)
    }

    /// The same, however long it takes: for commands that have the data directory to themselves.
    pub async fn all_applied(&self) -> Result<(), NotCaughtUp> {
        let target = *self.durable.borrow();
        let mut applied = self.followed.applied.clone();
        self.followed.hurry();
        applied.wait_for(|applied| *applied >= target).await.map(drop).map_err(|_| NotCaughtUp)
    }
}

impl Threads {
    /// Waits until everything acknowledged has been applied and written. The last clone of the [`App`] must be gone.
    pub fn finish(self) {
        for (name, thread) in [("writer", self.writer), ("follower", self.follower), ("counts", self.counts), ("plans", self.plans)] {
            if thread.join().is_err() {
                tracing::error!(name, "a thread ended with a panic");
            }
        }
        if let Err(error) = self.store.close() {
            tracing::error!(%error, "the store could not be closed; nothing acknowledged is lost");
        }
    }
}
