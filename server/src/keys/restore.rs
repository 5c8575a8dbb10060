//! Keys that have ended, and sources that were removed: what is known of them, and how they can be used again.

use std::sync::Arc;

use super::secret::{Hashed, hint};
use super::source::{EndedKey, RemovedSource, is_live};
use super::{Ended, KeyError, SecretKey, Source, Stored, WriteKey};
use crate::time::Millis;

/// Keys of a source that have ended and are remembered, at most.
const MOST_ENDED: usize = 20;

/// All keys that have ended: those of removed sources first, for one that is there again has newer ones.
pub(super) fn ended(stored: &Stored, sources: &[Arc<Source>]) -> Vec<Ended> {
    let mut found = Vec::new();
    for RemovedSource { source, removed_at } in stored.removed_sources.iter().rev() {
        let Some(at) = *removed_at else { continue };
        let source = Arc::new(source.clone());
        let keys = source.write_keys.iter().map(|key| (Hashed::of(&key.key), key.valid_until, false));
        let keys = keys.chain(source.secret_keys.iter().map(|key| (key.hash.clone(), key.valid_until, true)));
        for (hash, valid_until, is_secret) in keys {
            let ended_at = valid_until.map_or(at, |until| until.min(at));
            found.extend(hash.bytes().map(|hash| Ended { source: Arc::clone(&source), is_secret, hash, at: ended_at }));
        }
        found.extend(source.ended_keys.iter().filter_map(|key| of(key, &source)));
    }
    for source in sources {
        found.extend(source.ended_keys.iter().filter_map(|key| of(key, source)));
    }
    found
}

fn of(key: &EndedKey, source: &Arc<Source>) -> Option<Ended> {
    Some(Ended { source: Arc::clone(source), is_secret: key.is_secret(), hash: key.hash.bytes()?, at: key.ended_at? })
}

impl Stored {
    /// Puts a source back that was removed, as it was, with its keys.
    pub fn restore_source(&mut self, id: &str) -> Result<Source, KeyError> {
        if self.sources.iter().any(|source| source.id == id) {
            return Err(KeyError::Conflict("the source is there; to restore one of its keys, name the key"));
        }
        let place = self.removed_sources.iter().position(|removed| removed.source.id == id).ok_or(KeyError::NotFound("source"))?;
        let source = self.removed_sources.remove(place).source;
        self.sources.push(source.clone());
        Ok(source)
    }

    /// Lets a key of a source be used again that has ended, beside the present one.
    pub fn restore_key(&mut self, id: &str, key: &str, now: Millis) -> Result<Source, KeyError> {
        let source = self.sources.iter_mut().find(|source| source.id == id).ok_or(KeyError::NotFound("source"))?;
        let hash = Hashed::of(key);
        source.forget_ended(now);
        let place = source.ended_keys.iter().position(|ended| ended.hash == hash).ok_or(KeyError::NotFound("key"))?;
        let ended = source.ended_keys.remove(place);
        let live = if ended.is_secret() { source.secret_keys.len() } else { source.write_keys.len() };
        if live >= super::change::LIVE_KEYS {
            return Err(KeyError::Conflict("two keys of this kind can be used already; let one of them end first"));
        }
        match ended.key {
            Some(key) => source.write_keys.push(WriteKey { key, valid_until: None }),
            None => source.secret_keys.push(SecretKey { hash, hint: hint(key), valid_until: None }),
        }
        Ok(source.clone())
    }
}

impl Source {
    /// Remembers keys that have ended.
    pub(super) fn note_ended(&mut self, ended: impl Iterator<Item = EndedKey>) {
        for key in ended {
            self.ended_keys.retain(|known| known.hash != key.hash);
            self.ended_keys.insert(0, key);
        }
        self.ended_keys.truncate(MOST_ENDED);
    }

    /// Puts the keys whose time is over among those that have ended.
    fn forget_ended(&mut self, now: Millis) {
        let write: Vec<_> = self.write_keys.extract_if(.., |key| !is_live(key.valid_until, now)).map(EndedKey::from).collect();
        let secret: Vec<_> = self.secret_keys.extract_if(.., |key| !is_live(key.valid_until, now)).map(EndedKey::from).collect();
        self.note_ended(write.into_iter().chain(secret));
    }
}

impl From<WriteKey> for EndedKey {
    fn from(key: WriteKey) -> EndedKey {
        EndedKey { hash: Hashed::of(&key.key), hint: hint(&key.key), key: Some(key.key), ended_at: key.valid_until }
    }
}

impl From<SecretKey> for EndedKey {
    fn from(key: SecretKey) -> EndedKey {
        EndedKey { hash: key.hash, key: None, hint: key.hint, ended_at: key.valid_until }
    }
}
