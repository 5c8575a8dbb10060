//! Whether a JSON Web Token ([RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)) says that somebody is logged in as a user now.
//!
//! HS256 with one secret needs no more than the HMAC that is here anyway. A crate for JWT would bring RSA and elliptic curves, which have
//! to be refused again, and asks the machine for the time, where admission is given it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::keys::{equal, hmac};
use crate::time::Millis;

/// How far the clocks of signer and server may be apart (section 4.1.4 allows "some small leeway").
const LEEWAY_SECONDS: f64 = 60.0;

#[derive(Deserialize)]
struct Header {
    alg: String,
    crit: Option<IgnoredAny>,
}

/// Names that occur twice are an error of serde's, as section 4 wants it.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    aud: Option<IgnoredAny>,
}

/// Checks a token; the error says what is wrong with it, and nothing of what is in it.
pub(super) fn check(token: &str, user_id: &str, secret: &str, now: Millis) -> Result<(), &'static str> {
    let (signed, signature) = token.rsplit_once('.').ok_or("token: form")?;
    let (header, claims) = signed.split_once('.').ok_or("token: form")?;
    let header: Header = read(header).ok_or("token: header")?;
    // The algorithm is ours to choose, not the token's: `none`, and public keys taken for secrets, are how tokens are forged
    // (RFC 8725, section 3.1). An extension that is critical and not known is to be refused (RFC 7515, section 4.1.11).
    if header.alg != "HS256" || header.crit.is_some() {
        return Err("token: alg");
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "token: form")?;
    if !equal(hmac(secret, signed), signature) {
        return Err("token: signature");
    }
    let claims: Claims = read(claims).ok_or("token: claims")?;
    if claims.sub != user_id {
        return Err("token: sub");
    }
    // A token for a named audience is for somebody else (section 4.1.3).
    if claims.aud.is_some() {
        return Err("token: aud");
    }
    let now = now.0 as f64 / 1000.0;
    if now >= claims.exp.ok_or("token: no exp")? + LEEWAY_SECONDS {
        return Err("token: expired");
    }
    // Nor was it made in the future (section 4.1.5; `iat` likewise, for no honest clock says so).
    if [claims.nbf, claims.iat].into_iter().flatten().any(|from| now < from - LEEWAY_SECONDS) {
        return Err("token: not yet valid");
    }
    Ok(())
}

fn read<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    // Serde would take the elements of an array for the fields of an object.
    json.starts_with(b"{").then(|| serde_json::from_slice(&json).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_000_000;

    fn token(header: &str, claims: &str, secret: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(hmac(secret, &signed));
        format!("{signed}.{signature}")
    }

    fn verdict(header: &str, claims: &str) -> Result<(), &'static str> {
        check(&token(header, claims, "secret"), "u1", "secret", Millis(NOW * 1000))
    }

    const HS256: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

    #[test]
    fn only_hs256_is_believed() {
        let claims = r#"{"sub":"u1","exp":1000001}"#;
        assert_eq!(verdict(HS256, claims), Ok(()));
        for alg in ["none", "None", "hs256", "HS384", "RS256", "ES256", ""] {
            assert_eq!(verdict(&format!(r#"{{"alg":"{alg}"}}"#), claims), Err("token: alg"));
        }
        assert_eq!(verdict(r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, claims), Err("token: alg"));
        for header in ["{}", "[\"HS256\",null]", "x"] {
            assert_eq!(verdict(header, claims), Err("token: header"));
        }
        let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(claims));
        assert_eq!(check(&unsigned, "u1", "secret", Millis(0)), Err("token: alg"));
        let stripped = token(HS256, claims, "secret").rsplit_once('.').map(|(signed, _)| format!("{signed}.")).unwrap();
        assert_eq!(check(&stripped, "u1", "secret", Millis(0)), Err("token: signature"));
        assert_eq!(check(&token(HS256, claims, "other"), "u1", "secret", Millis(0)), Err("token: signature"));
    }

    #[test]
    fn claims_are_those_of_this_user_and_of_now() {
        for (claims, expected) in [
            (r#"{"sub":"u1","exp":999940.5}"#, Ok(())),
            (r#"{"sub":"u1","exp":999940}"#, Err("token: expired")),
            (r#"{"sub":"u1"}"#, Err("token: no exp")),
            (r#"{"sub":"u1","exp":null}"#, Err("token: no exp")),
            (r#"{"sub":"u1","exp":"1000001"}"#, Err("token: claims")),
            (r#"{"sub":"u1","exp":1,"exp":1000001}"#, Err("token: claims")),
            (r#"{"sub":"u2","exp":1000001}"#, Err("token: sub")),
            (r#"{"sub":1,"exp":1000001}"#, Err("token: claims")),
            (r#"{"exp":1000001}"#, Err("token: claims")),
            (r#"{"sub":"u1","exp":1000001,"nbf":1000060,"iat":1000060}"#, Ok(())),
            (r#"{"sub":"u1","exp":1000001,"nbf":1000061}"#, Err("token: not yet valid")),
            (r#"{"sub":"u1","exp":1000001,"iat":1000061}"#, Err("token: not yet valid")),
            (r#"{"sub":"u1","exp":1000001,"aud":"shop"}"#, Err("token: aud")),
        ] {
            assert_eq!(verdict(HS256, claims), expected, "{claims}");
        }
    }

    proptest! {
        #[test]
        fn garbage_is_refused(garbage in "\\PC{0,40}|[A-Za-z0-9_.-]{0,80}") {
            prop_assert!(check(&garbage, "u1", "secret", Millis(0)).is_err());
        }
    }
}
