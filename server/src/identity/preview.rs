//! What other rules would do, before they apply.

use std::collections::HashSet;
use std::sync::Arc;

use super::decisions::Decisions;
use super::engine::{Change, ChangeKind, Engine, Totals};
use super::node::{ALIASES, Component, Edge, Facts, Link, Node, NodeId};
use super::rules::{Code, Rules};

/// Changes of each kind that are listed.
const SAMPLES: usize = 20;

/// What other rules would do.
#[derive(Debug, Default)]
pub struct Preview {
    /// Identifiers that were looked at. They are a fair sample where they are not all.
    pub examined: u64,
    /// Profiles that would be several.
    pub splits: u64,
    /// Profiles that would be made of several.
    pub merges: u64,
    /// Profiles that would have another id.
    pub rekeys: u64,
    /// Some of them.
    pub samples: Vec<Change>,
}

/// Other rules, on records that were made by the present ones.
pub struct Previewer<F: Facts> {
    engine: Engine<Recoded<F>>,
    done: HashSet<NodeId>,
    preview: Preview,
}

impl<F: Facts> Previewer<F> {
    /// Of the rules `new`, where the records follow from `old`.
    pub fn new(facts: F, old: Arc<Rules>, new: Arc<Rules>, decisions: Decisions) -> Result<Previewer<F>, F::Error> {
        let recoded = Recoded { facts, old, new: Arc::clone(&new) };
        let mut engine = Engine::new(recoded, new, decisions, Totals { identifiers: u64::MAX / 2, profiles: u64::MAX / 2 }, 0);
        // All profiles that there are count as having been there before.
        engine.take_changes(u64::MAX)?;
        Ok(Previewer { engine, done: HashSet::new(), preview: Preview::default() })
    }

    /// Looks at an identifier, and at whatever hangs together with it. All of them must be looked at in the order of their numbers.
    pub fn look(&mut self, id: NodeId) -> Result<(), F::Error> {
        if self.done.contains(&id) {
            return Ok(());
        }
        let members = self.engine.remake(id)?;
        self.preview.examined += members.len() as u64;
        self.done.extend(members);
        self.engine.settle()?;
        for change in self.engine.take_changes(u64::MAX)? {
            let count = match change.kind {
                ChangeKind::Split => &mut self.preview.splits,
                ChangeKind::Merge => &mut self.preview.merges,
                ChangeKind::Rekey => &mut self.preview.rekeys,
            };
            *count += 1;
            if *count <= SAMPLES as u64 {
                self.preview.samples.push(change);
            }
        }
        // Nothing of it is kept: the next component is another one, under the present rules and under these.
        self.engine.take_written();
        Ok(())
    }

    /// What was found.
    pub fn finish(self) -> Preview {
        self.preview
    }
}

/// Records with the numbers of types, and the levels, that other rules give them.
#[derive(Debug)]
struct Recoded<F> {
    facts: F,
    old: Arc<Rules>,
    new: Arc<Rules>,
}

impl<F> Recoded<F> {
    fn code(&self, code: Code, from: &Rules, to: &Rules) -> Code {
        from.kind(code).map_or(code, |kind| to.code(kind))
    }

    /// The number that the present rules have for a type.
    fn old_code(&self, code: Code) -> Code {
        if code == ALIASES { code } else { self.code(code, &self.new, &self.old) }
    }
}

impl<F: Facts> Facts for Recoded<F> {
    type Error = F::Error;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>, F::Error> {
        let Some(node) = self.facts.node(id)? else { return Ok(None) };
        let mut node = Node::clone(&node);
        node.code = self.new.code(node.identifier.kind());
        let codes = node.degrees.iter_mut().map(|(code, _)| code).chain(node.near.iter_mut().map(|(code, _)| code));
        for code in codes.filter(|code| **code != ALIASES) {
            *code = self.code(*code, &self.old, &self.new);
        }
        Ok(Some(Arc::new(node)))
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>, F::Error> {
        let Some(mut edge) = self.facts.edge(a, b, link)? else { return Ok(None) };
        if link == Link::Together
            && let (Some(one), Some(other)) = (self.facts.node(a)?, self.facts.node(b)?)
        {
            let code = |node: &Node| self.new.code(node.identifier.kind());
            edge.level = self.new.level(code(&one), code(&other), edge.level & 1 == 0);
        }
        Ok(Some(edge))
    }

    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>, F::Error> {
        self.facts.far(node, self.old_code(code), limit)
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>, F::Error> {
        self.facts.component(id)
    }
}
