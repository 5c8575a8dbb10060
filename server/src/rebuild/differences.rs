//! What two stores tell differently of the same log.
//!
//! How an identifier came into its component leaves traces (the order of a ring, the number of a component): those are no differences.
//! Who is who, what was seen, and what profiles are made of must be equal.

use std::collections::BTreeSet;
use std::fmt;

use super::Rebuilt;
use crate::identity::node::ALIASES;
use crate::identity::{Decisions, Facts, Link, Node, NodeId, Rules, View};
use crate::storage::{Result, Store};

/// Identifiers that are read at once.
const PAGE: usize = 1_000;

/// Something that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub about: String,
    /// What is stored.
    pub stored: String,
    /// What follows from the log.
    pub derived: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: stored {}, derived {}", self.about, self.stored, self.derived)
    }
}

/// Compares everything.
pub(super) fn find(stored: &dyn Store, derived: &dyn Store, described: usize) -> Result<Rebuilt> {
    let rules = Rules::new(stored.identity_state()?.unwrap_or_default().rules).unwrap_or_default();
    let decisions = crate::follower::decided(stored)?;
    let mut found = Found { rebuilt: Rebuilt { events: stored.len(), ..Rebuilt::default() }, described };
    found.compare("the state", &stored.identity_state()?, &derived.identity_state()?);
    found.compare("the position", &stored.applied()?, &derived.applied()?);
    found.compare("the decisions", &stored.decisions()?, &derived.decisions()?);
    // Both in the order of their numbers: whoever is on one side only is seen on the other's turn.
    for (side, other) in [(stored, derived), (derived, stored)] {
        let is_first = std::ptr::eq(side, stored);
        let mut after = None;
        loop {
            let page = side.nodes(after, PAGE)?;
            for (id, node) in &page {
                match other.node(*id)? {
                    Some(twin) if is_first => found.identifier(stored, derived, (&rules, &decisions), *id, (node, &twin))?,
                    Some(_) => {}
                    None if is_first => found.note(node.identifier.to_string(), "is there".into(), "is not".into()),
                    None => found.note(node.identifier.to_string(), "is not there".into(), "is".into()),
                }
            }
            after = page.last().map(|(id, _)| *id);
            if page.len() < PAGE {
                break;
            }
        }
    }
    Ok(found.rebuilt)
}

struct Found {
    rebuilt: Rebuilt,
    described: usize,
}

impl Found {
    fn identifier(
        &mut self,
        stored: &dyn Store,
        derived: &dyn Store,
        (rules, decisions): (&Rules, &Decisions),
        id: NodeId,
        (node, twin): (&Node, &Node),
    ) -> Result<()> {
        self.rebuilt.identifiers += 1;
        let name = node.identifier.to_string();
        self.compare(
            &format!("what was seen of {name}"),
            &(&node.seen, node.is_anchor, node.since),
            &(&twin.seen, twin.is_anchor, twin.since),
        );
        let degrees = |node: &Node| node.degrees.iter().copied().collect::<BTreeSet<_>>();
        self.compare(&format!("the neighbours of {name}"), &degrees(node), &degrees(twin));
        let representative = |facts: &dyn Store| View { facts: &Side(facts), rules, decisions }.representative(id);
        self.compare(&format!("whose {name} is"), &representative(stored)?, &representative(derived)?);
        for (code, link) in node.degrees.iter().map(|(code, _)| (*code, Link::Together)).chain([(ALIASES, Link::Alias)]) {
            for other in Side(stored).neighbours(id, node, code, usize::MAX)?.into_iter().filter(|other| *other > id) {
                let about = || format!("what links {name} with the identifier {:032x}", other.0);
                self.compare_with(about, &stored.edge(id, other, link)?, &derived.edge(id, other, link)?);
            }
        }
        let (mine, theirs) = (stored.fragment(&node.identifier)?, derived.fragment(&node.identifier)?);
        self.rebuilt.fragments += u64::from(mine.is_some());
        self.compare(&format!("the fragment of {name}"), &mine, &theirs);
        let timeline = |store: &dyn Store| -> Result<BTreeSet<_>> { Ok(store.timeline(&node.identifier)?.into_iter().collect()) };
        self.compare(&format!("the timeline of {name}"), &timeline(stored)?, &timeline(derived)?);
        Ok(())
    }

    fn compare<T: PartialEq + fmt::Debug>(&mut self, about: &str, stored: &T, derived: &T) {
        self.compare_with(|| about.to_owned(), stored, derived);
    }

    fn compare_with<T: PartialEq + fmt::Debug>(&mut self, about: impl FnOnce() -> String, stored: &T, derived: &T) {
        if stored != derived {
            self.note(about(), format!("{stored:?}"), format!("{derived:?}"));
        }
    }

    fn note(&mut self, about: String, stored: String, derived: String) {
        self.rebuilt.count += 1;
        if self.rebuilt.differences.len() < self.described {
            self.rebuilt.differences.push(Difference { about, stored, derived });
        }
    }
}

/// A store that is read through the seam.
struct Side<'a>(&'a dyn Store);

impl Facts for Side<'_> {
    type Error = crate::storage::StoreError;

    fn node(&self, id: NodeId) -> Result<Option<std::sync::Arc<Node>>> {
        self.0.node(id)
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<crate::identity::Edge>> {
        self.0.edge(a, b, link)
    }

    fn far(&self, node: NodeId, code: crate::identity::rules::Code, limit: usize) -> Result<Vec<NodeId>> {
        self.0.far(node, code, limit)
    }

    fn component(&self, id: NodeId) -> Result<Option<crate::identity::node::Component>> {
        self.0.component(id)
    }
}
