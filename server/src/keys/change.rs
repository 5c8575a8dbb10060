//! Changes of sources and tokens: each either holds as a whole or says what is wrong.

use std::collections::BTreeSet;
use std::io;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::secret::{Hashed, hint, random, random_hex, write_key};
use super::source::{EndedKey, RemovedSource, is_live};
use super::{AllowedOrigin, Scope, SecretKey, SigningSecret, Source, Stored, Token, WriteKey, id_for, is_source_id};
use crate::time::Millis;

/// Sources, and tokens, at most. Bounds what is written with every change.
const MOST: usize = 1_000;

/// Origins of a source, at most: each is compared with that of a request.
const MOST_ORIGINS: usize = 100;

/// Sources that were removed and can be restored, at most.
const MOST_REMOVED: usize = 100;

/// Characters of a name.
const NAME_CHARS: usize = 100;

/// Keys of one kind that a source can have at a time: the present one, and the one that it replaces.
pub(super) const LIVE_KEYS: usize = 2;

/// Why the keys were not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// What was asked for makes no sense: how.
    #[error("{0}")]
    Invalid(String),
    /// It does not go with what there is: why.
    #[error("{0}")]
    Conflict(&'static str),
    /// There is no such source or token.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// They cannot be written.
    #[error("the keys cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// A source to be made.
pub struct NewSource {
    /// Its id; made of its name where nothing.
    pub id: Option<String>,
    /// What can be changed later.
    pub settings: SourceChange,
}

/// What can be changed about a source.
pub struct SourceChange {
    /// For people.
    pub name: String,
    /// See [`Source::allowed_origins`].
    pub allowed_origins: Vec<String>,
    /// See [`Source::requires_signature`].
    pub requires_signature: bool,
}

/// A token to be made.
pub struct NewToken {
    /// What can be changed later.
    pub settings: TokenChange,
    /// Now.
    pub at: Millis,
}

/// What can be changed about a token.
pub struct TokenChange {
    /// For people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How long it can be used.
    pub expires_at: Option<Millis>,
}

/// Which of a source's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rotate {
    /// The public one of script tags.
    WriteKey,
    /// The one of servers.
    SecretKey,
    /// What user ids are signed with.
    SigningSecret,
}

/// A key to be replaced.
pub struct Rotation {
    /// Which.
    pub which: Rotate,
    /// How long those that there are can still be used.
    pub old_valid_until: Millis,
    /// Now.
    pub at: Millis,
}

impl Stored {
    /// Makes a source with a key of each kind; the answer has its secret key, which is kept nowhere.
    pub fn create_source(&mut self, new: NewSource) -> Result<(Source, String), KeyError> {
        if self.sources.len() >= MOST {
            return Err(KeyError::Conflict("there are as many sources as there can be"));
        }
        let is_free = |id: &str| self.sources.iter().all(|source| source.id != id);
        let id = new.id.unwrap_or_else(|| id_for(&new.settings.name, "source", is_free));
        if !is_source_id(&id) {
            return Err(KeyError::Invalid("id takes 1 to 64 of a-z, 0-9, _ and -".into()));
        }
        if self.sources.iter().any(|source| source.id == id) {
            return Err(KeyError::Conflict("there is a source of this id"));
        }
        let secret_key = random("sk")?;
        let mut source = Source {
            id,
            name: String::new(),
            allowed_origins: Vec::new(),
            requires_signature: false,
            write_keys: vec![WriteKey { key: write_key()?, valid_until: None }],
            secret_keys: vec![SecretKey { hash: Hashed::of(&secret_key), hint: hint(&secret_key), valid_until: None }],
            signing_secrets: vec![SigningSecret { secret: random("ss")?, valid_until: None }],
            ended_keys: Vec::new(),
        };
        new.settings.apply(&mut source)?;
        self.sources.push(source.clone());
        Ok((source, secret_key))
    }

    /// Changes a source's settings.
    pub fn change_source(&mut self, id: &str, change: SourceChange) -> Result<Source, KeyError> {
        let source = self.source_mut(id)?;
        change.apply(source)?;
        Ok(source.clone())
    }

    /// Removes a source: its keys are refused from now on. Its events stay, and it can be [restored](Stored::restore_source).
    pub fn delete_source(&mut self, id: &str, at: Millis) -> Result<(), KeyError> {
        let place = self.sources.iter().position(|source| source.id == id).ok_or(KeyError::NotFound("source"))?;
        if self.sources.len() == 1 {
            return Err(KeyError::Conflict("the last source cannot be removed"));
        }
        let source = self.sources.remove(place);
        self.removed_sources.retain(|removed| removed.source.id != id);
        self.removed_sources.insert(0, RemovedSource { source, removed_at: Some(at) });
        self.removed_sources.truncate(MOST_REMOVED);
        Ok(())
    }

