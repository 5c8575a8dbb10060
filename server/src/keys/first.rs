//! The keys of an installation that has none yet.

use std::io;

use super::secret::{Hashed, hint, random, random_hex, write_key};
use super::{Scope, SecretKey, SigningSecret, Source, Stored, Token, WriteKey};

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

/// Secrets that were made, and are kept only as hashes: whoever does not read them now has to make others.
pub struct Shown {
    /// The secret key of the first source; nothing where it was given.
    pub secret_key: Option<String>,
    /// The first owner's token; likewise.
    pub admin_token: Option<String>,
}

/// Keys from `first` where set, else from the machine's randomness.
pub(super) fn create(first: &FirstKeys) -> io::Result<(Stored, Shown)> {
    let given_or = |given: &Option<String>, prefix: &str| given.clone().map_or_else(|| random(prefix), Ok);
    let secret_key = given_or(&first.secret_key, "sk")?;
    let admin_token = given_or(&first.admin_token, "nt")?;
    let source = Source {
        id: "website".into(),
        name: "Website".into(),
        allowed_origins: Vec::new(),
        requires_signature: false,
        write_keys: vec![WriteKey { key: first.write_key.clone().map_or_else(write_key, Ok)?, valid_until: None }],
        secret_keys: vec![SecretKey { hash: Hashed::of(&secret_key), hint: hint(&secret_key), valid_until: None }],
        signing_secrets: Vec::new(),
        ended_keys: Vec::new(),
    };
    let token = Token {
        id: "first-0".into(),
        name: "Owner".into(),
        scopes: vec![Scope::Owner],
        hash: Hashed::of(&admin_token),
        hint: hint(&admin_token),
        created_at: None,
        expires_at: None,
        last_used_at: None,
    };
    let mut stored =
        Stored { session_secret: random_hex()? + &random_hex()?, sources: vec![source], removed_sources: Vec::new(), tokens: vec![token] };
    complete(&mut stored, first)?;
    let is_made = |given: &Option<String>, secret: String| given.is_none().then_some(secret);
    let shown = Shown { secret_key: is_made(&first.secret_key, secret_key), admin_token: is_made(&first.admin_token, admin_token) };
    Ok((stored, shown))
}

/// Makes the signing secrets that are missing, in files of before there were any; whether there were. An empty one is missing, for
/// anybody could sign with it.
pub(super) fn complete(stored: &mut Stored, first: &FirstKeys) -> io::Result<bool> {
    let mut given = first.signing_secret.clone();
    let mut has_changed = false;
    for source in &mut stored.sources {
        // What is given is for the first source alone.
        let given = given.take();
        let count = source.signing_secrets.len();
        source.signing_secrets.retain(|secret| !secret.secret.trim().is_empty());
        has_changed |= source.signing_secrets.len() < count;
        if source.signing_secrets.is_empty() {
            // As long as the hash, as RFC 7518, section 3.2, asks of a key for HS256.
            let secret = given.map_or_else(|| random("ss"), Ok)?;
            source.signing_secrets.push(SigningSecret { secret, valid_until: None });
            has_changed = true;
        }
    }
    Ok(has_changed)
}
