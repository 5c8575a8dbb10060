//! Page views of visitors who have not been asked yet, or said no: how many a day, by page and by referring site, and nothing of anybody.
//!
//! There is no identifier, no address and no browser in them, so they are no events: they stand in files of their own, one a day (UTC),
//! `counts/2026-01-31.json` in the data directory. A file is written whole, beside the old one, synced, and then put in its place; every
//! [`PAUSE`] and when the server stops. What was counted since the last time is lost where the process is killed or the power fails.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::time::{DAY_MS, Millis};

/// How often what has changed is written.
pub const PAUSE: Duration = Duration::from_secs(2);

/// Pages of one source that are told apart on one day; all others are [`OTHER`]. Protects memory and disk from addresses without end.
pub const PATHS: usize = 1_000;

/// Referring sites of one source that are told apart on one day.
pub const REFERRERS: usize = 200;

/// Characters of a path that is told apart. What is longer is no page but content.
pub const PATH_CHARS: usize = 200;

/// Days that are kept.
pub const DAYS: i64 = 400;

/// The name of everything that is not told apart.
pub const OTHER: &str = "other";

/// The form of the files.
const VERSION: u32 = 1;

/// Counters by day. Clones share them.
#[derive(Clone)]
pub struct Counts {
    kept: Arc<Kept>,
    /// Ends the thread that writes, when the last clone is gone.
    _alive: Sender<()>,
}

/// One day of one source.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceDay {
    /// Page views.
    pub views: u64,
    /// Page views by path.
    pub paths: BTreeMap<String, u64>,
    /// Page views that came from another site, by its host.
    pub referrers: BTreeMap<String, u64>,
}

/// One day, by source.
pub type Day = BTreeMap<String, SourceDay>;

struct Kept {
    dir: PathBuf,
    /// The days that have been counted on lately.
    days: Mutex<BTreeMap<i64, Open>>,
}

#[derive(Default)]
struct Open {
    day: Day,
    is_written: bool,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    sources: Day,
}

impl Counts {
    /// The counters in this directory, which need not exist; and the thread that writes them, which ends after the last clone.
    pub fn open(dir: PathBuf) -> io::Result<(Counts, JoinHandle<()>)> {
        let kept = Arc::new(Kept { dir, days: Mutex::default() });
        let (alive, ended) = bounded(0);
        let writer = Arc::clone(&kept);
        let thread = thread::Builder::new().name("counts".into()).spawn(move || {
            while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                writer.write();
            }
            writer.write();
        })?;
        Ok((Counts { kept, _alive: alive }, thread))
    }

    /// Counts one page view. `referrer` is the host of another site.
    pub fn add(&self, source: &str, now: Millis, path: &str, referrer: Option<&str>) {
        let mut days = self.kept.days.lock();
        let open = days.entry(now.day()).or_insert_with(|| Open { day: self.kept.read(now.day()), is_written: true });
        let counted = open.day.entry(source.to_owned()).or_default();
        counted.views += 1;
        add(&mut counted.paths, path, PATHS, PATH_CHARS);
        if let Some(referrer) = referrer {
            add(&mut counted.referrers, referrer, REFERRERS, PATH_CHARS);
        }
        open.is_written = false;
    }

    /// One day, by the number of days since 1970; empty where nothing was counted.
    pub fn day(&self, day: i64) -> Day {
        let open = self.kept.days.lock().get(&day).map(|open| open.day.clone());
        open.unwrap_or_else(|| self.kept.read(day))
    }
}

fn add(counts: &mut BTreeMap<String, u64>, name: &str, most: usize, chars: usize) {
    let is_told = counts.contains_key(name) || (counts.len() < most && name.chars().count() <= chars);
    *counts.entry(if is_told { name } else { OTHER }.to_owned()).or_default() += 1;
}

/// The date of a day, as `2026-01-31`.
pub fn date(day: i64) -> String {
    Millis(day.saturating_mul(DAY_MS)).to_string().chars().take(10).collect()
}

impl Kept {
    fn file(&self, day: i64) -> PathBuf {
        self.dir.join(format!("{}.json", date(day)))
    }

