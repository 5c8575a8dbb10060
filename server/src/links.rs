//! Tokens in links: who it is that comes from another of the site's domains, or from a newsletter.
//!
//! | begins with | made by | says | holds |
//! |---|---|---|---|
//! | `x` | the browser's SDK, `POST /v1/link` | the visitor's anonymous id | 2 minutes |
//! | `n` | the site's server, `POST /v1/links` or `nora link` | a user id, traits | 90 days, unless told otherwise |
//!
//! A token is that letter and, in URL-safe base64 without padding, a nonce of 24 bytes and what XChaCha20-Poly1305
//! ([draft-irtf-cfrg-xchacha](https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha)) makes of the claims as JSON: nobody can read
//! an address out of a URL, or change it. The key follows from the source's signing secret (HKDF-SHA256,
//! [RFC 5869](https://www.rfc-editor.org/rfc/rfc5869)) and the source's id, so a token of one source says nothing to another, and ends with
//! the signing secret that it was made with.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::Sha256;

use crate::time::{DAY_MS, Millis};

/// How long a link to another domain holds.
pub const CROSS_DOMAIN_MS: i64 = 2 * 60 * 1000;

/// How long a newsletter's link holds, unless told otherwise.
pub const NEWSLETTER_MS: i64 = 90 * DAY_MS;

/// How long a newsletter's link may hold, at most.
pub const LONGEST_MS: i64 = 366 * DAY_MS;

/// Bytes of what a token says, as JSON. Keeps a link below the 2,000 characters that every mail program takes.
pub const CLAIM_BYTES: usize = 1_024;

const NONCE_BYTES: usize = 24;

/// What a token says.
pub trait Claims: Serialize + DeserializeOwned {
    /// What its tokens begin with.
    const LETTER: char;

    /// When it ends, in seconds since 1970.
    fn ends(&self) -> i64;
}

/// Of a link to another of the site's domains.
#[derive(Debug, Serialize, Deserialize)]
pub struct Visitor {
    #[serde(rename = "e")]
    ends: i64,
    /// The visitor's anonymous id.
    #[serde(rename = "a")]
    pub anonymous_id: String,
}

/// Of a newsletter's link.
#[derive(Debug, Serialize, Deserialize)]
pub struct Person {
    #[serde(rename = "e")]
    ends: i64,
    /// The site's own id of the person.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// What is known of the person: an object.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub traits: Option<Box<RawValue>>,
}

impl Visitor {
    /// Of somebody who leaves now.
    pub fn new(anonymous_id: String, now: Millis) -> Visitor {
        Visitor { ends: (now.0 + CROSS_DOMAIN_MS) / 1000, anonymous_id }
    }
}

impl Person {
    /// Of somebody who gets a newsletter.
    pub fn new(user_id: Option<String>, traits: Option<Box<RawValue>>, until: Millis) -> Person {
        Person { ends: until.0 / 1000, user_id, traits }
    }
}

impl Claims for Visitor {
    const LETTER: char = 'x';

    fn ends(&self) -> i64 {
        self.ends
    }
}

impl Claims for Person {
    const LETTER: char = 'n';

    fn ends(&self) -> i64 {
        self.ends
    }
}

/// Why a token says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It was not made here, for this source and with a secret of it, or it was changed.
    Invalid,
    /// Its time is over.
    Expired,
}

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It would say more than [`CLAIM_BYTES`].
    #[error("user id and traits have more than {CLAIM_BYTES} bytes together")]
    TooLong,
    /// The source has no signing secret, or the machine no randomness.
    #[error("no token can be made")]
    Impossible,
}

/// Makes and opens the tokens of one source.
#[derive(Clone, Copy)]
pub struct Seal<'a> {
    source: &'a str,
    secrets: &'a [&'a str],
}

