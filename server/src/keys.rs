//! The keys of an installation: who may write, who may read, who may change what.
//!
//! [`Stored`] is what `keys.toml` in the data directory holds; a [`Directory`] is the same, ready to be looked up in. A change is durable
//! before it is in force, and in force with the next request.

mod change;
mod first;
mod moment;
mod old;
mod origins;
mod restore;
mod scope;
mod secret;
mod source;
mod stored;
mod token;

pub use change::{KeyError, NewSource, NewToken, Rotate, Rotation, SourceChange, TokenChange};
pub use first::{FirstKeys, Shown};
pub use origins::AllowedOrigin;
pub use scope::{Scope, allows};
pub use secret::{Hashed, equal, hex, hint, hmac, random_hex};
pub use source::{EndedKey, SecretKey, SigningSecret, Source, WriteKey, id_for, is_source_id};
pub use stored::Stored;
pub use token::Token;

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::{Mutex, RwLock};

use secret::digest;
use source::is_live;

use crate::time::{DAY_MS, Millis};

/// The file of the keys in the data directory, of mode 0600.
pub const FILE: &str = "keys.toml";

/// Locked by whoever may change it.
const LOCK: &str = "keys.lock";

/// How long after its end a key is remembered as one that was, so that what comes with it is held: 30 days.
const ENDED_MS: i64 = 30 * DAY_MS;

/// How long a token that a command makes for itself is good for.
const LOCAL_MS: i64 = 10 * 60 * 1000;

/// All keys of an installation.
pub struct Keys {
    path: PathBuf,
    stored: Mutex<Stored>,
    directory: RwLock<Arc<Directory>>,
    shown: Mutex<Option<Shown>>,
    _lock: File,
}

/// All keys, to look up in.
pub struct Directory {
    session_secret: String,
    /// Where events come from; at least one.
    pub sources: Vec<Arc<Source>>,
    tokens: Vec<KnownToken>,
    by_hash: HashMap<[u8; 32], Holder>,
}

struct KnownToken {
    token: Arc<Token>,
    last_used_ms: AtomicI64,
}

enum Holder {
    Source { place: usize, is_secret: bool, valid_until: Option<Millis> },
    Ended(Ended),
    Token(usize),
}

/// A key that has ended, or whose source was removed.
#[derive(Clone)]
pub struct Ended {
    /// The source that it was of, as it is now, or as it was when it was removed.
    pub source: Arc<Source>,
    /// Whether it was a secret key.
    pub is_secret: bool,
    /// SHA-256 of it.
    pub hash: [u8; 32],
    at: Millis,
}

/// Why the keys cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A server has them open, and changes them for others.
    #[error("the keys are in use by another process")]
    InUse,
    /// The file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Keys {
    /// The keys in `data_dir`. Where there are none, they are made: from `first` where set, from the machine's randomness otherwise.
    pub fn open(data_dir: &Path, first: &FirstKeys) -> Result<Keys, OpenError> {
        let lock = File::options().create(true).truncate(false).write(true).open(data_dir.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(OpenError::InUse),
            Err(std::fs::TryLockError::Error(error)) => return Err(error.into()),
        }
        let path = data_dir.join(FILE);
        let (stored, shown) = match Stored::read(&path)? {
            Some((mut stored, was_old)) => {
                if first::complete(&mut stored, first)? || was_old {
                    stored.write(&path)?;
                }
                (stored, None)
            }
            None => {
                let (stored, shown) = first::create(first)?;
                stored.write(&path)?;
                (stored, Some(shown))
            }
        };
        let directory = RwLock::new(Arc::new(Directory::of(&stored)));
        Ok(Keys { path, stored: Mutex::new(stored), directory, shown: Mutex::new(shown), _lock: lock })
    }

    /// The secrets that were made because there were none: once, to be shown to whoever started the server.
    pub fn made(&self) -> Option<Shown> {
        self.shown.lock().take()
    }

    /// All keys as they are now.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read())
    }

    /// The source of a key, and whether it is a secret one.
    pub fn source(&self, key: &str, now: Millis) -> Option<(Arc<Source>, bool)> {
        self.directory().source(key, now)
    }

    /// What is known of a key that has ended.
    pub fn ended(&self, key: &str, now: Millis) -> Option<Ended> {
        self.directory().ended(key, now)
    }

    /// Whoever this token belongs to.
    pub fn token(&self, token: &str, now: Millis) -> Option<Arc<Token>> {
        self.directory().token(token, now)
    }

    /// Changes the keys: durable, then in force. Blocks on the disk.
    pub fn change<T>(&self, change: impl FnOnce(&mut Stored) -> Result<T, KeyError>) -> Result<T, KeyError> {
        let mut stored = self.stored.lock();
        let mut changed = stored.clone();
        self.directory().note_last_used(&mut changed);
        let answer = change(&mut changed)?;
        changed.write(&self.path).map_err(KeyError::Io)?;
        *self.directory.write() = Arc::new(Directory::of(&changed));
        *stored = changed;
        Ok(answer)
    }

    /// Writes when tokens were last used, where that has changed. Blocks on the disk.
    pub fn save_last_used(&self) -> io::Result<()> {
        let mut stored = self.stored.lock();
        if self.directory().note_last_used(&mut stored) { stored.write(&self.path) } else { Ok(()) }
    }
}

