//! A raw call: what a page said, before anything of Nora ran. And the one event it stands for.
//!
//! The loader keeps calls in this form until they are delivered. The WebAssembly module makes events of them in the
//! browser; where it cannot run, the loader posts them to `/v1/raw` and the server makes the very same events. The message
//! id is made with the call, so an event that went both ways is one event.
//!
//! # The form
//!
//! A list of calls is a JSON array, each call an object:
//!
//! | field | |
//! |---|---|
//! | `id` | the message id |
//! | `t` | when the call was made: RFC 3339 with milliseconds |
//! | `m` | the method: `identify`, `track`, `page`, `screen`, `group` or `alias` |
//! | `a` | its arguments, an array, as the page gave them; what is no JSON (a function, `undefined`) is `null` |
//! | `n` | its number among the calls of its tab that were kept, from 0 |
//! | `d` | how many of that tab's calls the bound of the queue had thrown away by then; left out where none |
//! | `v` | the visitor after the call: `{"a":anonymousId,"u":userId?,"s":sessionId,"c":consent categories?,"t":tab}` |
//! | `c` | the page as the `context` of an event: `page`, `campaign`, `click_ids`, `library`, `locale`, `screen`, `timezone`, `userAgent`, … |
//!
//! `v` and `c` are left out where they are those of the call before in the same list. A request to `/v1/raw` is
//! `{"writeKey":…,"sentAt":…,"raw":[call,…]}`, of content type `text/plain` so that no preflight is needed.

mod args;
#[cfg(feature = "read")]
mod batch;
mod event;
mod merge;

#[cfg(feature = "read")]
pub use batch::{Expanded, RawBatch};
pub use event::Event;

use crate::json;

/// One raw call. Every field is JSON text; an empty text where the call has no such field.
#[derive(Debug, Clone, Copy, Default)]
pub struct Call<'a> {
    /// The whole call, as it came.
    pub text: &'a str,
    id: &'a str,
    time: &'a str,
    method: &'a str,
    args: &'a str,
    number: &'a str,
    dropped: &'a str,
    visitor: &'a str,
    page: &'a str,
}

/// The calls of a list, given its JSON text.
pub fn calls(list: &str) -> impl Iterator<Item = Call<'_>> {
    let mut last = Call::default();
    json::elements(list).map(move |text| {
        last = Call { text, visitor: last.visitor, page: last.page, ..Call::default() };
        for (name, value) in json::fields(text) {
            match name.as_bytes() {
                [b'i', b'd'] => last.id = value,
                [b't'] => last.time = value,
                [b'm'] => last.method = value,
                [b'a'] => last.args = value,
                [b'n'] => last.number = value,
                [b'd'] => last.dropped = value,
                [b'v'] => last.visitor = value,
                [b'c'] => last.page = value,
                _ => {}
            }
        }
        last
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn visitor_and_page_hold_until_another_is_named() {
        let list = r#"[{"id":"1","m":"track","a":["x"],"v":{"a":"anon"},"c":{"p":1}}, {"id":"2","a":[]}, {"id":"3","v":{"a":"b"}}]"#;
        let found: Vec<_> = calls(list).map(|call| (call.id, call.args, call.visitor, call.page)).collect();
        assert_eq!(
            found,
            [
                ("\"1\"", "[\"x\"]", "{\"a\":\"anon\"}", "{\"p\":1}"),
                ("\"2\"", "[]", "{\"a\":\"anon\"}", "{\"p\":1}"),
                ("\"3\"", "", "{\"a\":\"b\"}", "{\"p\":1}"),
            ]
        );
    }
}
