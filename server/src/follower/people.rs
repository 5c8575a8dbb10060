//! Who is who, for readers.

use std::sync::Arc;

use nora_shared::Identifier;
use nora_shared::event::Event;
use parking_lot::RwLockReadGuard;

use super::Known;
use crate::context::Context;
use crate::identity::{Customer, Decisions, Facts, Node, NodeId, Rules, View, carried};
use crate::log::{Record, Seq};
use crate::storage::{Result, Store};

/// Identifiers that one search looks at, at most.
const EXAMINED: usize = 10_000;

/// Who is who. While it is held, no effect is written: what is read with it belongs together.
pub struct People<'a> {
    store: &'a Arc<dyn Store>,
    known: RwLockReadGuard<'a, Known>,
}

/// A place in the list of identifiers: when one came, and which one.
pub type Place = (Seq, NodeId);

/// One identifier, with who represents the customer it belongs to.
pub struct Identity {
    /// The identifier.
    pub identifier: Identifier,
    /// The strongest identifier of the customer.
    pub representative: Identifier,
    /// The customer's profile.
    pub profile_id: String,
}

impl<'a> People<'a> {
    pub(super) fn new(store: &'a Arc<dyn Store>, known: RwLockReadGuard<'a, Known>) -> People<'a> {
        People { store, known }
    }

    /// The records, with the rules and decisions to read them by.
    pub fn view(&self) -> View<'_, Arc<dyn Store>> {
        View { facts: self.store, rules: &self.known.rules, decisions: &self.known.decisions }
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.known.rules
    }

    /// What people have decided.
    pub fn decisions(&self) -> &Decisions {
        &self.known.decisions
    }

    /// The names of sources with these numbers.
    pub fn names_of(&self, numbers: &[u16]) -> Vec<String> {
        numbers.iter().filter_map(|number| self.known.sources.get(usize::from(*number)).cloned()).collect()
    }

    /// The identifier with a number.
    pub fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        self.store.node(id)
    }

    /// The customer with an identifier; `None` where no event carried it.
    pub fn customer(&self, identifier: &Identifier) -> Result<Option<Customer>> {
        self.customer_of(NodeId::of(identifier))
    }

    /// The customer with an identifier of this number.
    pub fn customer_of(&self, id: NodeId) -> Result<Option<Customer>> {
        self.view().customer(id, &self.known.sources)
    }

    /// The identifier that a profile id was made of. A profile id leads to the customer of that identifier also after it was merged into
    /// another, or split off.
    pub fn of_profile(&self, profile_id: &str) -> Result<Option<NodeId>> {
        let Some((first, last)) = NodeId::of_profile(profile_id) else { return Ok(None) };
        let before = first.0.checked_sub(1).map(NodeId);
        Ok(self.store.nodes(before, 1)?.first().map(|(id, _)| *id).filter(|id| *id <= last))
    }

    /// Whether people have left an event out of every profile.
    pub fn is_set_aside(&self, record: &Record) -> bool {
        if self.known.decisions.sets_nothing_aside() {
            return false;
        }
        let event = Event::known(&record.json);
        let identifiers = carried::identifiers(&event, &Context::of(&event), &self.known.rules);
        let ids: Vec<NodeId> = identifiers.iter().map(NodeId::of).collect();
        self.known.decisions.judge(&ids).is_set_aside
    }

    /// The profile id of the customer with an identifier.
    pub fn profile_id_of(&self, identifier: &Identifier) -> Result<Option<String>> {
        let id = NodeId::of(identifier);
        if !self.store.node(id)?.is_some_and(|node| node.is_shown()) {
            return Ok(None);
        }
        Ok(self.view().representative(id)?.map(NodeId::profile_id))
    }

    /// Up to `limit` customers, those whose strongest identifier came last first, with the cursor to go on from where there may be more. It
    /// looks at a bounded number of identifiers, so a page may be short.
    pub fn newest(&self, before: Option<Place>, limit: usize) -> Result<(Vec<Customer>, Option<Place>)> {
        let mut found = Vec::new();
        let mut last = before;
        let mut examined = 0;
        while examined < EXAMINED {
            let page = self.store.newest(last, 256)?;
            let is_last = page.len() < 256;
            for (since, id) in page {
                (last, examined) = (Some((since, id)), examined + 1);
                if self.view().representative(id)? == Some(id)
                    && let Some(customer) = self.customer_of(id)?
                {
                    found.push(customer);
                    if found.len() == limit {
                        return Ok((found, last));
                    }
                }
            }
            if is_last {
                return Ok((found, None));
            }
        }
        Ok((found, last))
    }

    /// Up to `limit` customers with an identifier that is `query`, or of which a word begins with it, in any case; with the cursor to go on
    /// from where there may be more.
    pub fn search(&self, query: &str, after: Option<&[u8]>, limit: usize) -> Result<(Vec<Customer>, Option<Vec<u8>>)> {
        let mut found: Vec<Customer> = Vec::new();
        if after.is_none() {
            let kinds = ["user_id", "crm_id", "loyalty_id", "email", "phone", "device_id", "anonymous_id"];
            for identifier in kinds.into_iter().filter_map(|kind| Identifier::new(kind, query)) {
                self.add(NodeId::of(&identifier), &mut found)?;
            }
        }
        let text: String = query.to_lowercase().chars().take(crate::storage::PART_CHARS).collect();
        let mut last: Option<Vec<u8>> = after.map(<[u8]>::to_vec);
        for _ in 0..EXAMINED / 256 {
            let page = self.store.search(&text, last.as_deref(), 256)?;
            let is_last = page.len() < 256;
            for (place, id) in page {
                last = Some(place);
                self.add(id, &mut found)?;
                if found.len() >= limit {
                    return Ok((found, last));
                }
            }
            if is_last {
                return Ok((found, None));
            }
        }
        Ok((found, last))
    }

    fn add(&self, id: NodeId, found: &mut Vec<Customer>) -> Result<()> {
        if let Some(customer) = self.customer_of(id)?
            && found.iter().all(|known| known.profile_id != customer.profile_id)
        {
            found.push(customer);
        }
        Ok(())
    }

    /// Up to `limit` identifiers that events carried, and whose they are; with the cursor to go on from where there may be more.
    pub fn identities(&self, after: Option<NodeId>, limit: usize) -> Result<(Vec<Identity>, Option<NodeId>)> {
        let page = self.store.nodes(after, limit)?;
        let next = page.last().filter(|_| page.len() == limit).map(|(id, _)| *id);
        let mut found = Vec::with_capacity(page.len());
        for (id, node) in page.into_iter().filter(|(_, node)| node.is_shown()) {
            if let Some(least) = self.view().representative(id)?
                && let Some(representative) = self.store.node(least)?
            {
                found.push(Identity {
                    identifier: node.identifier.clone(),
                    representative: representative.identifier.clone(),
                    profile_id: least.profile_id(),
                });
            }
        }
        Ok((found, next))
    }
}
