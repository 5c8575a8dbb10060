//! What holds for fragments whatever the order: the reason why events may arrive late, and profiles merge and split.

use nora_shared::Identifier;
use nora_shared::event::Event;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::context::Context;
use crate::log::Record;
use crate::time::{DAY_MS, Millis};

fn anchor() -> Identifier {
    Identifier::new("user_id", "42").unwrap()
}

fn record(at: i64, source: &str, id: &str, json: &Value) -> Record {
    let at = Millis(at);
    Record { received_at: at, timestamp: at, source: source.into(), verified: false, message_id: id.into(), json: json.to_string() }
}

/// The fragment of these events, added in this order.
fn sum<'a>(records: impl IntoIterator<Item = &'a Record>) -> Fragment {
    let mut fragment = Fragment::empty(&anchor());
    for record in records {
        let event = Event::parse(&record.json).unwrap();
        fragment.add(record, &event, &Context::of(&event));
    }
    fragment
}

/// An event with anything that leaves a trace in a fragment, all from small sets, so that much of it meets.
fn any_event() -> impl Strategy<Value = Value> {
    let small = || 0u32..3;
    let traits = prop_oneof![
        small().prop_map(|n| json!({"a": n})),
        small().prop_map(|n| json!({"a": {"b": n, "c": null}})),
        (0usize..3).prop_map(|n| json!({"a": {"b": "large".repeat(n * 150)}})),
        Just(json!({"a": null})),
    ];
    let name = prop_oneof![
        Just("Order Completed"),
        Just("Order Updated"),
        Just("Order Refunded"),
        Just("Order Cancelled"),
        Just("Product Viewed"),
        Just("x"),
    ];
    let kind = prop_oneof![Just("identify"), Just("page"), Just("track")];
    (kind, name, traits, [small(), small(), small(), small()]).prop_map(|(kind, name, traits, [order, total, category, visit])| {
        let mut event = json!({"type": kind, "traits": traits, "context": {
            "sequence": {"tab": format!("t{category}"), "n": order * 3 + total, "dropped": visit},
            "sessionId": visit, "campaign": {"name": total}, "locale": format!("l{visit}"), "timezone": "Europe/Amsterdam",
            "userAgent": (["Mozilla/5.0 (Linux; Android 10) Mobile", "Mozilla/5.0 (Windows)", "curl"][visit as usize]),
            "consent": {"categoryPreferences": {"Advertising": total == 1, "Analytics": visit == 1}},
        }});
        if kind == "track" {
            event["event"] = name.into();
            event["properties"] = json!({"order_id": order, "total": total * 100 + 1, "currency": (["EUR", "USD", "?"][category as usize]),
                "category": format!("c{category}")});
        }
        event
    })
}

