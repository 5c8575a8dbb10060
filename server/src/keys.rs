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

/// All keys of an installation, as kept in `keys.toml`. Not `Debug`, and neither are its parts: keys belong into no log.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keys {
    /// Signs console sessions.
    session_secret: String,
    /// Where events come from.
    pub sources: Vec<Source>,
    /// Who may query.
    pub tokens: Vec<Token>,
}

/// Where events come from.
#[derive(Clone, Serialize, Deserialize)]
pub struct Source {
    /// Stable, in every event and every metric.
    pub id: String,
    /// For people.
    pub name: String,
    /// Public: it stands in the script tag. Can write, and nothing else.
    pub write_key: String,
    /// For servers: what is sent with it is believed.
    pub secret_key: String,
    /// For servers: what a user id is signed with at log-in, so that a browser can show whose it is. Nothing is sent with it.
    #[serde(default)]
    pub signing_secret: String,
}

/// Somebody who may query.
#[derive(Clone, Serialize, Deserialize)]
pub struct Token {
    /// For people.
    pub name: String,
    /// What it may do. `owner` may do everything.
    pub role: String,
    /// The token itself.
    pub token: String,
}

/// Keys that automation sets at the first start.
#[derive(Default, Clone)]
pub struct FirstKeys {
    /// `NORA_WRITE_KEY`.
    pub write_key: Option<String>,
    /// `NORA_SECRET_KEY`.
    pub secret_key: Option<String>,
    /// `NORA_SIGNING_SECRET`.
    pub signing_secret: Option<String>,
    /// `NORA_ADMIN_TOKEN`.
    pub admin_token: Option<String>,
}

impl Keys {
    /// The keys in `data_dir`. Where there are none, they are made: from `first` where set, from the machine's randomness otherwise.
    pub fn open(data_dir: &Path, first: &FirstKeys) -> io::Result<Keys> {
        let path = data_dir.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => {
                // The message alone: the error itself would quote the line, and with it a key.
                let unreadable = |error: toml::de::Error| io::Error::other(format!("{}: {}", path.display(), error.message()));
                let mut keys: Keys = toml::from_str(&text).map_err(unreadable)?;
                if keys.complete(first)? {
                    keys.write(&path)?;
                }
                Ok(keys)
            }
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
        let mut keys = Keys {
            session_secret: random_hex()?,
            sources: vec![Source {
                id: "website".into(),
                name: "Website".into(),
                write_key: given_or(&first.write_key, "wk")?,
                secret_key: given_or(&first.secret_key, "sk")?,
                signing_secret: String::new(),
            }],
            tokens: vec![Token { name: "Owner".into(), role: "owner".into(), token: given_or(&first.admin_token, "nt")? }],
        };
        keys.complete(first)?;
        Ok(keys)
    }

    /// Makes the signing secrets that are missing, in files of before there were any; whether there were. An empty one is missing, for
    /// anybody could sign with it.
    fn complete(&mut self, first: &FirstKeys) -> io::Result<bool> {
        let mut given = first.signing_secret.clone();
        let mut has_changed = false;
        for source in &mut self.sources {
            // What is given is for the first source alone.
            let given = given.take();
            if source.signing_secret.trim().is_empty() {
                // As long as the hash, as RFC 7518, section 3.2, asks of a key for HS256.
                source.signing_secret = given.map_or_else(|| Ok::<_, io::Error>(format!("ss_{}{}", random_hex()?, random_hex()?)), Ok)?;
                has_changed = true;
            }
        }
        Ok(has_changed)
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
        hex(&hmac(&self.session_secret, message))
    }
}

/// HMAC-SHA256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)).
pub fn hmac(secret: &str, message: &str) -> Vec<u8> {
    // HMAC takes keys of any length, so there is no error to return; an empty signature would match nothing.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

/// Whether two secrets are equal, in a time that depends on their lengths only.
pub fn equal(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> bool {
    let (a, b) = (a.as_ref(), b.as_ref());
    !a.is_empty() && a.ct_eq(b).into()
}

/// 128 bits of the machine's randomness.
pub fn random_hex() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex(&bytes))
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
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
    #[test]
    fn a_file_of_before_there_were_signing_secrets_gets_one_and_keeps_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let made = Keys::open(dir.path(), &FirstKeys::default()).unwrap();
        assert_eq!(made.sources[0].signing_secret.len(), "ss_".len() + 64);
        for given in [None, Some("of-the-environment")] {
            let text = fs::read_to_string(&path).unwrap();
            let old: Vec<_> = text.lines().filter(|line| !line.starts_with("signing_secret")).collect();
            fs::write(&path, old.join("\n")).unwrap();
            let first = FirstKeys { signing_secret: given.map(Into::into), ..FirstKeys::default() };
            let opened = Keys::open(dir.path(), &first).unwrap();
            let secret = &opened.sources[0].signing_secret;
            assert!(given.map_or(secret.len() > 64, |given| given == secret), "{given:?}");
            assert_eq!(opened.tokens[0].token, made.tokens[0].token, "the other keys stay");
            let again = Keys::open(dir.path(), &FirstKeys { signing_secret: Some("too-late".into()), ..first }).unwrap();
            assert_eq!(again.sources[0].signing_secret, *secret);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn an_empty_signing_secret_is_replaced_and_a_broken_file_is_not_quoted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let secret = Keys::open(dir.path(), &FirstKeys::default()).unwrap().sources[0].signing_secret.clone();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(&secret, "")).unwrap();
        assert!(Keys::open(dir.path(), &FirstKeys::default()).unwrap().sources[0].signing_secret.len() > 64);
        fs::write(&path, text.replace(&format!("\"{secret}\""), &format!("\"{secret}"))).unwrap();
        let error = Keys::open(dir.path(), &FirstKeys::default()).err().unwrap().to_string();
        assert!(error.contains(FILE) && !error.contains(&secret), "{error}");
    }
}
