//! Who is who, as of the last [`Graph::settle`].

use std::fmt::Write;

use nora_shared::Identifier;
use sha2::{Digest, Sha256};

use super::Graph;
use crate::identity::facts::NodeFact;

/// One customer: a cluster of identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The hash of the representative.
    pub profile_id: String,
    /// The strongest identifier.
    pub representative: Identifier,
    /// Those that events carried, sorted.
    pub identifiers: Vec<NodeFact>,
    /// Those of them that events are recorded under, sorted.
    pub anchors: Vec<Identifier>,
}

/// The id of the profile with this representative: `p_` and 24 hex digits of SHA-256 over type, 0x00, value.
pub fn profile_id(representative: &Identifier) -> String {
    ProfileHash::of(representative).to_text()
}

impl Graph {
    /// The customer with an identifier; `None` where no event carried it.
    pub fn customer(&self, identifier: &Identifier) -> Option<Customer> {
        self.customer_of(self.store.node_id(identifier)?)
    }

    /// The customer with a profile id. The hash of each of their identifiers is accepted, so that a profile id leads to the customer
    /// even after its representative was merged into another.
    pub fn customer_by_profile_id(&self, profile_id: &str) -> Option<Customer> {
        self.customer_of(self.store.node_id_by_profile(&ProfileHash::parse(profile_id)?)?)
    }

    /// The profile id of the customer with an identifier.
    pub fn profile_id_of(&self, identifier: &Identifier) -> Option<String> {
        let representative = self.representative_of(self.store.node_id(identifier)?)?;
        Some(profile_id(self.store.identifier(representative)))
    }

    /// Customers with an identifier whose value contains `query`, in any case, newest first: by the node id of the representative. Goes
    /// on before the cursor `before`; with the cursor to go on from, where there are more.
    pub fn customers(&self, query: &str, before: Option<u32>, limit: usize) -> (Vec<Customer>, Option<u32>) {
        let query = query.to_lowercase();
        let end = before.map_or(self.store.nodes.len(), |before| self.store.nodes.len().min(before as usize));
        let mut found = Vec::new();
        let mut last = None;
        for node in (0..end as u32).rev() {
            if self.representative_of(node) != Some(node) || !self.matches(node, &query) {
                continue;
            }
            if found.len() >= limit {
                return (found, last);
            }
            found.extend(self.customer_of(node));
            last = Some(node);
        }
        (found, None)
    }

    /// Identifiers that events carried, each with its representative and profile id, oldest first. Goes on after the cursor `after`;
    /// with the cursor to go on from, where there are more.
    pub fn identities(&self, after: Option<u32>, limit: usize) -> (Vec<(Identifier, Identifier, String)>, Option<u32>) {
        let start = after.map_or(0, |after| after.saturating_add(1));
        let mut found = Vec::new();
        let mut last = None;
        for node in start..self.store.nodes.len() as u32 {
            let Some(representative) = self.representative_of(node) else { continue };
            if found.len() >= limit {
                return (found, last);
            }
            let representative = self.store.identifier(representative);
            found.push((self.store.identifier(node).clone(), representative.clone(), profile_id(representative)));
            last = Some(node);
        }
        (found, None)
    }

    /// The number of customers.
    pub fn customer_count(&self) -> usize {
        self.components.customers()
    }

    /// The number of identifiers that events carried.
    pub fn identifier_count(&self) -> usize {
        self.store.shown()
    }

    fn representative_of(&self, node: u32) -> Option<u32> {
        if self.store.nodes[node as usize].is_shown() { self.components.representative(node, &self.store) } else { None }
    }

    fn customer_of(&self, node: u32) -> Option<Customer> {
        let representative = self.store.identifier(self.representative_of(node)?).clone();
        let mut members = self.components.members(node);
        members.retain(|member| self.store.nodes[*member as usize].is_shown());
        members.sort_unstable_by_key(|member| self.store.identifier(*member));
        let anchors = members.iter().filter(|member| self.store.nodes[**member as usize].is_anchor);
        Some(Customer {
            profile_id: profile_id(&representative),
            representative,
            anchors: anchors.map(|anchor| self.store.identifier(*anchor).clone()).collect(),
            identifiers: members.iter().map(|member| self.store.node_fact(*member)).collect(),
        })
    }

    fn matches(&self, representative: u32, query: &str) -> bool {
        let has_query = |member: u32| {
            let node = &self.store.nodes[member as usize];
            node.is_shown() && contains(node.identifier.value(), query)
        };
        query.is_empty() || self.components.members(representative).into_iter().any(has_query)
    }
}

/// Whether a text contains a lower-case query, in any case. Nearly all values are ASCII, and are compared in place.
fn contains(text: &str, query: &str) -> bool {
    if text.is_ascii() {
        return text.as_bytes().windows(query.len()).any(|window| window.eq_ignore_ascii_case(query.as_bytes()));
    }
    text.to_lowercase().contains(query)
}

/// The 96 bits of a profile id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ProfileHash([u8; 12]);

impl ProfileHash {
    /// Of the profile with this representative.
    pub(super) fn of(representative: &Identifier) -> ProfileHash {
        let digest = Sha256::new().chain_update(representative.kind()).chain_update([0]).chain_update(representative.value()).finalize();
        let mut hash = [0; 12];
        hash.copy_from_slice(&digest[..12]);
        ProfileHash(hash)
    }

    fn parse(text: &str) -> Option<ProfileHash> {
        let digits = text.strip_prefix("p_")?.as_bytes();
        let mut hash = [0; 12];
        if digits.len() != 2 * hash.len() {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
        }
        Some(ProfileHash(hash))
    }

    fn to_text(self) -> String {
        let mut text = String::with_capacity(2 + 2 * self.0.len());
        text.push_str("p_");
        for byte in self.0 {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
