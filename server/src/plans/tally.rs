//! How many events were checked against a plan, and what was wrong with how many of them.
//!
//! Kept in memory and written beside the plan (`tally.json`) every [`PAUSE`] where something has changed, and when the server stops: a stop
//! loses nothing, a crash what was counted since.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::plan::Checked;
use super::{PlannedKind, stored};
use crate::time::Millis;

/// How often what has changed is written.
const PAUSE: Duration = Duration::from_secs(2);

/// Rows of a plan, at most, of events that have a rule: the one that was not seen for longest makes room.
const ROWS: usize = 500;

/// Rows of a plan, at most, of events that have none. Anybody can name events; they take no room from the others.
const UNPLANNED: usize = 200;

/// Totals of a plan, at most: those of the oldest version make room.
const TOTALS: usize = 500;

/// The file of what was counted for a plan, in its folder.
const FILE: &str = "tally.json";

/// The form of the files.
const FORM: u32 = 1;

/// What was counted for one plan.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    totals: BTreeMap<(u32, String), Numbers>,
    rows: BTreeMap<Key, Seen>,
}

/// All events of one source that were checked against one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// The version of the plan.
    pub version: u32,
    /// The id of the source.
    pub source: String,
    /// How many.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// How many events.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// Were checked.
    pub checked: u64,
    /// Of these, were not as planned.
    pub violating: u64,
    /// Of these, are held in the quarantine.
    pub quarantined: u64,
}

/// One thing that was wrong with events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What, and of which events.
    #[serde(flatten)]
    pub key: Key,
    /// How often, and when.
    #[serde(flatten)]
    pub seen: Seen,
}

/// What tells one thing that was wrong from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The version of the plan.
    pub version: u32,
    /// The id of the source.
    pub source: String,
    /// The kind of the events.
    pub kind: PlannedKind,
    /// The name of their rule, or of a `track` that has none.
    pub name: Option<String>,
    /// Which part of the rule's schema, as a JSON pointer.
    pub rule: String,
    /// The schema's keyword, or `unplanned`.
    pub keyword: String,
}

/// How often something was wrong, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// In how many events.
    pub events: u64,
    /// Milliseconds since 1970.
    pub first_ms: i64,
    /// Milliseconds since 1970.
    pub last_ms: i64,
    /// Where in the last of them.
    pub at: String,
    /// What was wrong with the last of them.
    pub message: String,
}

/// The tallies of all plans. Clones share them.
#[derive(Clone)]
pub(super) struct Tallies {
    kept: Arc<Kept>,
    /// Ends the thread that writes, when the last clone is gone.
    _alive: Sender<()>,
}

struct Kept {
    dir: PathBuf,
    tallies: Mutex<HashMap<String, Open>>,
}

#[derive(Default)]
struct Open {
    tally: Tally,
    is_changed: bool,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    form: u32,
    totals: Vec<Total>,
    rows: Vec<Row>,
}

impl Tally {
    /// The totals, those of the newest version first.
    pub fn totals(&self) -> impl Iterator<Item = Total> {
        self.totals.iter().rev().map(|((version, source), numbers)| Total { version: *version, source: source.clone(), numbers: *numbers })
    }

    /// What was wrong, that which was seen last first.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<_> = self.rows.iter().map(|(key, seen)| Row { key: key.clone(), seen: seen.clone() }).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.seen.last_ms));
        rows
    }

    fn add(&mut self, source: &str, checked: &Checked, is_held: bool, now: Millis) {
        let total = self.totals.entry((checked.version, source.to_owned())).or_default();
        total.checked += 1;
        total.violating += u64::from(checked.broken.is_some());
        total.quarantined += u64::from(is_held);
        if self.totals.len() > TOTALS {
            self.totals.pop_first();
        }
        let Some(broken) = &checked.broken else { return };
        for wrong in &broken.violations {
            let key = Key {
                version: checked.version,
                source: source.to_owned(),
                kind: broken.kind,
                name: broken.name.clone(),
                rule: wrong.rule.clone(),
                keyword: wrong.keyword.clone(),
            };
            if !self.rows.contains_key(&key) {
                self.make_room(key.is_unplanned());
            }
            let new = Seen { events: 0, first_ms: now.0, last_ms: now.0, at: String::new(), message: String::new() };
            let seen = self.rows.entry(key).or_insert(new);
            seen.events += 1;
            seen.last_ms = seen.last_ms.max(now.0);
            seen.at.clone_from(&wrong.at);
            seen.message.clone_from(&wrong.message);
        }
    }

    fn make_room(&mut self, unplanned: bool) {
        let alike = || self.rows.iter().filter(|(key, _)| key.is_unplanned() == unplanned);
        if alike().count() >= if unplanned { UNPLANNED } else { ROWS }
            && let Some(oldest) = alike().min_by_key(|(_, seen)| seen.last_ms).map(|(key, _)| key.clone())
        {
            self.rows.remove(&oldest);
        }
    }
}