impl Directory {
    fn of(stored: &Stored) -> Directory {
        let mut by_hash = HashMap::new();
        let sources: Vec<_> = stored.sources.iter().cloned().map(Arc::new).collect();
        for ended in restore::ended(stored, &sources) {
            by_hash.insert(ended.hash, Holder::Ended(ended));
        }
        for (place, source) in sources.iter().enumerate() {
            for key in &source.write_keys {
                by_hash.insert(digest(&key.key), Holder::Source { place, is_secret: false, valid_until: key.valid_until });
            }
            for key in &source.secret_keys {
                if let Some(hash) = key.hash.bytes() {
                    by_hash.insert(hash, Holder::Source { place, is_secret: true, valid_until: key.valid_until });
                }
            }
        }
        let known = |token: &Token| KnownToken {
            token: Arc::new(token.clone()),
            last_used_ms: AtomicI64::new(token.last_used_at.map_or(i64::MIN, |at| at.0)),
        };
        let tokens: Vec<_> = stored.tokens.iter().map(known).collect();
        for (place, known) in tokens.iter().enumerate() {
            if let Some(hash) = known.token.hash.bytes() {
                by_hash.insert(hash, Holder::Token(place));
            }
        }
        Directory { session_secret: stored.session_secret.clone(), sources, tokens, by_hash }
    }

    /// The source of a key, and whether it is a secret one.
    pub fn source(&self, key: &str, now: Millis) -> Option<(Arc<Source>, bool)> {
        match self.holder(key)? {
            Holder::Source { place, is_secret, valid_until } if is_live(*valid_until, now) => {
                Some((Arc::clone(self.sources.get(*place)?), *is_secret))
            }
            _ => None,
        }
    }

    /// What is known of a key that has ended no longer than 30 days ago.
    pub fn ended(&self, key: &str, now: Millis) -> Option<Ended> {
        let ended = match self.holder(key)? {
            Holder::Ended(ended) => ended.clone(),
            Holder::Source { place, is_secret, valid_until: Some(at) } if *at <= now => {
                Ended { source: Arc::clone(self.sources.get(*place)?), is_secret: *is_secret, hash: digest(key), at: *at }
            }
            Holder::Source { .. } | Holder::Token(_) => return None,
        };
        (now.0.saturating_sub(ended.at.0) <= ENDED_MS).then_some(ended)
    }

    /// Whether a key, given as its SHA-256, is one of this source that can be used.
    pub fn is_key_of(&self, hash: &[u8; 32], source: &str, now: Millis) -> bool {
        matches!(self.by_hash.get(hash), Some(Holder::Source { place, valid_until, .. })
            if is_live(*valid_until, now) && self.sources.get(*place).is_some_and(|found| found.id == source))
    }

    /// Whoever this token belongs to.
    pub fn token(&self, token: &str, now: Millis) -> Option<Arc<Token>> {
        if token.starts_with(stored::LOCAL) {
            return self.is_local(token, now).then(|| Arc::new(Token::local()));
        }
        match self.holder(token)? {
            Holder::Token(place) => {
                let known = self.tokens.get(*place).filter(|known| is_live(known.token.expires_at, now))?;
                // A minute is exact enough, and saves the cores that answer from writing to one place.
                if now.0.saturating_sub(known.last_used_ms.load(Ordering::Relaxed)) > 60_000 {
                    known.last_used_ms.store(now.0, Ordering::Relaxed);
                }
                Some(Arc::clone(&known.token))
            }
            Holder::Source { .. } | Holder::Ended(_) => None,
        }
    }

    /// The holder of a key or a token. What is looked up and compared is its hash: how long that takes says nothing about how near a
    /// guess was, because nobody can choose the hash of a guess.
    fn holder(&self, secret: &str) -> Option<&Holder> {
        self.by_hash.get(&digest(secret)).filter(|_| !secret.is_empty())
    }

    /// All tokens, with when each was last used.
    pub fn tokens(&self) -> impl Iterator<Item = (&Token, Option<Millis>)> {
        self.tokens.iter().map(|known| (known.token.as_ref(), known.last_used()))
    }

    /// A token by its id, as long as it can be used.
    pub fn token_of_id(&self, id: &str, now: Millis) -> Option<Arc<Token>> {
        if id == stored::LOCAL_ID {
            return Some(Arc::new(Token::local()));
        }
        self.tokens.iter().find(|known| known.token.id == id && is_live(known.token.expires_at, now)).map(|known| Arc::clone(&known.token))
    }

    /// Whether any source may be written to from this origin.
    pub fn any_allows(&self, origin: &str) -> bool {
        self.sources.iter().any(|source| source.allows(Some(origin)))
    }

    /// Whether any source has this origin in its list.
    pub fn any_lists(&self, origin: &str) -> bool {
        self.sources.iter().any(|source| source.lists(origin))
    }

    /// The signature of a console session.
    pub fn sign(&self, message: &str) -> String {
        hex(&hmac(&self.session_secret, message))
    }

    fn is_local(&self, token: &str, now: Millis) -> bool {
        let parts = token.strip_prefix(stored::LOCAL).and_then(|rest| rest.split_once('_'));
        parts.is_some_and(|(until, signature)| {
            let is_soon = until.parse::<i64>().is_ok_and(|until| (now.0..now.0 + 2 * LOCAL_MS).contains(&until));
            equal(self.sign(&stored::local_claim(until)), signature) && is_soon
        })
    }

    /// Copies what is known of their use to the stored tokens; whether any of it was news.
    fn note_last_used(&self, stored: &mut Stored) -> bool {
        let mut is_news = false;
        for token in &mut stored.tokens {
            let last_used = self.tokens.iter().find(|known| known.token.id == token.id).and_then(KnownToken::last_used);
            is_news |= last_used != token.last_used_at;
            token.last_used_at = last_used;
        }
        is_news
    }
}

impl KnownToken {
    fn last_used(&self) -> Option<Millis> {
        Some(self.last_used_ms.load(Ordering::Relaxed)).filter(|at| *at > i64::MIN).map(Millis)
    }
}

#[cfg(test)]
mod tests;
