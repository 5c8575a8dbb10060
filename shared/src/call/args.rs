//! Which argument is which: the calls of analytics.js take most of theirs optionally.

use alloc::string::String;

use crate::{Kind, json};

/// The arguments of one call, sorted. JSON text, or empty where there is none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Args<'a> {
    /// Leading ids and names in their order; a number in place of one is written as a string.
    pub(super) names: [String; 2],
    /// Properties or traits.
    pub(super) body: &'a str,
    /// Segment's options: `context`, `integrations`, `timestamp`, `anonymousId`.
    pub(super) options: &'a str,
}

impl<'a> Args<'a> {
    /// The signatures are `identify(userId?, traits?)`, `track(event, properties?)`, `page(category?, name?, properties?)`,
    /// `group(groupId, traits?)`, `alias(userId, previousId?)`, each with options after it. A single name of a page is its
    /// `name`, which is the second.
    pub(super) fn of(kind: Kind, args: &'a str) -> Args<'a> {
        let mut sorted = Args::default();
        let mut parts = json::elements(args).peekable();
        let names = if matches!(kind, Kind::Page | Kind::Screen | Kind::Alias) { 2 } else { 1 };
        let mut taken = 0;
        for _ in 0..names {
            let Some(part) = parts.next_if(|part| !matches!(json::first(part), b'{' | b'[')) else { break };
            if let Some(slot) = sorted.names.get_mut(taken).filter(|_| part != "null") {
                *slot = text(part);
                taken += 1;
            }
        }
        if taken == 1 && matches!(kind, Kind::Page | Kind::Screen) {
            sorted.names.swap(0, 1);
        }
        if kind != Kind::Alias {
            sorted.body = parts.next().filter(|part| *part != "null").unwrap_or_default();
        }
        sorted.options = parts.next().filter(|part| json::is_object(part)).unwrap_or_default();
        sorted
    }
}

/// `42` as `"42"`: ids are strings, and many sites have numbers.
fn text(part: &str) -> String {
    let mut out = String::new();
    let number = !matches!(json::first(part), b'"' | b't' | b'f');
    if number {
        json::append(&mut out, "\"");
    }
    json::append(&mut out, part);
    if number {
        json::append(&mut out, "\"");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_found_wherever_they_stand() {
        let cases = [
            (Kind::Identify, r#"["u",{"a":1}]"#, ["\"u\"", ""], "{\"a\":1}", ""),
            (Kind::Identify, r#"[{"a":1}]"#, ["", ""], "{\"a\":1}", ""),
            (Kind::Identify, r#"[null,{"a":1},{"o":1}]"#, ["", ""], "{\"a\":1}", "{\"o\":1}"),
            (Kind::Identify, r#"[42,null,{"o":1}]"#, ["\"42\"", ""], "", "{\"o\":1}"),
            (Kind::Identify, "[]", ["", ""], "", ""),
            (Kind::Identify, "[true]", ["true", ""], "", ""),
            (Kind::Track, r#"["Order",{"total":1.5},{"o":1},null]"#, ["\"Order\"", ""], "{\"total\":1.5}", "{\"o\":1}"),
            (Kind::Track, r#"["Order",[1]]"#, ["\"Order\"", ""], "[1]", ""),
            (Kind::Page, "[]", ["", ""], "", ""),
            (Kind::Page, r#"["Home"]"#, ["", "\"Home\""], "", ""),
            (Kind::Page, r#"["Docs","Home",{"a":1}]"#, ["\"Docs\"", "\"Home\""], "{\"a\":1}", ""),
            (Kind::Page, r#"[null,"Home",{"a":1}]"#, ["", "\"Home\""], "{\"a\":1}", ""),
            (Kind::Page, r#"[{"a":1},{"o":1}]"#, ["", ""], "{\"a\":1}", "{\"o\":1}"),
            (Kind::Group, r#"["g",{"a":1}]"#, ["\"g\"", ""], "{\"a\":1}", ""),
            (Kind::Alias, r#"["new","old",{"o":1}]"#, ["\"new\"", "\"old\""], "", "{\"o\":1}"),
            (Kind::Alias, r#"["new",{"o":1}]"#, ["\"new\"", ""], "", "{\"o\":1}"),
        ];
        for (kind, args, names, body, options) in cases {
            assert_eq!(Args::of(kind, args), Args { names: names.map(Into::into), body, options }, "{kind:?} {args}");
        }
    }
}
