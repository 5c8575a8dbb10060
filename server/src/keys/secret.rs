//! Secrets: how they are made, kept, compared and shown.
//!
//! Keys and tokens are 256 random bits, so SHA-256 of them is as hard to undo as to guess. Argon2 and its kind slow down guesses of
//! passwords that people think of; here they would only slow down every request.

use std::io;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What is kept of a secret that is only ever compared. Lower-case hexadecimal in files.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hashed(String);

impl Hashed {
    /// Of a secret.
    pub fn of(secret: &str) -> Hashed {
        Hashed(hex(&digest(secret)))
    }

    /// The 32 bytes; nothing where the file was edited to something else.
    pub(super) fn bytes(&self) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        if self.0.len() != 64 {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(self.0.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(bytes)
    }

    /// The same as text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of a secret.
pub(super) fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// By what people tell secrets apart: their last four characters. Nothing of one that is so short that this would give it away.
pub fn hint(secret: &str) -> String {
    let tail = secret.char_indices().nth_back(3).map_or("", |(at, _)| &secret[at..]);
    if secret.len() < 20 { "…".to_owned() } else { format!("…{tail}") }
}

/// A new secret: a prefix that says what it is, and 256 bits of the machine's randomness.
pub(super) fn random(prefix: &str) -> io::Result<String> {
    Ok(format!("{prefix}_{}{}", random_hex()?, random_hex()?))
}

/// A new write key. It is no secret, and stands in every page: half as long will do.
pub(super) fn write_key() -> io::Result<String> {
    Ok(format!("wk_{}", random_hex()?))
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

    #[test]
    fn a_hash_is_read_as_it_was_written() {
        assert_eq!(Hashed::of("x").bytes(), Some(digest("x")));
        for edited in ["", "xy", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Hashed(edited.to_owned()).bytes(), None, "{edited}");
        }
    }

    #[test]
    fn a_hint_gives_nothing_away() {
        assert_eq!(hint("sk_0123456789abcdefghij"), "…ghij");
        assert_eq!(hint("short"), "…");
        assert_eq!(hint(""), "…");
    }
}
