//! A source: where events come from, and the keys that say so.

use serde::{Deserialize, Serialize};

use super::moment;
use super::origins::AllowedOrigin;
use super::secret::Hashed;
use crate::time::Millis;

/// Where events come from. Not `Debug`: it has secrets.
#[derive(Clone, Serialize, Deserialize)]
pub struct Source {
    /// Stable, in every event and every metric.
    pub id: String,
    /// For people.
    pub name: String,
    /// The sites that its tag may stand on; everywhere where empty.
    #[serde(default)]
    pub allowed_origins: Vec<AllowedOrigin>,
    /// Whether what comes with a write key says who somebody is only with a signature.
    #[serde(default)]
    pub requires_signature: bool,
    /// Public: they stand in script tags. They can write, and nothing else. The newest first.
    #[serde(default)]
    pub write_keys: Vec<WriteKey>,
    /// For servers: what is sent with one is believed. The newest first.
    #[serde(default)]
    pub secret_keys: Vec<SecretKey>,
    /// For servers: what a user id is signed with at log-in, so that a browser can show whose it is. The newest first. They have to be
    /// kept as they are, since checking a signature takes the secret itself.
    #[serde(default)]
    pub signing_secrets: Vec<SigningSecret>,
    /// Keys that have ended and can be restored. The newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended_keys: Vec<EndedKey>,
}

/// A key that was replaced and has ended. What still comes with it is held for a while, since somebody forgot to replace it.
#[derive(Clone, Serialize, Deserialize)]
pub struct EndedKey {
    /// What is kept of it.
    pub hash: Hashed,
    /// The key itself, where it is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its last characters.
    pub hint: String,
    /// When it ended.
    #[serde(default, with = "moment", skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Millis>,
}

/// A source that was removed, and can be restored as it was. Not `Debug`: it has secrets.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RemovedSource {
    /// The source.
    pub source: Source,
    /// When it was removed.
    #[serde(default, with = "moment", skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Millis>,
}

impl EndedKey {
    /// Whether it was a secret key.
    pub fn is_secret(&self) -> bool {
        self.key.is_none()
    }
}

/// A public key.
#[derive(Clone, Serialize, Deserialize)]
pub struct WriteKey {
    /// The key itself.
    pub key: String,
    /// How long it can be used: for ever, unless a newer one has replaced it.
    #[serde(default, with = "moment", skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Millis>,
}

/// A secret key. It is nowhere kept as it is.
#[derive(Clone, Serialize, Deserialize)]
pub struct SecretKey {
    /// What is kept of it.
    pub hash: Hashed,
    /// Its last characters.
    pub hint: String,
    /// How long it can be used.
    #[serde(default, with = "moment", skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Millis>,
}

/// A signing secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct SigningSecret {
    /// The secret itself.
    pub secret: String,
    /// How long signatures made with it count.
    #[serde(default, with = "moment", skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Millis>,
}

impl Source {
    /// The key for new tags.
    pub fn write_key(&self) -> &str {
        self.write_keys.first().map_or("", |key| key.key.as_str())
    }

    /// What a signature may have been made with.
    pub fn live_signing_secrets(&self, now: Millis) -> Vec<&str> {
        self.signing_secrets.iter().filter(|secret| is_live(secret.valid_until, now)).map(|secret| secret.secret.as_str()).collect()
    }

    /// Whether a request of this origin may write with a public key. Browsers name the origin of every `POST`; who names none is no page,
    /// and a source with a list is a website's.
    pub fn allows(&self, origin: Option<&str>) -> bool {
        self.allowed_origins.is_empty() || origin.is_some_and(|origin| self.lists(origin))
    }

    /// Whether the list of origins has this one: an empty list has none.
    pub fn lists(&self, origin: &str) -> bool {
        self.allowed_origins.iter().any(|allowed| allowed.matches(origin))
    }
}

/// Whether something that is valid until then, or for ever, is valid.
pub(super) fn is_live(valid_until: Option<Millis>, now: Millis) -> bool {
    valid_until.is_none_or(|until| now < until)
}

/// Whether this may be the id of a source. Every id is a label of the metrics and stands in every event, so they are short and plain.
pub fn is_source_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

/// An id that follows from a name, or from `otherwise` where the name has no letter for one, and is free.
pub fn id_for(name: &str, otherwise: &str, is_free: impl Fn(&str) -> bool) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let words: String = name.chars().map(plain).take(40).collect();
    let base = words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let base = if base.is_empty() { otherwise.to_owned() } else { base };
    std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}"))).find(|id| is_free(id)).unwrap_or_default()
}
