//! Whether an event shows that its user id is whose it says: a browser has no secret, but the site's own server has.
//!
//! At log-in that server signs the user id with the source's signing secret, and the page passes the result on:
//!
//! - `context.identity.signature`: HMAC-SHA256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)) of the `userId`, in lower-case
//!   hexadecimal. It holds as long as the secret does;
//! - `context.identity.token`: a JWT, which expires; see [`token`](super::token).
//!
//! Whatever is given has to hold. Both are credentials, and are gone from the event once they have been looked at.

use nora_shared::event::{Json, Text};
use nora_shared::identifier::USER_ID;

use super::merged::Merged;
use super::object::Object;
use super::{Origin, token};
use crate::keys::{equal, hex, hmac};
use crate::log::Signature;

/// The field of a context that credentials are in.
pub(super) const IDENTITY: &str = "identity";
const SIGNATURE: &str = "signature";
const TOKEN: &str = "token";
/// See [`link`](super::link).
pub(super) const LINK: &str = "link";

/// Whether a field of `identity` is one of the credentials.
pub(super) fn is_credential(name: &str) -> bool {
    matches!(name, SIGNATURE | TOKEN | LINK)
}

/// Takes the credentials out of a context. Whether they show that the user id is believed; the error says what is wrong with them.
pub(super) fn take(context: &mut Merged<'_>, user_id: &Text<'_>, origin: &Origin<'_>) -> Result<bool, &'static str> {
    let mut is_signed = false;
    let mut is_there = false;
    for identity in context.all(IDENTITY) {
        for (name, credential) in Json::known(&identity).fields().filter(|(name, _)| is_credential(name)) {
            is_there = true;
            let given = Text::read(credential);
            // In what was held there is none any more: what it showed is known.
            if name == LINK || origin.again.is_some() || origin.signing_secrets.is_empty() || given == Text::Absent {
                continue;
            }
            let user_id = user_id.as_str().filter(|id| origin.rules.identifier(USER_ID, id).is_some()).ok_or("no userId")?;
            let given = given.as_str().unwrap_or_default();
            let check = |secret: &&str| match name.as_ref() {
                TOKEN => token::check(given, user_id, secret, origin.received_at),
                _ if equal(hex(&hmac(secret, user_id)), given) => Ok(()),
                _ => Err("signature"),
            };
            // While one secret takes the place of another, both sign. What is wrong is said of the newest, unless it says no more than that
            // the secret is another.
            let wrong: Vec<_> = origin.signing_secrets.iter().map_while(|secret| check(secret).err()).collect();
            if wrong.len() == origin.signing_secrets.len() {
                return Err(wrong.iter().copied().find(|why| !why.ends_with("signature")).or(wrong.first().copied()).unwrap_or_default());
            }
            is_signed = true;
        }
    }
    if is_there {
        context.replace(IDENTITY, without_credentials);
    }
    match origin.again.map(|again| again.shown.signature) {
        Some(Signature::Valid) => Ok(true),
        Some(Signature::Wrong) => Err("signature"),
        Some(Signature::Absent) | None => Ok(is_signed),
    }
}

/// The text of an `identity` without the credentials; nothing where nothing else is in it.
fn without_credentials(identity: &str) -> Option<String> {
    let mut all = Json::known(identity).fields();
    if all.all(|(name, _)| !is_credential(&name)) {
        return Some(identity.to_owned());
    }
    let mut json = Object::new();
    let mut rest = Json::known(identity).fields().filter(|(name, _)| !is_credential(name)).peekable();
    rest.peek()?;
    rest.for_each(|(name, value)| json.raw(&name, value.get()));
    Some(json.finish())
}

#[cfg(test)]
mod tests {
    use nora_shared::Reason;

    use crate::admission::tests::{NOON, origin};
    use crate::admission::{Decision, Origin, admit};
    use crate::keys::{hex, hmac};

    /// Whether it is verified and what is kept of it, or what is wrong with it and what is held.
    fn outcome(identity: &str, user: &str, origin: &Origin<'_>) -> Result<(bool, String), (String, String)> {
        let json =
            format!(r#"{{"type":"page","anonymousId":"a",{user}"messageId":"m","context":{{"identity":{identity},"locale":"nl"}}}}"#);
        match admit(&json, None, origin) {
            Decision::Accept { record, .. } => Ok((record.verified, record.json)),
            Decision::Quarantine(held) if held.reason == Reason::InvalidSignature => Err((held.detail, held.payload)),
            other => panic!("{other:?}"),
        }
    }

    const U1: &str = r#""userId":"u1","#;

    #[test]
    fn a_signature_is_believed_for_its_own_user_and_is_not_kept() {
        let signature = hex(&hmac("secret", "u1"));
        let given = format!(r#"{{"signature":"{signature}"}}"#);
        let (verified, kept) = outcome(&given, U1, &origin(NOON)).unwrap();
        assert!(verified && kept.contains(r#""context":{"locale":"nl"}"#), "{kept}");
        let (verified, kept) = outcome(&given.replace("\"}", "\",\"level\":2}"), U1, &origin(NOON)).unwrap();
        assert!(verified && kept.contains(r#""identity":{"level":2}"#) && !kept.contains(&signature), "{kept}");
        for (user, why) in [(r#""userId":"u2","#, "signature"), ("", "no userId"), (r#""userId":"null","#, "no userId")] {
            let (detail, held) = outcome(&given, user, &origin(NOON)).unwrap_err();
            assert_eq!(detail, why);
            assert!(held.contains(r#""identity":{"signature":"***"},"locale""#), "{held}");
        }
        for wrong in [signature.to_uppercase(), signature[1..].to_owned(), "x".into()] {
            let given = format!(r#"{{"signature":"{wrong}"}}"#);
            assert_eq!(outcome(&given, U1, &origin(NOON)).unwrap_err().0, "signature");
        }
        let two = format!(r#"{{"signature":"{signature}","signature":"x"}}"#);
        assert!(outcome(&two, U1, &origin(NOON)).is_err(), "each has to hold");
        let escaped = given.replace("signature", r"sign\u0061ture");
        assert!(outcome(&escaped, U1, &origin(NOON)).unwrap().0);
    }

    #[test]
    fn while_secrets_change_both_sign() {
        let signed = |secret: &str| format!(r#"{{"signature":"{}"}}"#, hex(&hmac(secret, "u1")));
        let both = Origin { signing_secrets: &["new", "secret"], ..origin(NOON) };
        assert!(["new", "secret"].iter().all(|secret| outcome(&signed(secret), U1, &both).unwrap().0));
        assert!(outcome(&signed("older"), U1, &both).is_err() && outcome(&signed("new"), U1, &origin(NOON)).is_err());
    }

    #[test]
    fn what_is_no_signature_changes_nothing() {
        for given in ["null", "{}", "[1]", r#""x""#, r#"{"level":2}"#] {
            let (verified, kept) = outcome(given, U1, &origin(NOON)).unwrap();
            assert!(!verified && kept.contains(&format!(r#""identity":{given}"#)), "{kept}");
        }
        assert!(!outcome(r#"{"signature":null,"token":" "}"#, U1, &origin(NOON)).unwrap().0);
        for odd in ["{}", "true", "[]", "12"] {
            assert!(outcome(&format!(r#"{{"signature":{odd}}}"#), U1, &origin(NOON)).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_file_s_signatures_are_removed_and_not_looked_at() {
        let file = Origin { signing_secrets: &[], verified: true, ..origin(NOON) };
        let (verified, kept) = outcome(r#"{"token":"long-expired"}"#, U1, &file).unwrap();
        assert!(verified && !kept.contains("long-expired"), "{kept}");
    }
}
