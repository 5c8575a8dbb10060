//! A bound on names that does not depend on the order in which they came.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// Keeps the `limit` names with the least hashes.
///
/// A name that is among the least of the whole is among the least of every part, so it is never dropped on the way: the bounded merge
/// is as commutative and associative as the unbounded one.
pub(super) fn keep_least<V>(map: &mut BTreeMap<String, V>, limit: usize) {
    if map.len() <= limit {
        return;
    }
    let mut names: Vec<_> = map.keys().map(|name| (Sha256::digest(name.as_bytes()), name.clone())).collect();
    names.select_nth_unstable(limit);
    for (_, name) in &names[limit..] {
        map.remove(name);
    }
}
