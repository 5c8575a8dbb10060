//! Things that were seen, and when last.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The `N` things that were seen last, each with the time of its last event.
///
/// A thing that is among the latest of the whole is so in the part that saw it last, so that no order loses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Recent<T: Ord, const N: usize>(BTreeMap<T, i64>);

impl<T: Ord, const N: usize> Default for Recent<T, N> {
    fn default() -> Self {
        Recent(BTreeMap::new())
    }
}

impl<T: Ord, const N: usize> Recent<T, N> {
    /// Notes that something was seen at a time, in milliseconds since 1970.
    pub(super) fn note<Q>(&mut self, thing: &Q, at: i64)
    where
        T: Borrow<Q>,
        Q: Ord + ToOwned<Owned = T> + ?Sized,
    {
        match self.0.get_mut(thing) {
            Some(last) => *last = at.max(*last),
            None => {
                self.0.insert(thing.to_owned(), at);
                self.trim();
            }
        }
    }

    pub(super) fn merge(&mut self, other: Recent<T, N>) {
        for (thing, at) in other.0 {
            let last = self.0.entry(thing).or_insert(at);
            *last = at.max(*last);
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.0.len() > N {
            let oldest = self.0.iter().enumerate().min_by_key(|(_, (thing, at))| (**at, *thing)).map(|(place, _)| place);
            let mut places = 0..;
            self.0.retain(|_, _| places.next() != oldest);
        }
    }

    /// All of them, the latest first.
    pub(super) fn into_latest(self) -> Vec<(T, i64)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_by(|a, b| (b.1, &b.0).cmp(&(a.1, &a.0)));
        all
    }

    /// The latest, as it lies there.
    pub(super) fn last(&self) -> Option<&T> {
        self.0.iter().max_by(|a, b| (a.1, a.0).cmp(&(b.1, b.0))).map(|(thing, _)| thing)
    }

    /// The latest.
    pub(super) fn into_last(self) -> Option<T> {
        self.into_latest().into_iter().next().map(|(thing, _)| thing)
    }
}
