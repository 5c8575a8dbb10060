//! Tracking plans: what the events of a source should look like, as JSON Schema for each event.
//!
//! A [`Document`] is a plan as people write it; a [`Plan`] is the same, compiled, for [`admission`](crate::admission) to check events
//! against; a [`Checked`] is what came of that for one event, and [`Tally`] adds it up. Each change makes a new version: it is durable
//! before it is in force, and in force with the next request.
//!
//! Checking takes time in proportion to the event: references are never fetched and lead in no circles, what a schema becomes when they
//! are unrolled is bounded ([`schema`]), and patterns are those of the `regex` crate, which takes linear time.

mod document;
mod infer;
mod plan;
pub mod schema;
mod stored;
mod tally;
mod typescript;
mod violation;

pub use document::{Document, Mode, PlannedKind, Rule};
pub use infer::{Counts, Inferred, RuleCount, Sample, infer};
pub use plan::{Broken, Checked, Plan};
pub use stored::copy;
pub use tally::{Row, Tally, Total};
pub use typescript::typescript;
pub use violation::Violation;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::{Mutex, RwLock};

use crate::keys::{id_for, is_source_id};
use crate::time::Millis;
use tally::Tallies;

/// The folder of the plans in the data directory.
pub const DIR: &str = "tracking_plans";

/// Plans, at most.
pub const MOST: usize = 100;

/// Versions of a plan that can be read, at most: the oldest are forgotten.
pub const VERSIONS: usize = 100;

/// The name of all sources that no other plan names.
pub const EVERY_SOURCE: &str = "*";

/// All plans of an installation. Clones share them.
#[derive(Clone)]
pub struct Plans {
    dir: Arc<PathBuf>,
    /// Held by whoever changes them.
    changing: Arc<Mutex<()>>,
    directory: Arc<RwLock<Arc<Directory>>>,
    tallies: Tallies,
}

/// All plans, to look up in.
#[derive(Default)]
pub struct Directory {
    plans: BTreeMap<String, Arc<Current>>,
    by_source: HashMap<String, Arc<Plan>>,
    of_every_source: Option<Arc<Plan>>,
}

/// The version of a plan that is in force.
pub struct Current {
    /// Stable, in addresses and metrics.
    pub id: String,
    /// 1, 2, 3, …
    pub version: u32,
    /// When this version was made.
    pub created_at: Millis,
    /// What it says.
    pub document: Document,
    /// The same, compiled.
    plan: Arc<Plan>,
}

/// One version of a plan.
#[derive(Debug, Clone)]
pub struct Version {
    /// 1, 2, 3, …
    pub version: u32,
    /// When it was made.
    pub created_at: Millis,
    /// What it says.
    pub document: Document,
}

