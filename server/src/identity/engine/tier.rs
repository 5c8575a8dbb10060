//! A map of records with a bound: a cache that knows which of them have changed.

use std::hash::Hash;

use foldhash::HashMap;

/// Records that were read or changed. When they are more than the limit, those that were not used since are forgotten.
#[derive(Debug)]
pub(super) struct Tier<K, V> {
    young: HashMap<K, Slot<V>>,
    old: HashMap<K, Slot<V>>,
    changed: Vec<K>,
    limit: usize,
}

#[derive(Debug)]
struct Slot<V> {
    /// `None` where it is known that there is none.
    value: Option<V>,
    is_changed: bool,
}

impl<K: Copy + Eq + Hash, V> Tier<K, V> {
    pub(super) fn new(limit: usize) -> Tier<K, V> {
        Tier { young: HashMap::default(), old: HashMap::default(), changed: Vec::new(), limit }
    }

    /// The record, read with `load` where it is not here.
    pub(super) fn get<E>(&mut self, key: K, load: impl FnOnce() -> Result<Option<V>, E>) -> Result<&mut Option<V>, E> {
        use std::collections::hash_map::Entry;
        match self.young.entry(key) {
            Entry::Occupied(entry) => Ok(&mut entry.into_mut().value),
            Entry::Vacant(entry) => {
                let slot = match self.old.remove(&key) {
                    Some(slot) => slot,
                    None => Slot { value: load()?, is_changed: false },
                };
                Ok(&mut entry.insert(slot).value)
            }
        }
    }

    /// The record, to be changed.
    pub(super) fn change<E>(&mut self, key: K, load: impl FnOnce() -> Result<Option<V>, E>) -> Result<&mut Option<V>, E> {
        self.get(key, load)?;
        // It is there since the line above.
        let slot = self.young.entry(key).or_insert(Slot { value: None, is_changed: false });
        if !slot.is_changed {
            slot.is_changed = true;
            self.changed.push(key);
        }
        Ok(&mut slot.value)
    }

    /// Puts a record in place of what there may be.
    pub(super) fn put(&mut self, key: K, value: Option<V>) {
        let slot = self.young.entry(key).or_insert(Slot { value: None, is_changed: false });
        slot.value = value;
        if !slot.is_changed {
            slot.is_changed = true;
            self.changed.push(key);
        }
        self.old.remove(&key);
    }

    /// Every record that has changed since the last call; `None` where it is gone.
    pub(super) fn take_changed<T>(&mut self, mut map: impl FnMut(K, Option<&V>) -> T) -> Vec<T> {
        let changed = std::mem::take(&mut self.changed);
        let mut taken = Vec::with_capacity(changed.len());
        for key in changed {
            if let Some(slot) = self.young.get_mut(&key) {
                slot.is_changed = false;
                taken.push(map(key, slot.value.as_ref()));
            }
        }
        if self.young.len() > self.limit {
            self.old = std::mem::take(&mut self.young);
        }
        taken
    }
}
