//! A bound on names that does not depend on the order in which they came.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// Keeps the `limit` names with the least hashes.
///
/// A name that is among the least of the whole is among the least of every part, so it is never dropped on the way: the bounded merge
/// is as commutative and associative as the unbounded one.
pub(super) fn keep_least<V>(map: &mut BTreeMap<String, V>, limit: usize) {
    while map.len() > limit {
        let Some(greatest) = map.keys().max_by_key(|name| Sha256::digest(name.as_bytes())).cloned() else { return };
        map.remove(&greatest);
    }
}