/// Why a plan was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Something in it cannot be used.
    #[error("{why}")]
    Invalid {
        /// Where, as a JSON pointer into the plan.
        pointer: String,
        /// How.
        why: String,
    },
    /// It does not go with what there is: why.
    #[error("{0}")]
    Conflict(&'static str),
    /// There is no such plan, or no such version.
    #[error("there is no such plan")]
    NotFound,
    /// It cannot be read or written.
    #[error("the tracking plans cannot be read or written: {0}")]
    Io(#[from] io::Error),
}

impl PlanError {
    fn invalid(pointer: impl Into<String>, why: impl Into<String>) -> PlanError {
        PlanError::Invalid { pointer: pointer.into(), why: why.into() }
    }
}

impl Plans {
    /// The plans in `data_dir`, and the thread that writes what was counted, which ends after the last clone.
    pub fn open(data_dir: &Path) -> io::Result<(Plans, JoinHandle<()>)> {
        let dir = data_dir.join(DIR);
        let mut plans = BTreeMap::new();
        for (id, version) in stored::newest(&dir)? {
            let path = stored::file(&dir, &id, version.version);
            let unusable = |error: PlanError| io::Error::other(format!("{}: {error}", path.display()));
            plans.insert(id.clone(), Arc::new(Current::of(id.clone(), version).map_err(unusable)?));
        }
        let (tallies, thread) = Tallies::open(&dir, plans.keys())?;
        let directory = Arc::new(RwLock::new(Arc::new(Directory::of(plans))));
        Ok((Plans { dir: Arc::new(dir), changing: Arc::default(), directory, tallies }, thread))
    }

    /// All plans as they are now.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read())
    }

    /// What the events of a source are checked against.
    pub fn of_source(&self, source: &str) -> Option<Arc<Plan>> {
        let directory = self.directory.read();
        directory.by_source.get(source).or(directory.of_every_source.as_ref()).cloned()
    }

    /// Makes a plan; its id follows from its name where none is given. Blocks on the disk.
    pub fn create(&self, id: Option<String>, document: Document, now: Millis) -> Result<Arc<Current>, PlanError> {
        let _changing = self.changing.lock();
        let plans = &self.directory().plans;
        if plans.len() >= MOST {
            return Err(PlanError::Conflict("there are as many tracking plans as there can be"));
        }
        let id = id.unwrap_or_else(|| id_for(&document.name, "plan", |id| !plans.contains_key(id)));
        if !is_source_id(&id) {
            return Err(PlanError::invalid("/id", "it takes 1 to 64 of a-z, 0-9, _ and -"));
        }
        if plans.contains_key(&id) {
            return Err(PlanError::Conflict("there is a tracking plan of this id"));
        }
        // What was counted for another of this id, before it was removed.
        self.tallies.forget(&id);
        self.put(id, Version { version: 1, created_at: now, document })
    }

    /// Makes the next version of a plan. With `of`, only if that is the present one. Blocks on the disk.
    pub fn change(&self, id: &str, of: Option<u32>, document: Document, now: Millis) -> Result<Arc<Current>, PlanError> {
        let _changing = self.changing.lock();
        let present = self.directory().get(id).ok_or(PlanError::NotFound)?;
        if of.is_some_and(|of| of != present.version) {
            return Err(PlanError::Conflict("the version in the body is not the present one, somebody has changed the plan since"));
        }
        let next = present.version.checked_add(1).ok_or(PlanError::Conflict("there are as many versions as there can be"))?;
        self.put(id.to_owned(), Version { version: next, created_at: now, document })
    }

    /// Removes a plan with all its versions and what was counted. Blocks on the disk.
    pub fn remove(&self, id: &str) -> Result<(), PlanError> {
        let _changing = self.changing.lock();
        let mut plans = self.directory().plans.clone();
        plans.remove(id).ok_or(PlanError::NotFound)?;
        stored::remove(&self.dir, id)?;
        *self.directory.write() = Arc::new(Directory::of(plans));
        self.tallies.forget(id);
        Ok(())
    }

    /// The versions of a plan that can be read, the newest first, each with when it was made. Blocks on the disk.
    pub fn versions(&self, id: &str) -> Result<Vec<(u32, Millis)>, PlanError> {
        self.directory().get(id).ok_or(PlanError::NotFound)?;
        Ok(stored::versions(&self.dir, id)?)
    }

    /// One version of a plan. Blocks on the disk.
    pub fn version(&self, id: &str, version: u32) -> Result<Version, PlanError> {
        self.directory().get(id).ok_or(PlanError::NotFound)?;
        stored::read(&self.dir, id, version)?.ok_or(PlanError::NotFound)
    }

    /// Counts what came of checking one event.
    pub fn count(&self, source: &str, checked: &Checked, is_held: bool, now: Millis) {
        self.tallies.count(source, checked, is_held, now);
    }

    /// What was counted for a plan.
    pub fn tally(&self, id: &str) -> Tally {
        self.tallies.of(id)
    }

    fn put(&self, id: String, version: Version) -> Result<Arc<Current>, PlanError> {
        let current = Arc::new(Current::of(id, version)?);
        let directory = self.directory();
        let is_taken = |other: &Arc<Current>| {
            other.id != current.id && other.document.sources.iter().any(|source| current.document.sources.contains(source))
        };
        if directory.plans.values().any(is_taken) {
            return Err(PlanError::Conflict("another tracking plan names one of these sources, and a source has one plan at most"));
        }
        stored::write(&self.dir, &current)?;
        let mut plans = directory.plans.clone();
        plans.insert(current.id.clone(), Arc::clone(&current));
        *self.directory.write() = Arc::new(Directory::of(plans));
        Ok(current)
    }
}

impl Directory {
    fn of(plans: BTreeMap<String, Arc<Current>>) -> Directory {
        let named = plans.values().flat_map(|current| current.document.sources.iter().map(|source| (source, &current.plan)));
        let mut by_source: HashMap<_, _> = named.map(|(source, plan)| (source.clone(), Arc::clone(plan))).collect();
        let of_every_source = by_source.remove(EVERY_SOURCE);
        Directory { plans, by_source, of_every_source }
    }

    /// All plans, by their ids.
    pub fn plans(&self) -> impl Iterator<Item = &Arc<Current>> {
        self.plans.values()
    }

    /// One plan.
    pub fn get(&self, id: &str) -> Option<Arc<Current>> {
        self.plans.get(id).cloned()
    }
}

impl Current {
    fn of(id: String, Version { version, created_at, document }: Version) -> Result<Current, PlanError> {
        let plan = Arc::new(Plan::compile(&id, version, &document)?);
        Ok(Current { id, version, created_at, document, plan })
    }
}
