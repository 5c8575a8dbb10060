//! Where a visit came from, as its address says: UTM parameters and the click ids of ad platforms.

use alloc::{string::String, vec::Vec};

use serde::{Serialize, Serializer, ser::SerializeMap};

/// Query keys that ad platforms append to a link (`COMPAT` §7).
const CLICK_IDS: [&str; 19] = [
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "gad_source",
    "fbclid",
    "msclkid",
    "twclid",
    "li_fat_id",
    "igshid",
    "ttclid",
    "rdt_cid",
    "epik",
    "qclid",
    "sccid",
    "irclid",
    "_kx",
    "mc_cid",
];

/// Parameters that are kept of one address, at most. Protects whoever reads an address that somebody made up.
const PARAMS: usize = 32;

/// Names and values in the order of their first mention. A name mentioned again takes the later value.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn set(&mut self, name: &str, value: String) {
        if name.is_empty() || value.is_empty() {
            return;
        }
        let has_room = self.0.len() < PARAMS;
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = value,
            None if has_room => self.0.push((name.into(), value)),
            None => {}
        }
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// `context.campaign` and `context.click_ids` of a query string such as `?utm_source=x&gclid=y`.
///
/// Every key that contains `utm_` names a part of the campaign, as in analytics.js; `utm_campaign` is its `name`.
pub fn of_query(query: &str) -> (Params, Params) {
    let (mut campaign, mut click_ids) = (Params::default(), Params::default());
    let query = query.strip_prefix('?').unwrap_or(query);
    for pair in query.as_bytes().split(|byte| *byte == b'&') {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let (Some(key), Some(value)) = (halves.next().and_then(decode), halves.next().and_then(decode)) else { continue };
        let utm = key.as_bytes().windows(4).position(|part| part == b"utm_").and_then(|at| key.get(at + 4..));
        match utm {
            Some("campaign") => campaign.set("name", value),
            Some(part) => campaign.set(part, value),
            None if CLICK_IDS.contains(&key.as_str()) => click_ids.set(&key, value),
            None => {}
        }
    }
    (campaign, click_ids)
}

/// `+` is a blank and `%41` a byte; what is not UTF-8 afterwards is nothing.
fn decode(text: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let digit = |ahead: usize| text.get(at + ahead).and_then(|byte| char::from(*byte).to_digit(16));
        match (byte, digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::to_string;
    use proptest::prelude::*;

    #[test]
    fn campaigns_and_click_ids_are_found() {
        let cases = [
            ("", "{}", "{}"),
            ("?q=shoes&page=2", "{}", "{}"),
            ("?utm_source=news+letter&utm_campaign=Spring%20Sale", r#"{"source":"news letter","name":"Spring Sale"}"#, "{}"),
            ("utm_source=a&utm_source=b&utm_source=", r#"{"source":"b"}"#, "{}"),
            ("?utm_term=%C3%A9t%C3%A9&gclid=Cj0K&fbclid=", r#"{"term":"été"}"#, r#"{"gclid":"Cj0K"}"#),
            ("?hsa_utm_id=7&utm_=x&utm_content", r#"{"id":"7"}"#, "{}"),
            ("?utm_source=%FF&utm_medium=100%&_kx=a=b", r#"{"medium":"100%"}"#, r#"{"_kx":"a=b"}"#),
        ];
        for (query, campaign, click_ids) in cases {
            let found = of_query(query);
            assert_eq!((to_string(&found.0).as_str(), to_string(&found.1).as_str()), (campaign, click_ids), "{query}");
        }
    }

    proptest! {
        #[test]
        fn no_query_is_too_odd(query in "[?&=%+a-fut_mé0-9]{0,40}") {
            of_query(&query);
        }
    }
}
