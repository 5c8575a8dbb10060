//! How many visits there were.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::bounded;

/// Sessions that one fragment tells apart exactly; beyond, their number is estimated (k minimum values).
pub(super) const SESSIONS: usize = 1024;

/// Hashes of session ids, the least [`SESSIONS`] of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions(BTreeSet<u64>);

impl Sessions {
    /// Notes the session of an event, by its id as sent.
    pub(crate) fn note(&mut self, id: &str) {
        self.0.insert(bounded::hash_of(id));
        self.trim();
    }

    pub(super) fn merge(&mut self, other: Sessions) {
        self.0.extend(other.0);
        self.trim();
    }

    fn trim(&mut self) {
        while self.0.len() > SESSIONS {
            self.0.pop_last();
        }
    }

    /// How many there were; exact below [`SESSIONS`].
    pub(super) fn count(&self) -> u64 {
        match self.0.last() {
            Some(greatest) if self.0.len() >= SESSIONS => bounded::estimate(SESSIONS, *greatest),
            _ => self.0.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_estimated() {
        let mut sessions = Sessions::default();
        (0..1_000).chain(0..1_000).for_each(|id| sessions.note(&id.to_string()));
        assert_eq!(sessions.count(), 1_000);
        (0..20_000).for_each(|id| sessions.note(&id.to_string()));
        assert!((18_000..22_000).contains(&sessions.count()), "{}", sessions.count());
    }
}