impl<'a> Seal<'a> {
    /// Of a source with this id and these signing secrets: tokens are made with the first, and opened with each.
    pub fn new(source: &'a str, secrets: &'a [&'a str]) -> Seal<'a> {
        Seal { source, secrets }
    }

    /// The token that says this.
    pub fn token<C: Claims>(&self, claims: &C) -> Result<String, SealError> {
        let json = serde_json::to_vec(claims).map_err(|_| SealError::Impossible)?;
        if json.len() > CLAIM_BYTES {
            return Err(SealError::TooLong);
        }
        let mut bytes = vec![0; NONCE_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| SealError::Impossible)?;
        let cipher = self.secrets.first().and_then(|secret| self.cipher(secret)).ok_or(SealError::Impossible)?;
        let payload = Payload { msg: &json, aad: &[C::LETTER as u8] };
        let sealed = cipher.encrypt(XNonce::from_slice(&bytes), payload).map_err(|_| SealError::Impossible)?;
        bytes.extend_from_slice(&sealed);
        Ok(format!("{}{}", C::LETTER, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What a token says.
    pub fn open<C: Claims>(&self, token: &str, now: Millis) -> Result<C, Refused> {
        let text = token.strip_prefix(C::LETTER).ok_or(Refused::Invalid)?;
        // Protects memory from what cannot be a token: its text has a third more bytes than it.
        if text.len() > 2 * CLAIM_BYTES {
            return Err(Refused::Invalid);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::Invalid)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or(Refused::Invalid)?;
        let opened = |secret: &&str| {
            let payload = Payload { msg: sealed, aad: &[C::LETTER as u8] };
            self.cipher(secret)?.decrypt(XNonce::from_slice(nonce), payload).ok()
        };
        let json = self.secrets.iter().find_map(opened).ok_or(Refused::Invalid)?;
        let claims: C = serde_json::from_slice(&json).map_err(|_| Refused::Invalid)?;
        if now.0 / 1000 >= claims.ends() { Err(Refused::Expired) } else { Ok(claims) }
    }

    /// Nothing where there is no secret: anybody could make tokens with an empty one.
    fn cipher(&self, secret: &str) -> Option<XChaCha20Poly1305> {
        let mut key = [0; 32];
        let secret = Some(secret).filter(|secret| !secret.trim().is_empty())?;
        Hkdf::<Sha256>::new(Some(b"nora link v1"), secret.as_bytes()).expand(self.source.as_bytes(), &mut key).ok()?;
        Some(XChaCha20Poly1305::new(&key.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Millis = Millis(1_769_860_800_000);

    fn person() -> Person {
        let traits = RawValue::from_string(r#"{"email":"ann@example.com"}"#.into()).unwrap();
        Person::new(Some("u1".into()), Some(traits), Millis(NOW.0 + 5_000))
    }

    #[test]
    fn a_token_says_what_was_put_in_and_shows_nothing_of_it() {
        let seal = Seal::new("web", &["secret"]);
        let token = seal.token(&person()).unwrap();
        assert!(token.starts_with('n') && token.len() < 200, "{token}");
        assert_ne!(token, seal.token(&person()).unwrap(), "each has a nonce of its own");
        let shown = URL_SAFE_NO_PAD.decode(&token[1..]).unwrap();
        assert!(!shown.windows(3).any(|window| window == b"ann"));
        let read: Person = seal.open(&token, NOW).unwrap();
        assert_eq!((read.user_id.as_deref(), read.traits.unwrap().get()), (Some("u1"), r#"{"email":"ann@example.com"}"#));
        let visitor = seal.token(&Visitor::new("a1".into(), NOW)).unwrap();
        assert_eq!(seal.open::<Visitor>(&visitor, NOW).unwrap().anonymous_id, "a1");
    }

    #[test]
    fn a_token_is_one_source_s_and_one_sort_s_and_ends() {
        let seal = Seal::new("web", &["secret"]);
        let token = seal.token(&person()).unwrap();
        assert!(seal.open::<Person>(&token, Millis(NOW.0 + 4_999)).is_ok());
        assert_eq!(seal.open::<Person>(&token, Millis(NOW.0 + 5_000)).err(), Some(Refused::Expired));
        for other in [Seal::new("app", &["secret"]), Seal::new("web", &["other"]), Seal::new("web", &[""]), Seal::new("web", &[])] {
            assert_eq!(other.open::<Person>(&token, NOW).err(), Some(Refused::Invalid));
        }
        let newer = Seal::new("web", &["newer", "secret"]);
        assert!(newer.open::<Person>(&token, NOW).is_ok(), "as long as its secret holds");
        let renewed = newer.token(&person()).unwrap();
        assert!(newer.open::<Person>(&renewed, NOW).is_ok());
        assert_eq!(seal.open::<Person>(&renewed, NOW).err(), Some(Refused::Invalid), "made with the first");
        let renamed = format!("x{}", &token[1..]);
        assert_eq!(seal.open::<Visitor>(&renamed, NOW).err(), Some(Refused::Invalid));
        assert_eq!(seal.open::<Visitor>(&token, NOW).err(), Some(Refused::Invalid));
        let visitor = seal.token(&Visitor::new("a1".into(), NOW)).unwrap();
        assert_eq!(seal.open::<Visitor>(&visitor, Millis(NOW.0 + CROSS_DOMAIN_MS)).err(), Some(Refused::Expired));
        assert_eq!(Seal::new("web", &[" "]).token(&person()), Err(SealError::Impossible));
        let long = Person::new(Some("u".repeat(CLAIM_BYTES)), None, NOW);
        assert_eq!(seal.token(&long), Err(SealError::TooLong));
    }

    proptest! {
        #[test]
        fn whatever_is_changed_is_invalid(at in 1usize..100, to in "[A-Za-z0-9_-]") {
            let seal = Seal::new("web", &["secret"]);
            let mut token = seal.token(&person()).unwrap();
            let at = at.min(token.len() - 2);
            let is_same = token[at..].starts_with(&to);
            token.replace_range(at..=at, &to);
            prop_assert_eq!(seal.open::<Person>(&token, NOW).is_ok(), is_same);
        }

        #[test]
        fn garbage_is_invalid(garbage in "n?\\PC{0,40}|n[A-Za-z0-9_-]{0,200}") {
            prop_assert_eq!(Seal::new("web", &["secret"]).open::<Person>(&garbage, NOW).err(), Some(Refused::Invalid));
        }
    }
}
