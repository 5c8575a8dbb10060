//! Group commit: one writer makes everything that is waiting durable at once, and then answers for all of it.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use nora_shared::Reason;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::admission::Decision;
use crate::log::{Held, Record, Seq, Settled};
use crate::metrics;
use crate::storage::{Appended, Store};

/// Events that one commit takes, at most. Bounds the time that the first of them waits for the last.
const COMMIT_EVENTS: usize = 8_192;

/// Submissions that wait at once, at most. Their bytes are bounded by [`LogWriter::start`]'s `queue_bytes`.
const QUEUE: usize = 16_384;

/// Why a submission was not made durable. Nothing of it was acknowledged; the client may send it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// As much is waiting as may wait.
    #[error("the server is taking as much as it can")]
    Full,
    /// There is no room on the disk. It was not tried.
    #[error("the disk is nearly full")]
    DiskFull,
    /// The store failed; the server's own log says how.
    #[error("the store is not available")]
    Unavailable,
}

/// What became of one event: its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// In the log, at this position.
    Accepted(Seq),
    /// In the log already.
    Duplicate,
    /// In the quarantine.
    Quarantined(Reason),
    /// Not kept.
    Refused(Reason),
}

impl Verdict {
    /// The stable name of the outcome.
    pub const fn outcome(self) -> &'static str {
        match self {
            Verdict::Accepted(_) => "accepted",
            Verdict::Duplicate => "duplicate",
            Verdict::Quarantined(_) => "quarantined",
            Verdict::Refused(_) => "refused",
        }
    }

    /// Why it was not accepted.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Verdict::Quarantined(reason) | Verdict::Refused(reason) => Some(reason),
            Verdict::Accepted(_) | Verdict::Duplicate => None,
        }
    }
}

struct Submission {
    records: Vec<Arc<Record>>,
    held: Vec<Held>,
    settled: Vec<Settled>,
    reply: oneshot::Sender<Option<Vec<Appended>>>,
    /// Gives its bytes back to the queue when it is answered.
    _bytes: OwnedSemaphorePermit,
}

/// Takes decisions and answers when they are durable.
#[derive(Clone)]
pub struct LogWriter {
    queue: Sender<Submission>,
    bytes: Arc<Semaphore>,
    queue_bytes: usize,
    durable: watch::Receiver<Seq>,
}

impl LogWriter {
    /// Starts the writer's thread. It ends when the last clone of the writer is dropped, after everything queued has been answered.
    ///
    /// `queue_bytes` bounds what waits for the disk; beyond it [`submit`](LogWriter::submit) answers [`SubmitError::Full`].
    pub fn start(store: Arc<dyn Store>, queue_bytes: usize) -> std::io::Result<(LogWriter, thread::JoinHandle<()>)> {
        let (queue, waiting) = bounded(QUEUE);
        let (announce, durable) = watch::channel(store.len());
        let thread = thread::Builder::new().name("log".into()).spawn(move || write_all(&*store, &waiting, &announce))?;
        Ok((LogWriter { queue, bytes: Arc::new(Semaphore::new(queue_bytes)), queue_bytes, durable }, thread))
    }

    /// Makes the decisions' effects durable and answers with one verdict each, in their order.
    pub async fn submit(&self, decisions: Vec<Decision>) -> Result<Vec<Verdict>, SubmitError> {
        let (mut records, mut held, mut slots) = (Vec::new(), Vec::new(), Vec::with_capacity(decisions.len()));
        for decision in decisions {
            match decision {
                Decision::Accept { record, .. } => {
                    slots.push(None);
                    records.push(Arc::new(record));
                }
                Decision::Quarantine(item) | Decision::OffPlan(item, _) => {
                    slots.push(Some(Verdict::Quarantined(item.reason)));
                    held.push(item);
                }
                Decision::Refuse(reason) => slots.push(Some(Verdict::Refused(reason))),
            }
        }
        let mut appended = match records.is_empty() && held.is_empty() {
            true => Vec::new(),
            false => self.commit(records, held, Vec::new()).await?,
        }
        .into_iter();
        let verdict = |slot: Option<Verdict>| {
            // The store answers once for each record, and each record left one empty slot.
            slot.unwrap_or_else(|| match appended.next() {
                Some(Appended::At(seq)) => Verdict::Accepted(seq),
                _ => Verdict::Duplicate,
            })
        };
        Ok(slots.into_iter().map(verdict).collect())
    }

    /// Makes records durable together with what becomes of held items; one answer for each record, in their order.
    pub async fn settle(&self, records: Vec<Record>, settled: Vec<Settled>) -> Result<Vec<Appended>, SubmitError> {
        self.commit(records.into_iter().map(Arc::new).collect(), Vec::new(), settled).await
    }

    /// How many submissions wait for the disk, and how many bytes they have.
    pub fn waiting(&self) -> (usize, usize) {
        (self.queue.len(), self.queue_bytes.saturating_sub(self.bytes.available_permits()))
    }

    /// How many events are durable, now and as that changes.
    pub fn durable(&self) -> watch::Receiver<Seq> {
        self.durable.clone()
    }

    async fn commit(&self, records: Vec<Arc<Record>>, held: Vec<Held>, settled: Vec<Settled>) -> Result<Vec<Appended>, SubmitError> {
        let held_bytes = |held: &Held| held.texts().map(str::len).sum::<usize>();
        let bytes = records.iter().map(|record| record.json.len() + 256).sum::<usize>()
            + held.iter().map(held_bytes).sum::<usize>()
            + settled.iter().filter_map(|settled| settled.still.as_ref()).map(held_bytes).sum::<usize>();
        let permits = u32::try_from(bytes).map_err(|_| SubmitError::Full)?;
        let permit = Arc::clone(&self.bytes).try_acquire_many_owned(permits).map_err(|_| SubmitError::Full)?;
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Submission { records, held, settled, reply, _bytes: permit }).map_err(|error| match error {
            TrySendError::Full(_) => SubmitError::Full,
            TrySendError::Disconnected(_) => SubmitError::Unavailable,
        })?;
        answer.await.ok().flatten().ok_or(SubmitError::Unavailable)
    }
}

fn write_all(store: &dyn Store, waiting: &Receiver<Submission>, announce: &watch::Sender<Seq>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        let mut events = group[0].records.len();
        while events < COMMIT_EVENTS
            && let Ok(next) = waiting.try_recv()
        {
            events += next.records.len();
            group.push(next);
        }
        let counts: Vec<_> = group.iter().map(|submission| submission.records.len()).collect();
        let (mut records, mut held, mut settled) = (Vec::with_capacity(events), Vec::new(), Vec::new());
        for submission in &mut group {
            records.append(&mut submission.records);
            held.append(&mut submission.held);
            settled.append(&mut submission.settled);
        }
        let begun = Instant::now();
        let answers =
            store.commit(&records, &held, &settled).inspect_err(|error| tracing::error!(%error, "events could not be made durable"));
        metrics::COMMIT.observe(begun.elapsed().as_secs_f64());
        metrics::COMMIT_EVENTS.observe(records.len() as f64);
        if answers.is_ok() {
            announce.send_replace(store.len());
        }
        let mut answers = answers.ok().map(Vec::into_iter);
        for (submission, count) in group.into_iter().zip(counts) {
            let part = answers.as_mut().map(|answers| answers.by_ref().take(count).collect());
            // A client that has gone away is not waiting for its answer.
            let _ = submission.reply.send(part);
        }
    }
}

#[cfg(test)]
mod tests;