fn any_records(most: usize) -> impl Strategy<Value = Vec<Record>> {
    proptest::collection::vec((any_event(), 0i64..4, prop_oneof![Just("web"), Just("crm")]), 1..most).prop_map(|events| {
        // One message id is one event.
        let records = events.into_iter().enumerate();
        records.map(|(id, (event, day, source))| record(day * DAY_MS, source, &format!("m{id}"), &event)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_in_any_order_is_merging_in_any_grouping((records, shuffled) in any_records(24).prop_flat_map(|records| {
        (Just(records.clone()), Just(records).prop_shuffle())
    }), cuts in proptest::collection::vec(0usize..24, 0..5)) {
        let whole = sum(&records);
        prop_assert_eq!(&sum(&shuffled), &whole);
        let mut groups = vec![Vec::new(); 5];
        for (place, record) in shuffled.iter().enumerate() {
            groups[cuts.iter().filter(|cut| place >= **cut).count() % 5].push(record);
        }
        let mut forwards = Fragment::empty(&anchor());
        groups.iter().for_each(|group| forwards.merge(sum(group.iter().copied())));
        prop_assert_eq!(&forwards, &whole);
        let mut backwards = Fragment::empty(&anchor());
        for group in groups.iter().rev() {
            let mut grown = sum(group.iter().copied());
            grown.merge(backwards);
            backwards = grown;
        }
        prop_assert_eq!(&backwards, &whole);
    }
}

/// More of everything than is kept: whatever the order and the grouping, the same is left.
#[test]
fn bounds_do_not_depend_on_the_order() {
    let records: Vec<_> = (0..4_000i64)
        .map(|n| {
            let event = match n % 3 {
                0 => json!({"type": "identify", "traits": {format!("t{}", n % 2_400): n, "v": {format!("s{}", n % 40): n, "w": n % 90}}}),
                1 => json!({"type": "track", "event": format!("e{n}"), "context": {"sessionId": n, "locale": format!("l{}", n % 50),
                    "sequence": {"tab": format!("t{}", n % 70), "n": n / 70, "dropped": n % 5},
                    "screen": {"width": n % 70, "height": 1}, "consent": {"categoryPreferences": {format!("c{}", n % 1_700): n % 2 == 0}}}}),
                _ => json!({"type": "track", "event": "Order Completed", "properties": {"order_id": n % 3_600, "total": n,
                    "products": [{"category": format!("k{}", n % 700)}, {"category": "k"}]}}),
            };
            record((n * 7_919 % 9_000) * DAY_MS, &format!("s{}", n % 30), &n.to_string(), &event)
        })
        .collect();
    let whole = sum(&records);
    assert_eq!(sum(records.iter().rev()), whole);
    for parts in [2, 50] {
        let mut merged = Fragment::empty(&anchor());
        for part in 0..parts {
            let mut grown = sum(records.iter().skip(part).step_by(parts));
            grown.merge(merged);
            merged = grown;
        }
        assert_eq!(merged, whole, "{parts}");
    }
    // More of it changes nothing any more.
    let bytes = postcard::to_allocvec(&whole).unwrap().len();
    assert!(bytes < 350_000, "{bytes}");
}

#[test]
fn traits_of_a_group_are_the_accounts_and_those_of_a_context_identify() {
    let group = json!({"type": "group", "groupId": "g", "traits": {"name": "Acme"}});
    let track = json!({"type": "track", "event": "A", "context": {"traits": {"email": "ann@x.nl"}}});
    let fragment = sum(&[record(1, "web", "m1", &group), record(2, "web", "m2", &track)]);
    assert_eq!(fragment.traits, traits::Traits::default());
}

#[test]
fn an_order_that_two_report_is_one() {
    let order =
        |id: &str| record(1, id, id, &json!({"type": "track", "event": "Order Completed", "properties": {"order_id": 7, "total": 10}}));
    let mut site = sum(&[order("site")]);
    site.merge(sum(&[order("server")]));
    assert_eq!(site.orders.totals().orders, 1);
}

/// What a typical visitor takes on disk, before compression.
#[test]
fn a_visitor_takes_few_bytes() {
    let view = |n: i64| {
        let referrer = if n == 0 { "https://news.example/" } else { "https://shop.example/" };
        record(
            1_769_860_800_000 + n * 40_000,
            "website",
            &format!("0198c0de-0000-7000-8000-{n:012}"),
            &json!({"type": "page", "context": {
            "page": {"url": format!("https://shop.example/{n}"), "referrer": referrer}, "sessionId": 1_769_860_800_000_i64, "locale": "nl-NL",
            "timezone": "Europe/Amsterdam", "screen": {"width": 390, "height": 844, "density": 3},
            "userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "consent": {"categoryPreferences": {"Analytics": true, "Advertising": false}}}}),
        )
    };
    let mut fragment = sum(&(0..20).map(view).collect::<Vec<_>>());
    fragment.anchor_value = "0198c0de-0000-7000-8000-000000000000".to_owned();
    let bytes = postcard::to_allocvec(&fragment).unwrap().len();
    assert!(bytes < 450, "{bytes}");
}
