//! `keys.toml`: all keys, as they lie on the disk.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::secret::{hex, hmac};
use super::source::RemovedSource;
use super::{FILE, Hashed, LOCAL_MS, Scope, Source, Token, old};
use crate::time::Millis;

/// What a token of whoever may read this file begins with.
pub(super) const LOCAL: &str = "nl_";

/// The id of that token.
pub(super) const LOCAL_ID: &str = "local";

/// All keys, as kept in `keys.toml`. Not `Debug`, and neither are its parts: keys belong into no log.
#[derive(Clone, Serialize, Deserialize)]
pub struct Stored {
    /// Signs console sessions, and the tokens of commands on the same machine.
    pub(super) session_secret: String,
    /// Where events come from.
    #[serde(default)]
    pub(super) sources: Vec<Source>,
    /// Those that were removed, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) removed_sources: Vec<RemovedSource>,
    /// Who may query.
    #[serde(default)]
    pub(super) tokens: Vec<Token>,
}

impl Stored {
    /// The keys in this file, and whether it was of an earlier form; nothing where there is no file.
    pub(super) fn read(path: &Path) -> io::Result<Option<(Stored, bool)>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // The message alone: the error itself would quote the line, and with it a key.
        let unreadable = |error: toml::de::Error| io::Error::other(format!("{}: {}", path.display(), error.message()));
        let mut table: toml::Table = text.parse().map_err(unreadable)?;
        let was_old = old::convert(&mut table);
        Ok(Some((table.try_into().map_err(unreadable)?, was_old)))
    }

    /// Whole or not at all, whenever the power fails: a tag whose key is lost would be refused for ever.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        let draft = path.with_extension("draft");
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        path.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all())
    }

    /// The keys in a data directory that a server may have open: to be looked at, not to be changed.
    pub fn in_dir(data_dir: &Path) -> io::Result<Stored> {
        let missing = || io::Error::other(format!("there is no {FILE} in {}", data_dir.display()));
        Ok(Stored::read(&data_dir.join(FILE))?.ok_or_else(missing)?.0)
    }

    /// Where events come from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// A token for a command that talks to the server which has this directory open: whoever may read the file may do everything anyway.
    pub fn local_token(data_dir: &Path, now: Millis) -> io::Result<String> {
        let stored = Stored::in_dir(data_dir)?;
        let until = (now.0 + LOCAL_MS).to_string();
        Ok(format!("{LOCAL}{until}_{}", hex(&hmac(&stored.session_secret, &local_claim(&until)))))
    }
}

impl Token {
    /// Of whoever may read the file of the keys.
    pub(super) fn local() -> Token {
        let (created_at, expires_at, last_used_at) = (None, None, None);
        let (id, name, hint) = (LOCAL_ID.to_owned(), "Owner".to_owned(), String::new());
        Token { id, name, scopes: vec![Scope::Owner], hash: Hashed::of(""), hint, created_at, expires_at, last_used_at }
    }
}

/// What the signature of such a token covers.
pub(super) fn local_claim(until: &str) -> String {
    format!("local\n{until}")
}
