//! Rule R0: one spelling for one value, and values that identify nobody.

use alloc::string::String;

use crate::{identifier, limits};

/// Values that clients send where they have none (`COMPAT` §8). Compared without regard to case.
const NOBODY: [&str; 23] = [
    "anonymous",
    "guest",
    "distinctid",
    "distinct_id",
    "id",
    "user",
    "userid",
    "user_id",
    "not_authenticated",
    "email",
    "unknown",
    "undefined",
    "true",
    "false",
    "test",
    "n/a",
    "na",
    "[object object]",
    "nan",
    "none",
    "null",
    "0",
    "-1",
];

/// Addresses of nobody.
const NOBODYS_MAIL: [&str; 6] =
    ["test@test.com", "noreply@example.com", "no-reply@example.com", "a@a.com", "asdf@asdf.com", "none@none.com"];

/// The normal form of a raw value of this type, or `None` where it identifies nobody.
///
/// Empty, blocked and malformed values, and values longer than [`limits::ID_CHARS`], identify nobody.
pub fn identifier(kind: &str, raw: &str) -> Option<String> {
    let value = unquote(raw);
    let fits = |value: &str| value.chars().count() <= limits::ID_CHARS;
    if !is_kind(kind) || value.is_empty() || is_blocked(value) || !fits(value) {
        return None;
    }
    match kind {
        // In lower case it may be longer: İ is two characters then.
        identifier::EMAIL => email(value).filter(|value| fits(value)),
        identifier::PHONE => phone(value),
        _ => Some(value.into()),
    }
}

/// Whether a text can be a type of identifiers: 1 to 64 bytes, none of them a colon (as in `type:value`), a space or a control character.
pub fn is_kind(kind: &str) -> bool {
    (1..=64).contains(&kind.len()) && !kind.bytes().any(|byte| byte == b':' || byte <= b' ')
}

/// The normal form of an e-mail address: trimmed, lower case, and of the form `x@y.z`.
pub fn email(raw: &str) -> Option<String> {
    let value = unquote(raw);
    let (local, domain) = value.split_once('@')?;
    let (name, top) = domain.rsplit_once('.')?;
    let whole = !local.is_empty() && !name.is_empty() && !top.is_empty() && !domain.contains('@') && !value.contains(char::is_whitespace);
    let lower = value.to_lowercase();
    (whole && !NOBODYS_MAIL.contains(&lower.as_str())).then_some(lower)
}

/// The normal form of a phone number: its digits, at least seven and not all the same.
pub fn phone(raw: &str) -> Option<String> {
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    let first = digits.chars().next()?;
    (digits.len() >= 7 && digits.chars().any(|digit| digit != first)).then_some(digits)
}

/// Without surrounding white space and quotes, however often they are wrapped.
fn unquote(raw: &str) -> &str {
    raw.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`'))
}

fn is_blocked(value: &str) -> bool {
    value.chars().all(|c| matches!(c, '0' | '-')) || NOBODY.iter().any(|nobody| value.eq_ignore_ascii_case(nobody))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use proptest::prelude::*;

    #[test]
    fn one_spelling_for_one_value() {
        let cases = [
            ("email", "  Ann@Example.COM ", Some("ann@example.com")),
            ("email", "\"ann@example.com\"", Some("ann@example.com")),
            ("email", "ann@example", None),
            ("email", "ann@@example.com", None),
            ("email", "an n@example.com", None),
            ("email", "@example.com", None),
            ("email", "Test@Test.com", None),
            ("phone", "+1 (800) 555-0100", Some("18005550100")),
            ("phone", "555-010", None),
            ("phone", "111 1111", None),
            ("user_id", " 42 ", Some("42")),
            ("user_id", "'42'", Some("42")),
            ("user_id", "Ann", Some("Ann")),
            ("user_id", "undefined", None),
            ("user_id", "\"NULL\"", None),
            ("user_id", "[Object object]", None),
            ("user_id", "0", None),
            ("anonymous_id", "00000000-0000-0000-0000-000000000000", None),
            ("anonymous_id", "   ", None),
            ("anonymous_id", "-1", None),
        ];
        for (kind, raw, expected) in cases {
            assert_eq!(identifier(kind, raw).as_deref(), expected, "{kind} {raw:?}");
        }
    }

    #[test]
    fn what_is_longer_than_an_id_is_not_an_id() {
        assert!(identifier("user_id", &"x".repeat(limits::ID_CHARS)).is_some());
        assert!(identifier("user_id", &"x".repeat(limits::ID_CHARS + 1)).is_none());
        let email = format!("{}@example.com", "x".repeat(limits::ID_CHARS - 13));
        assert!(identifier("email", &format!("x{email}")).is_some());
        assert_eq!(identifier("email", &format!("İ{email}")), None, "it is longer in lower case");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(kind in "email|phone|user_id", raw in "\\PC{0,40}") {
            if let Some(once) = identifier(&kind, &raw) {
                prop_assert_eq!(identifier(&kind, &once), Some(once));
            }
        }

        #[test]
        fn case_and_blanks_do_not_make_another_email(local in "[a-z0-9.+]{1,8}", domain in "[a-z]{1,8}\\.[a-z]{2,3}") {
            let plain = format!("{local}@{domain}");
            let shouted = format!("  {} ", plain.to_uppercase());
            prop_assert_eq!(email(&shouted), email(&plain));
        }
    }
}
