//! The fragment of one event.

use std::collections::BTreeMap;

use nora_shared::event::{Event, fields, text_of};
use nora_shared::{Identifier, Kind};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::fragment::{Fragment, Register, Touch};
use crate::context::Context;
use crate::log::Record;

/// The fragment that holds this one event, recorded under `anchor`.
pub fn fragment_of(anchor: &Identifier, record: &Record, event: &Event<'_>, context: &Context<'_>) -> Fragment {
    let kind = event.known_kind();
    let mut fragment = Fragment::empty(anchor);
    let register = |value: String| Register {
        at: record.timestamp.0,
        message_id: record.message_id.clone(),
        source: record.source.clone(),
        value: (value != "null").then_some(value),
    };
    if let (Some(Kind::Identify), Some(traits)) = (kind, event.traits) {
        fragment.traits = fields(traits).into_iter().map(|(name, value)| (name.into_owned(), register(value.get().to_owned()))).collect();
    }
    fragment.consent = consent_of(record, context);
    let name = event.event.as_str().or(kind.map(Kind::name)).unwrap_or_default();
    fragment.events.insert(name.to_owned(), 1);
    if let Some(session) = context.session_id {
        fragment.sessions.insert(hash_of(session.get()));
    }
    fragment.event_count = 1;
    fragment.page_views = u64::from(matches!(kind, Some(Kind::Page | Kind::Screen)));
    fragment.first_seen = record.timestamp.0;
    fragment.last_seen = record.timestamp.0;
    let touch = touch_of(record, context);
    fragment.first_touch.clone_from(&touch);
    fragment.last_touch = touch;
    fragment
}

fn consent_of(record: &Record, context: &Context<'_>) -> BTreeMap<String, Register<bool>> {
    let categories = context.consent.map(fields).unwrap_or_default().into_iter().find(|(name, _)| name == "categoryPreferences");
    let Some((_, categories)) = categories else { return BTreeMap::new() };
    fields(categories)
        .into_iter()
        .filter_map(|(name, value)| {
            let value = serde_json::from_str(value.get()).ok()?;
            let register = Register { at: record.timestamp.0, message_id: record.message_id.clone(), source: record.source.clone(), value };
            Some((name.into_owned(), register))
        })
        .collect()
}

/// An event says where its visit came from when it carries a campaign, a click id, or a referrer on another host.
fn touch_of(record: &Record, context: &Context<'_>) -> Option<Touch> {
    let page = text_of(context.page, "url");
    let host = |url: &str| url.split('/').nth(2).map(str::to_owned);
    let referrer = text_of(context.page, "referrer").filter(|referrer| host(referrer) != page.as_deref().and_then(host));
    let json = |raw: Option<&RawValue>| raw.filter(|raw| !fields(raw).is_empty()).map(|raw| raw.get().to_owned());
    let (campaign, click_ids) = (json(context.campaign), json(context.click_ids));
    (campaign.is_some() || click_ids.is_some() || referrer.is_some()).then(|| Touch {
        at: record.timestamp.0,
        message_id: record.message_id.clone(),
        campaign,
        referrer,
        page,
        click_ids,
    })
}

fn hash_of(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Millis;
    use proptest::prelude::*;

    fn fragment(json: &str, at: i64, id: &str) -> Fragment {
        let record = Record {
            received_at: Millis(at),
            timestamp: Millis(at),
            source: "web".into(),
            verified: false,
            message_id: id.into(),
            json: json.into(),
        };
        let event = Event::parse(json).unwrap();
        fragment_of(&Identifier::new("user_id", "42").unwrap(), &record, &event, &Context::of(&event))
    }

    #[test]
    fn a_null_trait_removes_and_an_empty_one_does_not() {
        let mut whole = fragment(r#"{"type":"identify","traits":{"a":1,"b":"x"}}"#, 1, "m1");
        whole.merge(fragment(r#"{"type":"identify","traits":{"a":null,"b":""}}"#, 2, "m2"));
        assert_eq!(whole.traits["a"].value, None);
        assert_eq!(whole.traits["b"].value.as_deref(), Some("\"\""));
    }

    #[test]
    fn traits_of_a_group_are_the_accounts_and_not_the_persons() {
        assert!(fragment(r#"{"type":"group","groupId":"g","traits":{"name":"Acme"}}"#, 1, "m").traits.is_empty());
    }

    #[test]
    fn consent_and_touches_are_read_from_the_context() {
        let json = r#"{"type":"page","context":{"page":{"url":"https://shop.nl/a","referrer":"https://news.nl/"},
            "campaign":{"name":"spring"},"consent":{"categoryPreferences":{"Advertising":false}},"sessionId":"s1"}}"#;
        let fragment = fragment(json, 1, "m");
        assert!(!fragment.consent["Advertising"].value);
        let touch = fragment.first_touch.unwrap();
        assert_eq!((touch.campaign.as_deref(), touch.referrer.as_deref()), (Some(r#"{"name":"spring"}"#), Some("https://news.nl/")));
        assert_eq!((fragment.sessions.len(), fragment.page_views), (1, 1));
    }

    fn any_fragment() -> impl Strategy<Value = Fragment> {
        (0i64..4, 0u32..1000, "[ab]", 0u32..3, "identify|page|track").prop_map(|(at, id, name, value, kind)| {
            let json = format!(
                r#"{{"type":"{kind}","event":"e{value}","traits":{{"{name}":{value}}},"context":{{"sessionId":"{id}","campaign":{{"name":"{value}"}}}}}}"#
            );
            fragment(&json, at, &id.to_string())
        })
    }

    proptest! {
        #[test]
        fn merging_is_commutative_and_associative(mut parts in proptest::collection::vec(any_fragment(), 3..8), cut in 1usize..3) {
            // One message id is one event.
            parts.sort_by(|a, b| a.sessions.cmp(&b.sessions));
            parts.dedup_by(|a, b| a.sessions == b.sessions);
            let anchor = parts[0].anchor();
            let sum = |parts: &[Fragment]| parts.iter().cloned().fold(Fragment::empty(&anchor), |mut sum, part| { sum.merge(part); sum });
            let forwards = sum(&parts);
            let cut = cut.min(parts.len());
            let mut grouped = sum(&parts[cut..]);
            grouped.merge(sum(&parts[..cut]));
            parts.reverse();
            prop_assert_eq!(&sum(&parts), &forwards);
            prop_assert_eq!(&grouped, &forwards);
        }
    }
}
