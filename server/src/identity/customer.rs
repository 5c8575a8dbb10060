//! One customer, as read from the records.

use std::collections::BTreeSet;
use std::sync::Arc;

use nora_shared::Identifier;

use super::node::{Facts, Node, NodeId};
use super::view::View;
use crate::time::Millis;

/// One customer: a cluster of identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The hash of the representative.
    pub profile_id: String,
    /// The strongest identifier.
    pub representative: Identifier,
    /// Those that events carried, the strongest first.
    pub identifiers: Vec<Carried>,
    /// Those of them that events are recorded under, the strongest first.
    pub anchors: Vec<Identifier>,
}

/// One identifier of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Which one.
    pub identifier: Identifier,
    /// The time of the first event that carried it.
    pub first: Millis,
    /// The time of the last event that carried it.
    pub last: Millis,
    /// The ids of the sources of those events.
    pub sources: BTreeSet<String>,
}

impl<F: Facts> View<'_, F> {
    /// The customer with an identifier; `None` where no event carried it. `sources` are the ids of sources by their numbers.
    pub fn customer(&self, id: NodeId, sources: &[String]) -> Result<Option<Customer>, F::Error> {
        if !self.facts.node(id)?.is_some_and(|node| node.is_shown()) {
            return Ok(None);
        }
        let mut members: Vec<Arc<Node>> = self.members(id)?.into_iter().map(|(_, node)| node).filter(|node| node.is_shown()).collect();
        members.sort_by(|a, b| self.rules.order(&a.identifier, &b.identifier));
        let Some(representative) = members.first().map(|node| node.identifier.clone()) else { return Ok(None) };
        let carried = |node: &Arc<Node>| {
            let seen = node.seen.as_ref()?;
            let name = |number: &u16| sources.get(usize::from(*number)).cloned();
            Some(Carried {
                identifier: node.identifier.clone(),
                first: seen.first,
                last: seen.last,
                sources: seen.sources.iter().filter_map(name).collect(),
            })
        };
        Ok(Some(Customer {
            profile_id: NodeId::of(&representative).profile_id(),
            anchors: members.iter().filter(|node| node.is_anchor).map(|node| node.identifier.clone()).collect(),
            identifiers: members.iter().filter_map(carried).collect(),
            representative,
        }))
    }
}
