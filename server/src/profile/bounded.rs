//! A bound on names that does not depend on the order in which they came.

use std::collections::BTreeMap;

use xxhash_rust::xxh64::Xxh64;

/// Keeps the `limit` names with the least hashes.
///
/// A name that is among the least of the whole is among the least of every part, so it is never dropped on the way: the bounded merge
/// is as commutative and associative as the unbounded one.
pub(super) fn keep_least<K: Ord + Clone, V>(map: &mut BTreeMap<K, V>, limit: usize, hash: impl Fn(&K) -> u64) {
    if map.len() <= limit {
        return;
    }
    let mut names: Vec<_> = map.keys().map(|name| (hash(name), name)).collect();
    names.select_nth_unstable(limit);
    let dropped: Vec<_> = names[limit..].iter().map(|(_, name)| (*name).clone()).collect();
    for name in &dropped {
        map.remove(name);
    }
}

/// How many things there are of which the `kept` least hashes are known, the greatest of them being `greatest`: Bar-Yossef et al.,
/// "Counting distinct elements in a data stream" (2002). Its standard error is 1 / √`kept`: 3 % of a thousand.
pub(super) fn estimate(kept: usize, greatest: u64) -> u64 {
    let share = (greatest as f64 + 1.0) / (u64::MAX as f64 + 1.0);
    (kept.saturating_sub(1) as f64 / share) as u64
}

/// A hash that is the same on every machine, in every version: it decides what is kept. It is Spark's `xxhash64`, so that a batch engine
/// keeps the same.
pub(super) fn hash_of(text: &str) -> u64 {
    hash_of_all([text])
}

/// The hash of several texts, one after the other.
pub(super) fn hash_of_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hash = Xxh64::new(42);
    texts.into_iter().for_each(|text| hash.update(text.as_bytes()));
    hash.digest()
}