impl Key {
    fn is_unplanned(&self) -> bool {
        self.rule.is_empty() && self.keyword == "unplanned"
    }
}

impl Tallies {
    /// The tallies of these plans, and the thread that writes them, which ends after the last clone.
    pub(super) fn open<'a>(dir: &Path, plans: impl Iterator<Item = &'a String>) -> io::Result<(Tallies, JoinHandle<()>)> {
        let kept = Kept { dir: dir.to_owned(), tallies: Mutex::default() };
        for id in plans {
            let tally = kept.read(id);
            kept.tallies.lock().insert(id.clone(), Open { tally, is_changed: false });
        }
        let kept = Arc::new(kept);
        let (alive, ended) = bounded(0);
        let writer = Arc::clone(&kept);
        let thread = thread::Builder::new().name("plans".into()).spawn(move || {
            while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                writer.write();
            }
            writer.write();
        })?;
        Ok((Tallies { kept, _alive: alive }, thread))
    }

    /// Counts one event.
    pub(super) fn count(&self, source: &str, checked: &Checked, is_held: bool, now: Millis) {
        let mut tallies = self.kept.tallies.lock();
        if !tallies.contains_key(&*checked.plan) {
            tallies.insert(checked.plan.to_string(), Open::default());
        }
        if let Some(open) = tallies.get_mut(&*checked.plan) {
            open.tally.add(source, checked, is_held, now);
            open.is_changed = true;
        }
    }

    /// What was counted for a plan.
    pub(super) fn of(&self, id: &str) -> Tally {
        self.kept.tallies.lock().get(id).map(|open| open.tally.clone()).unwrap_or_default()
    }

    /// Forgets what was counted for a plan.
    pub(super) fn forget(&self, id: &str) {
        self.kept.tallies.lock().remove(id);
    }
}

impl Kept {
    fn file(&self, id: &str) -> PathBuf {
        self.dir.join(id).join(FILE)
    }