    /// Makes a new key and lets those that there are end; the answer has the new key.
    pub fn rotate(&mut self, id: &str, rotation: &Rotation) -> Result<(Source, String), KeyError> {
        let source = self.source_mut(id)?;
        // Nothing ends before it is told to: when it did counts for what still comes with it.
        let (now, until) = (rotation.at, rotation.old_valid_until.max(rotation.at));
        let key = match rotation.which {
            Rotate::WriteKey => {
                let key = write_key()?;
                let ended = end(&mut source.write_keys, |key| &mut key.valid_until, now, until)?;
                source.note_ended(ended.into_iter().map(EndedKey::from));
                source.write_keys.insert(0, WriteKey { key: key.clone(), valid_until: None });
                key
            }
            Rotate::SecretKey => {
                let key = random("sk")?;
                let ended = end(&mut source.secret_keys, |key| &mut key.valid_until, now, until)?;
                source.note_ended(ended.into_iter().map(EndedKey::from));
                source.secret_keys.insert(0, SecretKey { hash: Hashed::of(&key), hint: hint(&key), valid_until: None });
                key
            }
            Rotate::SigningSecret => {
                let secret = random("ss")?;
                end(&mut source.signing_secrets, |secret| &mut secret.valid_until, now, until)?;
                source.signing_secrets.insert(0, SigningSecret { secret: secret.clone(), valid_until: None });
                secret
            }
        };
        Ok((source.clone(), key))
    }

    /// Makes a token; the answer has the token itself, which is kept nowhere.
    pub fn create_token(&mut self, new: NewToken) -> Result<(Token, String), KeyError> {
        if self.tokens.len() >= MOST {
            return Err(KeyError::Conflict("there are as many tokens as there can be"));
        }
        let secret = random("nt")?;
        let mut token = Token {
            id: format!("t_{}", &random_hex()?[..12]),
            name: String::new(),
            scopes: Vec::new(),
            hash: Hashed::of(&secret),
            hint: hint(&secret),
            created_at: Some(new.at),
            expires_at: None,
            last_used_at: None,
        };
        new.settings.apply(&mut token)?;
        self.tokens.push(token.clone());
        Ok((token, secret))
    }

    /// Changes a token.
    pub fn change_token(&mut self, id: &str, change: TokenChange) -> Result<Token, KeyError> {
        let token = self.tokens.iter_mut().find(|token| token.id == id).ok_or(KeyError::NotFound("token"))?;
        change.apply(token)?;
        Ok(token.clone())
    }

    /// Revokes a token, and with it every session that was opened with it.
    pub fn delete_token(&mut self, id: &str) -> Result<(), KeyError> {
        let count = self.tokens.len();
        self.tokens.retain(|token| token.id != id);
        if self.tokens.len() == count { Err(KeyError::NotFound("token")) } else { Ok(()) }
    }

    /// All tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    fn source_mut(&mut self, id: &str) -> Result<&mut Source, KeyError> {
        self.sources.iter_mut().find(|source| source.id == id).ok_or(KeyError::NotFound("source"))
    }
}

impl SourceChange {
    fn apply(self, source: &mut Source) -> Result<(), KeyError> {
        if self.allowed_origins.len() > MOST_ORIGINS {
            return Err(KeyError::Invalid(format!("allowed_origins takes at most {MOST_ORIGINS}")));
        }
        let origins: Result<Vec<AllowedOrigin>, _> = self.allowed_origins.iter().map(|origin| origin.parse()).collect();
        source.allowed_origins = origins.map_err(KeyError::Invalid)?;
        source.name = name(&self.name)?;
        source.requires_signature = self.requires_signature;
        Ok(())
    }
}

impl TokenChange {
    fn apply(self, token: &mut Token) -> Result<(), KeyError> {
        if self.scopes.is_empty() {
            return Err(KeyError::Invalid("scopes takes at least one of read, identity, import, config and owner".into()));
        }
        token.scopes = self.scopes.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        token.name = name(&self.name)?;
        token.expires_at = self.expires_at;
        Ok(())
    }
}

fn name(name: &str) -> Result<String, KeyError> {
    let trimmed = name.trim();
    if trimmed.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(KeyError::Invalid(format!("name takes 1 to {NAME_CHARS} characters, none of them a control character")));
    }
    Ok(trimmed.to_owned())
}

/// Lets keys end, those that have not ended earlier, and takes out those that have ended. There has to be room for another.
fn end<K>(keys: &mut Vec<K>, valid_until: impl Fn(&mut K) -> &mut Option<Millis>, now: Millis, until: Millis) -> Result<Vec<K>, KeyError> {
    for key in keys.iter_mut() {
        let valid = valid_until(key);
        *valid = Some(valid.map_or(until, |valid| valid.min(until)));
    }
    let ended = keys.extract_if(.., |key| !is_live(*valid_until(key), now)).collect();
    if keys.len() < LIVE_KEYS {
        return Ok(ended);
    }
    Err(KeyError::Conflict("an earlier key is still valid beside the present one; let both end now, or wait until it has ended"))
}
