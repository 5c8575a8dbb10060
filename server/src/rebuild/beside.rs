//! The log of one store with what is derived in another.

use std::path::Path;
use std::sync::Arc;

use nora_shared::Identifier;

use crate::identity::node::Component;
use crate::identity::rules::Code;
use crate::identity::{Edge, Facts, Link, Node, NodeId};
use crate::log::{Held, Record, Seq, Settled};
use crate::profile::Fragment;
use crate::storage::sled::SledStore;
use crate::storage::{
    Appended, Derived, Effect, EventLog, HeldSize, IdentityState, ProfileChange, Result, Snapshot, Store, StoreError, TimelineEntry,
};

/// Reads the log of `log`, and keeps what is derived in `derived`.
pub(super) struct Beside {
    pub(super) log: Arc<dyn Store>,
    pub(super) derived: SledStore,
}

impl EventLog for Beside {
    fn commit(&self, _: &[Arc<Record>], _: &[Held], _: &[Settled]) -> Result<Vec<Appended>> {
        Err(StoreError("a log that is only read".to_owned()))
    }

    fn erase(&self, _: &[Seq], _: &[u64]) -> Result<()> {
        Err(StoreError("a log that is only read".to_owned()))
    }

    fn len(&self) -> Seq {
        self.log.len()
    }

    fn read(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Arc<Record>)>> {
        self.log.read(from, limit)
    }

    fn event(&self, seq: Seq) -> Result<Option<Arc<Record>>> {
        self.log.event(seq)
    }

    fn held(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, Held)>> {
        self.log.held(before, limit)
    }

    fn oldest_held(&self, limit: usize) -> Result<Vec<(u64, Held)>> {
        self.log.oldest_held(limit)
    }

    fn held_item(&self, id: u64) -> Result<Option<Held>> {
        self.log.held_item(id)
    }

    fn held_count(&self) -> u64 {
        self.log.held_count()
    }

    fn held_size(&self) -> HeldSize {
        self.log.held_size()
    }
}

impl Facts for Beside {
    type Error = StoreError;

    fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        self.derived.node(id)
    }

    fn edge(&self, a: NodeId, b: NodeId, link: Link) -> Result<Option<Edge>> {
        self.derived.edge(a, b, link)
    }

    fn far(&self, node: NodeId, code: Code, limit: usize) -> Result<Vec<NodeId>> {
        self.derived.far(node, code, limit)
    }

    fn component(&self, id: NodeId) -> Result<Option<Component>> {
        self.derived.component(id)
    }
}

impl Derived for Beside {
    fn applied(&self) -> Result<Seq> {
        self.derived.applied()
    }

    fn apply(&self, effect: &Effect) -> Result<()> {
        self.derived.apply(effect)
    }

    fn restart(&self, state: &IdentityState) -> Result<()> {
        // The rules are those of the store, so that nothing is derived by earlier ones first.
        let stored = self.log.identity_state()?.unwrap_or_default();
        let rules_at = state.rules_at.max(stored.rules_at);
        self.derived.restart(&IdentityState { rules: stored.rules, rules_at, ..state.clone() })
    }

    fn identity_state(&self) -> Result<Option<IdentityState>> {
        self.derived.identity_state()
    }

    fn decisions(&self) -> Result<Vec<Seq>> {
        self.derived.decisions()
    }

    fn nodes(&self, after: Option<NodeId>, limit: usize) -> Result<Vec<(NodeId, Arc<Node>)>> {
        self.derived.nodes(after, limit)
    }

    fn newest(&self, before: Option<(Seq, NodeId)>, limit: usize) -> Result<Vec<(Seq, NodeId)>> {
        self.derived.newest(before, limit)
    }

    fn search(&self, text: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<(Vec<u8>, NodeId)>> {
        self.derived.search(text, after, limit)
    }

    fn changes(&self, before: Option<u64>, limit: usize) -> Result<Vec<(u64, ProfileChange)>> {
        self.derived.changes(before, limit)
    }

    fn derived_bytes(&self) -> Result<u64> {
        self.derived.derived_bytes()
    }

    fn fragment(&self, anchor: &Identifier) -> Result<Option<Fragment>> {
        self.derived.fragment(anchor)
    }

    fn timeline(&self, anchor: &Identifier) -> Result<Vec<TimelineEntry>> {
        self.derived.timeline(anchor)
    }
}

impl Store for Beside {
    fn is_writable(&self) -> bool {
        self.derived.is_writable()
    }

    fn snapshot(&self, _: &Path, _: &dyn Fn() -> bool) -> Result<Snapshot> {
        Err(StoreError("there is nothing on a disk to copy".to_owned()))
    }

    fn close(&self) -> Result<()> {
        self.derived.close()
    }
}