    fn read(&self, id: &str) -> Tally {
        let path = self.file(id);
        let read = match fs::read(&path) {
            Ok(text) => serde_json::from_slice::<Stored>(&text).map_err(|error| error.to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Tally::default(),
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(stored) if stored.form == FORM => Tally::from(stored),
            other => {
                let error = other.err().unwrap_or_else(|| "of a later version".to_owned());
                tracing::error!(error, path = %path.display(), "what was counted for a tracking plan cannot be read; it begins again");
                // Otherwise the next write would take its place.
                if let Err(error) = fs::rename(&path, path.with_extension("damaged")) {
                    tracing::error!(%error, path = %path.display(), "it cannot be renamed");
                }
                Tally::default()
            }
        }
    }

    /// Writes what has changed.
    fn write(&self) {
        let mut tallies = self.tallies.lock();
        let changed =
            |(id, open): (&String, &mut Open)| std::mem::take(&mut open.is_changed).then(|| (id.clone(), Stored::from(&open.tally)));
        let changed: Vec<_> = tallies.iter_mut().filter_map(changed).collect();
        drop(tallies);
        for (id, stored) in changed {
            let path = self.file(&id);
            match serde_json::to_vec(&stored).map_err(io::Error::from).and_then(|text| stored::replace(&path, &text)) {
                Ok(()) => {}
                // The plan was removed, and an event that was under way was counted after that.
                Err(error) if error.kind() == io::ErrorKind::NotFound => drop(self.tallies.lock().remove(&id)),
                Err(error) => {
                    tracing::error!(%error, path = %path.display(), "what was counted for a tracking plan cannot be written; it is tried again");
                    self.tallies.lock().entry(id).and_modify(|open| open.is_changed = true);
                }
            }
        }
    }
}

impl From<&Tally> for Stored {
    fn from(tally: &Tally) -> Stored {
        Stored { form: FORM, totals: tally.totals().collect(), rows: tally.rows() }
    }
}

impl From<Stored> for Tally {
    fn from(stored: Stored) -> Tally {
        Tally {
            totals: stored.totals.into_iter().map(|total| ((total.version, total.source), total.numbers)).collect(),
            rows: stored.rows.into_iter().map(|row| (row.key, row.seen)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Broken, Violation};
    use super::*;

    fn checked(version: u32, name: &str, rule: &str, keyword: &str) -> Checked {
        let wrong = Violation { at: "/properties/x".into(), rule: rule.into(), keyword: keyword.into(), message: "wrong".into() };
        let broken = Broken { kind: PlannedKind::Track, name: Some(name.into()), violations: vec![wrong] };
        Checked { plan: "shop".into(), version, broken: Some(Box::new(broken)) }
    }

    #[test]
    fn what_nobody_planned_takes_no_room_from_the_rest_and_the_longest_unseen_goes() {
        let mut tally = Tally::default();
        tally.add("web", &checked(1, "Bought", "/type", "type"), true, Millis(1));
        for n in 0..1_000 {
            tally.add("web", &checked(1, &format!("{n}"), "", "unplanned"), false, Millis(2 + n));
        }
        for n in 0..1_000 {
            tally.add("web", &checked(1, &format!("{n}"), "/type", "type"), false, Millis(2_000 + n));
            tally.add("web", &checked(1, "Bought", "/type", "type"), true, Millis(2_000 + n));
        }
        let rows = tally.rows();
        assert_eq!(rows.iter().filter(|row| row.key.is_unplanned()).count(), UNPLANNED);
        assert_eq!(rows.len(), ROWS + UNPLANNED);
        let bought = rows.iter().find(|row| row.key.name.as_deref() == Some("Bought")).unwrap();
        assert_eq!((bought.seen.events, bought.seen.first_ms, bought.seen.last_ms), (1_001, 1, 2_999));
        let totals: Vec<_> = tally.totals().map(|total| total.numbers).collect();
        assert_eq!(totals, [Numbers { checked: 3_001, violating: 3_001, quarantined: 1_001 }]);
        (0..1_000).for_each(|n| tally.add(&format!("s{n}"), &checked(2, "A", "/type", "type"), false, Millis(n)));
        assert_eq!(tally.totals().count(), TOTALS);
    }

    #[test]
    fn it_comes_back_and_a_removed_plan_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("shop");
        fs::create_dir(&folder).unwrap();
        let shop = "shop".to_owned();
        let (tallies, thread) = Tallies::open(dir.path(), [&shop].into_iter()).unwrap();
        tallies.count("web", &checked(1, "Bought", "/type", "type"), false, Millis(1));
        let kept = tallies.of("shop");
        drop(tallies);
        thread.join().unwrap();
        let (tallies, thread) = Tallies::open(dir.path(), [&shop].into_iter()).unwrap();
        assert_eq!(tallies.of("shop"), kept);
        fs::remove_dir_all(&folder).unwrap();
        tallies.forget("shop");
        tallies.count("web", &checked(1, "Bought", "/type", "type"), false, Millis(1));
        drop(tallies);
        thread.join().unwrap();
        assert!(!folder.exists());

        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(FILE), "{").unwrap();
        let (tallies, thread) = Tallies::open(dir.path(), [&shop].into_iter()).unwrap();
        assert_eq!(tallies.of("shop"), Tally::default());
        drop(tallies);
        thread.join().unwrap();
        assert!(folder.join("tally.damaged").exists());
    }
}
