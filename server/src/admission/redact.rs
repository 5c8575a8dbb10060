//! What is held as it was sent, without the identity signatures in it.
//!
//! What is held may be anything: an event, a raw call, a row that breaks off, nesting without end. So this goes over the text once, from
//! quote to quote, and needs none of it to be well formed.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::signature::{IDENTITY, is_credential};

/// The text with `***` in the place of every credential, in whichever object of the name `identity`.
pub(super) fn credentials(json: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    // For every bracket that is open, whether it is that of an `identity`.
    let mut open = Vec::new();
    let mut is_identity = false;
    while let Some(byte) = json.as_bytes().get(at) {
        at += 1;
        match byte {
            b'{' => open.push(std::mem::take(&mut is_identity)),
            b'[' => open.push(false),
            b'}' | b']' => drop(open.pop()),
            b',' => is_identity = false,
            b'"' => {
                let Some((text, end)) = string(json, at - 1) else { continue };
                at = end;
                let blanks = |at: usize| at + json[at..].len() - json[at..].trim_ascii_start().len();
                let colon = blanks(at);
                if json.as_bytes().get(colon) != Some(&b':') {
                    continue;
                }
                at = blanks(colon + 1);
                is_identity = text == IDENTITY;
                if open.last() == Some(&true) && is_credential(&text) {
                    out.push_str(&json[copied..at]);
                    out.push_str("\"***\"");
                    at += value_bytes(&json[at..]);
                    copied = at;
                }
            }
            _ => {}
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    out.push_str(&json[copied..]);
    Cow::Owned(out)
}

/// The string that begins at a quote, and where it ends; nothing where it never does. One that cannot be read, as with half of a surrogate pair,
/// is as it stands: what comes after it counts nevertheless.
fn string(json: &str, at: usize) -> Option<(Cow<'_, str>, usize)> {
    let mut end = at + 1;
    loop {
        match json.as_bytes().get(end)? {
            b'"' => break,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    let plain = json.get(at + 1..end)?;
    // Most have no escapes.
    let text = if plain.contains('\\') { serde_json::from_str(&json[at..=end]).ok() } else { None };
    Some((text.map_or(Cow::Borrowed(plain), Cow::Owned), end + 1))
}

/// Bytes of the value at the start; all, where it breaks off.
fn value_bytes(json: &str) -> usize {
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<&RawValue>();
    match values.next() {
        Some(Ok(value)) => value.get().len(),
        _ => json.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn credentials_are_found_wherever_they_stand() {
        for (given, expected) in [
            (r#"{"context":{"identity":{"signature":"s"}}}"#, r#"{"context":{"identity":{"signature":"***"}}}"#),
            (
                r#"{"a":[1,{"identity" : { "x":{"token":1}, "token" : {"s":[]} ,"y":2}}]}"#,
                r#"{"a":[1,{"identity" : { "x":{"token":1}, "token" : "***" ,"y":2}}]}"#,
            ),
            (r#"{"\u0069dentity":{"tok\u0065n":"s\"x"},"token":"t"}"#, r#"{"\u0069dentity":{"tok\u0065n":"***"},"token":"t"}"#),
            (r#"{"identity":{"token":"breaks o"#, r#"{"identity":{"token":"***""#),
            (r#"{"identity":1,"x":{"token":"t"},"y":"identity"}"#, r#"{"identity":1,"x":{"token":"t"},"y":"identity"}"#),
            ("u2,Bought,\"identity", "u2,Bought,\"identity"),
            (r#"{"t":"\ud800","identity":{"token":"t"}}"#, r#"{"t":"\ud800","identity":{"token":"***"}}"#),
            (r#"{"t":"\x","\ud800":1,"identity":{"token":"t"}}"#, r#"{"t":"\x","\ud800":1,"identity":{"token":"***"}}"#),
        ] {
            assert_eq!(credentials(given), expected);
        }
        let deep = format!("{}\"token\":\"s3cret\"", r#"{"identity":{"#.repeat(5_000));
        assert!(!credentials(&deep).contains("s3cret"));
    }

    proptest! {
        #[test]
        fn nothing_else_changes(text in "[\\[\\]{}\",:\\\\ua1é ]{0,40}|\\PC{0,40}") {
            prop_assert_eq!(credentials(&text), text.as_str());
        }
    }
}
