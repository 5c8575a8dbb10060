//! Erases customers: everything that was ever sent about them goes.
//!
//! Who: the customers that some identifiers belong to, with all their identifiers. What: every event in the log that carries one of those,
//! whoever else it carries; what people decided about them; and what is held that has one of them anywhere in it. Every record of the log
//! is looked at, so that nothing depends on what is derived. What is derived is then derived again.

mod wanted;

use std::collections::BTreeSet;
use std::sync::Arc;

use nora_shared::Identifier;

use crate::follower;
use crate::identity::rules::InvalidRules;
use crate::identity::{NodeId, Rules, View};
use crate::log::{Control, Seq};
use crate::storage::{Store, StoreError};
use wanted::{Names, Wanted};

/// Records that are read at once.
const PAGE: usize = 1_000;

/// Held items that are read at once: they can be larger.
const HELD_PAGE: usize = 50;

/// What to do beyond the rule.
#[derive(Debug, Default, Clone, Copy)]
pub struct Options {
    /// Erase also by identifiers that identify nobody, since too many share them: what anybody sent with them goes.
    pub even_shared: bool,
    /// Erase also events of others that mention an e-mail address, a phone number or a long id of theirs.
    pub mentions: bool,
}

/// What was erased. Counts alone: whoever was erased is named nowhere.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// Identifiers.
    pub identifiers: u64,
    /// Events.
    pub events: u64,
    /// Decisions about identity.
    pub decisions: u64,
    /// Held items.
    pub held: u64,
    /// Events of others in which they are mentioned, and which are still there.
    pub mentions: u64,
}

/// Why nothing, or not everything, was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// Nothing in the data directory has any of the identifiers.
    #[error("nothing here has any of these identifiers")]
    Unknown,
    /// An identifier, by its place among those given, that does not tell people apart.
    #[error(
        "identifier {0} identifies nobody: too many share it, or somebody blocked it. Name another one of the customer's; or erase all that \
         anybody sent with it, with --even-shared"
    )]
    Shared(usize),
    /// The rules that are kept cannot be used.
    #[error(transparent)]
    Rules(#[from] InvalidRules),
    /// The store cannot be read or written. What was erased stays erased; it can be done again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was derived again still knows this many of the identifiers.
    #[error("{0} of the identifiers are still known; this is a fault of Nora's")]
    Left(usize),
}

/// Erases whoever these identifiers belong to. Durable when it returns. Nobody else may use the store meanwhile. `cache` bounds records in
/// memory, as in [`follower::start`]; `progress` is told how far the derivation is.
pub fn erase(
    store: &Arc<dyn Store>,
    identifiers: &[Identifier],
    options: Options,
    cache: usize,
    mut progress: impl FnMut(Seq),
) -> Result<Erased, EraseError> {
    follower::catch_up(Arc::clone(store), cache, &mut progress)?;
    let rules = Rules::new(store.identity_state()?.unwrap_or_default().rules)?;
    let all = everything_of(store, &rules, identifiers, options)?;
    let is_known =
        all.iter().map(|identifier| store.node(NodeId::of(identifier))).collect::<Result<Vec<_>, _>>()?.iter().any(Option::is_some);
    let wanted = Wanted::new(all.iter().cloned());
    let mut erased = Erased { identifiers: all.len() as u64, ..Erased::default() };
    let events = in_log(store, &rules, &wanted, options, &mut erased)?;
    let held = in_quarantine(store, &rules, &wanted)?;
    erased.held = held.len() as u64;
    if !is_known && events.is_empty() && held.is_empty() {
        return Err(EraseError::Unknown);
    }
    store.erase(&events, &held)?;
    follower::catch_up(Arc::clone(store), cache, progress)?;
    store.close()?;
    let known = all.iter().map(|identifier| store.node(NodeId::of(identifier))).collect::<Result<Vec<_>, _>>()?;
    match known.iter().flatten().count() {
        0 => Ok(erased),
        left => Err(EraseError::Left(left)),
    }
}

/// The identifiers of the customers that these belong to.
fn everything_of(
    store: &Arc<dyn Store>,
    rules: &Rules,
    given: &[Identifier],
    options: Options,
) -> Result<BTreeSet<Identifier>, EraseError> {
    let decisions = follower::decided(&**store)?;
    let view = View { facts: store, rules, decisions: &decisions };
    let mut all: BTreeSet<Identifier> = given.iter().cloned().collect();
    for (place, identifier) in given.iter().enumerate() {
        let id = NodeId::of(identifier);
        let Some(node) = store.node(id)? else { continue };
        if !options.even_shared && !view.identifies((id, &node)) {
            return Err(EraseError::Shared(place + 1));
        }
        all.extend(view.members(id)?.into_iter().map(|(_, member)| member.identifier.clone()));
    }
    Ok(all)
}

/// Where in the log they are.
fn in_log(store: &Arc<dyn Store>, rules: &Rules, wanted: &Wanted, options: Options, erased: &mut Erased) -> Result<Vec<Seq>, StoreError> {
    let mut found = Vec::new();
    let mut next = 0;
    loop {
        let page = store.read(next, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(found) };
        next = last + 1;
        for (seq, record) in page {
            if Control::is_erased(&record) {
                continue;
            }
            let names = match Control::of(&record) {
                Some(control) => wanted.in_decision(&control),
                None => wanted.in_event(&record, rules),
            };
            let count = match (Control::of(&record), names) {
                (_, Names::Nothing) => continue,
                (None, Names::Mentions) if !options.mentions => {
                    erased.mentions += 1;
                    continue;
                }
                (None, _) => &mut erased.events,
                (Some(_), _) => &mut erased.decisions,
            };
            *count += 1;
            found.push(seq);
        }
    }
}

/// Which held items have them.
fn in_quarantine(store: &Arc<dyn Store>, rules: &Rules, wanted: &Wanted) -> Result<Vec<u64>, StoreError> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = store.held(before, HELD_PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(found) };
        before = Some(*last);
        found.extend(page.iter().filter(|(_, held)| held.texts().any(|text| wanted.in_held(text, rules))).map(|(id, _)| *id));
    }
}
