//! Takes JSON text apart into the texts of its parts.
//!
//! The text is well formed: the browser wrote it, or the server's parser has been over it. Other text gives fewer or odd
//! parts and never a panic.

use alloc::{string::String, vec::Vec};

/// The elements of an array, as text.
pub fn elements(array: &str) -> impl Iterator<Item = &str> {
    let mut rest = inside(array, b'[');
    core::iter::from_fn(move || take(&mut rest))
}

/// The fields of an object: the name without its quotes, and the value as text.
pub fn fields(object: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = inside(object, b'{');
    core::iter::from_fn(move || {
        let name = take(&mut rest)?;
        Some((name.get(1..name.len() - 1)?, take(&mut rest)?))
    })
}

/// The value of an object's first field of this name as text; empty where there is none.
#[inline(never)]
pub fn field<'a>(object: &'a str, name: &str) -> &'a str {
    fields(object).find_map(|(found, value)| (found == name).then_some(value)).unwrap_or_default()
}

/// The first byte, which tells what a JSON text is; 0 where it is empty.
pub fn first(text: &str) -> u8 {
    text.as_bytes().first().copied().unwrap_or_default()
}

/// Whether this text is that of an object.
pub fn is_object(text: &str) -> bool {
    first(text) == b'{'
}

/// Characters of a string, given its JSON text.
pub fn length(literal: &str) -> usize {
    let mut escaped = false;
    let mut skipped = 2; // the quotes
    for byte in literal.bytes() {
        // `\u0041` is one character of six bytes; the second half of a surrogate pair is counted, which errs by nothing that matters.
        skipped += if escaped && byte == b'u' { 4 } else { 0 };
        escaped = byte == b'\\' && !escaped;
        skipped += usize::from(escaped || byte & 0xC0 == 0x80);
    }
    literal.len().saturating_sub(skipped)
}

/// The string that a JSON text stands for; `None` where it is not that of a string.
pub fn unescape(literal: &str) -> Option<String> {
    let mut bytes = literal.strip_prefix('"')?.bytes();
    let mut out = Vec::with_capacity(literal.len());
    loop {
        match bytes.next()? {
            b'"' => return String::from_utf8(out).ok(),
            b'\\' => match bytes.next()? {
                b'u' => push(&mut out, code_point(&mut bytes)?),
                b'n' => out.push(b'\n'),
                b't' => out.push(b'\t'),
                b'r' => out.push(b'\r'),
                b'b' => out.push(8),
                b'f' => out.push(12),
                other => out.push(other),
            },
            other => out.push(other),
        }
    }
}

/// What follows the opening bracket.
fn inside(text: &str, open: u8) -> &str {
    if first(text) == open { text.get(1..).unwrap_or_default() } else { "" }
}

/// Takes the next value off, with the commas, colons and blanks in front of it. Every cut is at an ASCII byte.
fn take<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let bytes = rest.as_bytes();
    let start = bytes.iter().position(|byte| !matches!(byte, b',' | b':' | b' ' | b'\n' | b'\r' | b'\t'))?;
    let end = start + width(bytes.get(start..)?);
    let value = rest.get(start..end)?;
    *rest = rest.get(end..)?;
    (!value.is_empty()).then_some(value)
}

/// Bytes of the value at the start: 0 at a closing bracket.
fn width(bytes: &[u8]) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => continue,
            }
            if depth == 0 && !quoted {
                return at + 1;
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            b'}' | b']' => return at + depth,
            b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => return at,
            _ => {}
        }
    }
    bytes.len()
}

/// The code point of a `\u` escape, of which the `u` was taken; half a surrogate pair is U+FFFD.
fn code_point(bytes: &mut core::str::Bytes<'_>) -> Option<char> {
    let first = hex(bytes)?;
    let mut ahead = bytes.clone();
    if (0xD800..0xDC00).contains(&first) && ahead.next() == Some(b'\\') && ahead.next() == Some(b'u') {
        let second = hex(&mut ahead)?;
        if (0xDC00..0xE000).contains(&second) {
            *bytes = ahead;
            return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        }
    }
    Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn hex(bytes: &mut core::str::Bytes<'_>) -> Option<u32> {
    (0..4).try_fold(0, |sum, _| Some(sum * 16 + char::from(bytes.next()?).to_digit(16)?))
}

fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::testing::json;
    use alloc::string::ToString;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn text_that_is_not_json_gives_no_panic() {
        for text in ["", "[", "{", "[\"", "{\"a\"", "{\"a\":", "[\"\\", "[1,,2", "]", "[é", "{é:é}", "\"\\u12", "[}", "{]", "[{]"] {
            elements(text).count();
            fields(text).count();
            unescape(text);
            length(text);
        }
    }

    #[test]
    fn blanks_do_not_matter() {
        let found: Vec<_> = fields("{ \"a\" : [1, 2] ,\n\"b\":\t\"x,y\" , \"c\" : true }").collect();
        assert_eq!(found, [("a", "[1, 2]"), ("b", "\"x,y\""), ("c", "true")]);
    }

    proptest! {
        #[test]
        fn parts_are_those_that_serde_json_finds(values in prop::collection::vec(json(), 0..6)) {
            let text = serde_json::to_string(&values).unwrap();
            let found: Vec<Value> = elements(&text).map(|part| serde_json::from_str(part).unwrap()).collect();
            prop_assert_eq!(&found, &values);
        }

        #[test]
        fn fields_are_those_that_serde_json_finds(values in prop::collection::btree_map("[a-zé\"]{0,5}", json(), 0..6)) {
            let text = serde_json::to_string_pretty(&values).unwrap();
            let found: alloc::collections::BTreeMap<String, Value> = fields(&text)
                .map(|(name, part)| (unescape(&alloc::format!("\"{name}\"")).unwrap(), serde_json::from_str(part).unwrap()))
                .collect();
            prop_assert_eq!(found, values);
        }

        #[test]
        fn strings_are_read_and_measured_as_serde_json_does(value in "\\PC{0,12}|[\\x00-\\x30\\\\]{0,12}") {
            let text = Value::from(value.as_str()).to_string();
            prop_assert_eq!(length(&text), value.chars().count());
            prop_assert_eq!(unescape(&text), Some(value));
        }

        #[test]
        fn garbage_gives_no_panic(text in "[\\[\\]{}\",:\\\\ua1é ]{0,24}") {
            elements(&text).chain(fields(&text).map(|(_, value)| value)).count();
            unescape(&text);
            length(&text);
        }
    }

    #[test]
    fn surrogate_pairs_are_one_character_and_halves_are_replaced() {
        assert_eq!(unescape("\"\\ud83d\\ude00!\"").as_deref(), Some("😀!"));
        assert_eq!(unescape("\"\\ud83d!\"").as_deref(), Some("\u{FFFD}!"));
        assert_eq!(unescape("\"\\ud83d\\u0041\"").as_deref(), Some("\u{FFFD}A"));
        assert_eq!(unescape("5"), None);
    }
}
