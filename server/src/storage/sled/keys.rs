//! Keys: a letter for what they hold, then numbers (big-endian, so that they sort) or hashes (so that they are short).

use sha2::{Digest, Sha256};

use crate::identity::rules::Code;
use crate::identity::{Link, NodeId};
use crate::storage::StoreError;

/// Events of the log.
pub(super) const LOG: u8 = b'l';
/// Message ids of the last 30 to 60 days.
pub(super) const REPEATS: u8 = b'm';
/// Held items.
pub(super) const HELD: u8 = b'q';
/// How many held items there are, and how large they are.
pub(super) const HELD_TOTALS: u8 = b'r';
/// Everything about one identifier, so that it lies in one place.
pub(super) const RECORDS: u8 = b'n';
/// Identifiers in the order in which they came.
pub(super) const ORDER: u8 = b'o';
/// Parts of identifiers.
pub(super) const SEARCH: u8 = b's';
/// Parts of timelines, in the order in which they left the values of their identifiers.
pub(super) const TIMELINE: u8 = b't';
/// Decisions about identity.
pub(super) const DECISION: u8 = b'd';
/// What became of profiles.
pub(super) const CHANGE: u8 = b'h';
/// What goes with the identity graph.
pub(super) const STATE: u8 = b'i';
/// The version of all of this.
pub(super) const LAYOUT: u8 = b'v';
/// The position that the derivation has come to.
pub(super) const POSITION: u8 = b'p';
/// The rest of large values.
pub(super) const REST: u8 = b'x';

/// A letter and a number.
pub(super) fn numbered(letter: u8, number: u64) -> Vec<u8> {
    [&[letter][..], &number.to_be_bytes()].concat()
}

/// The number of a [`numbered`] key, or the one that another key ends with.
pub(super) fn number(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

/// What grows with an identifier, beside its own value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Part {
    /// A neighbour that is not in the node.
    Far = b'b',
    /// What links it with another.
    Edge = b'e',
    /// What is recorded under it.
    Fragment = b'f',
}

/// Where an identifier is kept.
pub(super) fn kept(id: NodeId) -> [u8; 17] {
    let mut key = [RECORDS; 17];
    key[1..].copy_from_slice(&id.0.to_be_bytes());
    key
}

/// Where what grows with it begins.
pub(super) fn part(id: NodeId, part: Part) -> [u8; 18] {
    let mut key = [part as u8; 18];
    key[..17].copy_from_slice(&kept(id));
    key
}

/// Whose key this is, or a part's of whom.
pub(super) fn node_of(key: &[u8]) -> Option<NodeId> {
    key.get(1..17)?.first_chunk().map(|bytes| NodeId(u128::from_be_bytes(*bytes)))
}

/// Where what links two identifiers is, the lesser first.
pub(super) fn edge(a: NodeId, b: NodeId, link: Link) -> [u8; 35] {
    let mut key = [0; 35];
    key[..18].copy_from_slice(&part(a, Part::Edge));
    key[18..34].copy_from_slice(&b.0.to_be_bytes());
    key[34] = u8::from(link == Link::Alias);
    key
}

/// Where it is said that an identifier has a neighbour of a type.
pub(super) fn far(id: NodeId, code: Code, other: NodeId) -> [u8; 36] {
    let mut key = [0; 36];
    key[..18].copy_from_slice(&part(id, Part::Far));
    key[18..20].copy_from_slice(&code.0.to_be_bytes());
    key[20..].copy_from_slice(&other.0.to_be_bytes());
    key
}

/// The number of an identifier that a key ends with.
pub(super) fn last_node(key: &[u8]) -> Option<NodeId> {
    key.last_chunk().map(|bytes| NodeId(u128::from_be_bytes(*bytes)))
}

/// The first 12 bytes of SHA-256(source, NUL, message id), as a number. Ids of sources hold no NUL.
pub(super) fn message(source: &str, message_id: &str) -> u128 {
    let digest = Sha256::new().chain_update(source).chain_update([0]).chain_update(message_id).finalize();
    digest[..12].iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// The error for a value that is not what was written under this key.
pub(super) fn damaged(key: &[u8], what: impl std::fmt::Display) -> StoreError {
    use std::fmt::Write;
    let mut text = String::from("damaged value under ");
    for (at, byte) in key.iter().enumerate() {
        if at == 0 && byte.is_ascii_lowercase() {
            text.push(char::from(*byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
    }
    let _ = write!(text, ": {what}");
    StoreError(text)
}