    fn read(&self, day: i64) -> Day {
        let path = self.file(day);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Day::new(),
            Err(error) => {
                tracing::error!(%error, path = %path.display(), "counts cannot be read");
                return Day::new();
            }
        };
        match serde_json::from_slice::<Stored>(&text) {
            Ok(Stored { version: VERSION, sources }) => sources,
            read => {
                let error = read.err().map_or_else(|| "of a later version".to_owned(), |error| error.to_string());
                tracing::error!(error, path = %path.display(), "counts cannot be read; the file is kept as .damaged");
                // Otherwise the next write would take its place.
                if let Err(error) = fs::rename(&path, path.with_extension("damaged")) {
                    tracing::error!(%error, path = %path.display(), "it cannot be renamed");
                }
                Day::new()
            }
        }
    }

    /// Writes what has changed, and lets go of the days that are over.
    fn write(&self) {
        let mut days = self.days.lock();
        let changed: Vec<_> = days.iter().filter(|(_, open)| !open.is_written).map(|(day, open)| (*day, open.day.clone())).collect();
        for (day, _) in &changed {
            days.entry(*day).and_modify(|open| open.is_written = true);
        }
        drop(days);
        for (day, sources) in changed {
            if let Err(error) = self.replace(day, sources) {
                tracing::error!(%error, path = %self.file(day).display(), "counts cannot be written; they are tried again");
                self.days.lock().entry(day).and_modify(|open| open.is_written = false);
            }
        }
        let mut days = self.days.lock();
        let newest = days.last_key_value().map(|(day, _)| *day);
        days.retain(|day, open| Some(*day) == newest || !open.is_written);
    }

    /// Whole or not at all, whenever the power fails.
    fn replace(&self, day: i64, sources: Day) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        let path = self.file(day);
        let is_new = !path.exists();
        let draft = path.with_extension("draft");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec(&Stored { version: VERSION, sources })?)?;
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        fs::File::open(&self.dir)?.sync_all()?;
        if is_new { self.forget(&date(day - DAYS)) } else { Ok(()) }
    }

    /// Removes the files of days before this date. Their names are in the order of their dates.
    fn forget(&self, before: &str) -> io::Result<()> {
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let is_old = path.file_stem().and_then(|name| name.to_str()).is_some_and(|name| name < before);
            if is_old && has_ending(&path) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

fn has_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "json")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Millis = Millis(1_769_860_800_000);

    fn views(counts: &Counts, day: i64) -> Vec<(String, u64)> {
        counts.day(day).get("web").map(|day| day.paths.clone()).unwrap_or_default().into_iter().collect()
    }

    #[test]
    fn counts_come_back_and_days_are_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("counts");
        let (counts, thread) = Counts::open(path.clone()).unwrap();
        counts.add("web", NOON, "/", None);
        counts.add("web", NOON, "/", Some("news.example"));
        counts.add("web", Millis(NOON.0 + DAY_MS), "/a", None);
        drop(counts);
        thread.join().unwrap();
        let names: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.contains(&"2026-01-31.json".to_owned()) && names.len() == 2, "{names:?}");

        let (counts, thread) = Counts::open(path.clone()).unwrap();
        assert_eq!(views(&counts, NOON.day()), [("/".to_owned(), 2)]);
        counts.add("web", NOON, "/", None);
        assert_eq!(views(&counts, NOON.day()), [("/".to_owned(), 3)]);
        assert_eq!(counts.day(NOON.day())["web"].referrers, BTreeMap::from([("news.example".to_owned(), 1)]));
        // Long after, the first days are forgotten.
        counts.add("web", Millis(NOON.0 + (DAYS + 1) * DAY_MS), "/", None);
        drop(counts);
        thread.join().unwrap();
        assert!(!path.join("2026-01-31.json").exists() && path.join("2026-02-01.json").exists());
    }

    #[test]
    fn names_are_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let (counts, thread) = Counts::open(dir.path().into()).unwrap();
        (0..PATHS + 10).for_each(|n| counts.add("web", NOON, &format!("/{n}"), Some(&format!("{n}.example"))));
        counts.add("web", NOON, "/0", None);
        counts.add("app", NOON, &"/é".repeat(PATH_CHARS), None);
        let day = counts.day(NOON.day());
        assert_eq!((day["web"].views, day["web"].paths.len(), day["web"].paths[OTHER], day["web"].paths["/0"]), (1_011, PATHS + 1, 10, 2));
        assert_eq!((day["web"].referrers.len(), day["web"].referrers[OTHER]), (REFERRERS + 1, 810));
        assert_eq!(day["app"].paths, BTreeMap::from([(OTHER.to_owned(), 1)]));
        drop(counts);
        thread.join().unwrap();
    }

    #[test]
    fn a_damaged_file_is_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("2026-01-31.json"), "{").unwrap();
        let (counts, thread) = Counts::open(dir.path().into()).unwrap();
        counts.add("web", NOON, "/", None);
        drop(counts);
        thread.join().unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("2026-01-31.damaged")).unwrap(), "{");
        assert!(fs::read_to_string(dir.path().join("2026-01-31.json")).unwrap().contains(r#""views":1"#));
    }
}
