//! The keys of an installation: who may write, who may read.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The file of the keys in the data directory, of mode 0600.
const FILE: &str = "keys.toml";

/// All keys of an installation, as kept in `keys.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Keys {
    /// Signs console sessions.
    session_secret: String,
    /// Where events come from.
    pub sources: Vec<Source>,
    /// Who may query.
    pub tokens: Vec<Token>,
}

/// Where events come from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Source {
    /// Stable, in every event and every metric.
    pub id: String,
    /// For people.
    pub name: String,
    /// Public: it stands in the script tag. Can write, and nothing else.
    pub write_key: String,
    /// For servers: what is sent with it is believed.
    pub secret_key: String,
}

/// Somebody who may query.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Token {
    /// For people.
    pub name: String,
    /// What it may do. `owner` may do everything.
    pub role: String,
    /// The token itself.
    pub token: String,
}

/// Keys that automation sets at the first start.
#[derive(Debug, Default, Clone)]
pub struct FirstKeys {
    /// `NORA_WRITE_KEY`.
    pub write_key: Option<String>,
    /// `NORA_SECRET_KEY`.
    pub secret_key: Option<String>,
    /// `NORA_ADMIN_TOKEN`.
    pub admin_token: Option<String>,
}

impl Keys {
    /// The keys in `data_dir`. Where there are none, they are made: from `first` where set, from the machine's randomness otherwise.
    pub fn open(data_dir: &Path, first: &FirstKeys) -> io::Result<Keys> {
        let path = data_dir.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| io::Error::other(format!("{}: {error}", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let keys = Keys::create(first)?;
                keys.write(&path)?;
                Ok(keys)
            }
            Err(error) => Err(error),
        }
    }

    fn create(first: &FirstKeys) -> io::Result<Keys> {
        let given_or = |given: &Option<String>, prefix: &str| match given {
            Some(key) => Ok(key.clone()),
            None => Ok::<_, io::Error>(format!("{prefix}_{}", random_hex()?)),
        };
        Ok(Keys {
            session_secret: random_hex()?,
            sources: vec![Source {
                id: "website".into(),
                name: "Website".into(),
                write_key: given_or(&first.write_key, "wk")?,
                secret_key: given_or(&first.secret_key, "sk")?,
            }],
            tokens: vec![Token { name: "Owner".into(), role: "owner".into(), token: given_or(&first.admin_token, "nt")? }],
        })
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        // Whole or not at all, whenever the power fails: a tag whose key is lost would be refused for ever.
        let draft = path.with_extension("draft");
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        path.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all())
    }

    /// The source of a key, and whether it is the secret one.
    pub fn source(&self, key: &str) -> Option<(&Source, bool)> {
        // Every key is compared, and each in constant time: how long it takes says nothing about how near a guess was.
        self.sources.iter().fold(None, |found, source| {
            let (public, secret) = (equal(&source.write_key, key), equal(&source.secret_key, key));
            if public || secret { Some((source, secret)) } else { found }
        })
    }

    /// Whoever this token belongs to.
    pub fn token(&self, token: &str) -> Option<&Token> {
        self.tokens.iter().fold(None, |found, known| if equal(&known.token, token) { Some(known) } else { found })
    }

    /// The signature of a console session.
    pub fn sign(&self, message: &str) -> String {
        // HMAC takes keys of any length, so there is no error to return; an empty signature would match nothing.
        Hmac::<Sha256>::new_from_slice(self.session_secret.as_bytes())
            .map(|mac| hex(&mac.chain_update(message).finalize().into_bytes()))
            .unwrap_or_default()
    }
}

/// Whether two secrets are equal, in a time that depends on their lengths only.
pub fn equal(a: &str, b: &str) -> bool {
    !a.is_empty() && a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// 128 bits of the machine's randomness.
pub fn random_hex() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_made_once_and_nobody_else_can_read_them() {
        let dir = tempfile::tempdir().unwrap();
        let first = FirstKeys { write_key: Some("my-key".into()), ..FirstKeys::default() };
        let made = Keys::open(dir.path(), &first).unwrap();
        let again = Keys::open(dir.path(), &FirstKeys::default()).unwrap();
        assert_eq!(again.sources[0].write_key, "my-key");
        assert_eq!(again.tokens[0].token, made.tokens[0].token);
        assert_eq!(fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(again.source("my-key").is_some_and(|(_, verified)| !verified));
        assert!(again.source(&made.sources[0].secret_key).is_some_and(|(_, verified)| verified));
        assert!(again.source("").is_none() && again.token("").is_none() && again.token("my-key").is_none());
    }
}
