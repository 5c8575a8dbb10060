use nora_shared::event::Json;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::leaves;
use super::*;
use crate::log::Record;
use crate::time::Millis;

fn record(at: i64, id: &str, source: &str) -> Record {
    let at = Millis(at);
    Record { received_at: at, timestamp: at, source: source.into(), verified: false, message_id: id.into(), json: String::new() }
}

/// The traits after these patches, each with its time, message id and source.
fn traits<'a>(patches: impl IntoIterator<Item = (i64, &'a str, &'a str, Value)>) -> Traits {
    let mut traits = Traits::default();
    for (at, id, source, patch) in patches {
        traits.add(&record(at, id, source), Json::known(&patch.to_string()));
    }
    traits
}

fn shown(traits: &Traits, precedence: &str) -> Value {
    let shown = traits.shown(&precedence.parse().unwrap());
    shown.into_iter().map(|(name, shown)| (name, serde_json::from_str(shown.value.get()).unwrap())).collect::<Map<_, _>>().into()
}

/// What patches of one source leave, the latest given first.
fn after<const N: usize>(patches: [Value; N]) -> Value {
    shown(&traits(patches.into_iter().zip((0..).step_by(1)).map(|(patch, age)| (-age, "m", "web", patch))), "")
}

#[test]
fn objects_are_merged_name_by_name() {
    let patches = [json!({"address": {"zip": "1", "geo": {"lat": 1.5}}}), json!({"address": {"city": "X", "geo": {"lon": 2}}})];
    assert_eq!(after(patches), json!({"address": {"city": "X", "zip": "1", "geo": {"lat": 1.5, "lon": 2}}}));
}

#[test]
fn arrays_and_scalars_are_replaced_whole() {
    assert_eq!(after([json!({"a": [3]}), json!({"a": [1, 2]})]), json!({"a": [3]}));
    assert_eq!(after([json!({"a": 1, "b": ""}), json!({"a": {"b": 2}})]), json!({"a": 1, "b": ""}));
    assert_eq!(after([json!({"a": {"c": 1}}), json!({"a": "scalar"}), json!({"a": {"b": 2}})]), json!({"a": {"c": 1}}));
}

#[test]
fn null_removes_a_name_and_everything_under_it() {
    assert_eq!(after([json!({"a": null, "b": 2}), json!({"a": {"x": 1, "y": {"z": 2}}})]), json!({"b": 2}));
    assert_eq!(after([json!({"a": {"x": null}}), json!({"a": {"x": 1, "y": 2}})]), json!({"a": {"y": 2}}));
    assert_eq!(after([json!({"a": {"z": 3}}), json!({"a": null}), json!({"a": {"x": 1}})]), json!({"a": {"z": 3}}));
    assert_eq!(after([json!({"a": {"x": null}}), json!({"a": "scalar"})]), json!({}));
}

#[test]
fn removing_a_part_updates_the_whole() {
    let traits = traits([(1, "m1", "web", json!({"a": {"x": 1, "y": 2}})), (2, "m2", "crm", json!({"a": {"x": null}}))]);
    let shown = &traits.shown(&Precedence::default())["a"];
    assert_eq!((shown.value.get(), &*shown.source, shown.at), (r#"{"y":2}"#, "crm", 2));
}

#[test]
fn odd_names_are_names() {
    let patch = json!({"": {"": 1}, "a.b": {"\u{0}\"": 2}, "a": {"b": 3}});
    assert_eq!(after([patch.clone()]), patch);
}

#[test]
fn what_lies_too_deep_is_replaced_whole() {
    let deep = |leaf: &str| json!({"a": {"b": {"c": {"d": {"e": {leaf: 1}}}}}});
    assert_eq!(after([deep("y"), deep("x")]), deep("y"));
    let twice = Json::known(r#"{"a":1,"a":{"b":2}}"#);
    assert_eq!(leaves::of(twice), [(vec!["a".to_owned(), "b".to_owned()], Some("2".to_owned()))]);
}

#[test]
fn a_source_that_goes_before_is_not_overwritten() {
    let patches = [
        (1, "m1", "crm", json!({"email": "crm@x.nl", "plan": "pro", "address": {"city": "Delft"}})),
        (2, "m2", "shop", json!({"email": "shop@x.nl", "plan": "free", "address": null})),
        (3, "m3", "web", json!({"email": "web@x.nl", "plan": "trial"})),
    ];
    let traits = traits(patches);
    assert_eq!(shown(&traits, ""), json!({"email": "web@x.nl", "plan": "trial"}));
    assert_eq!(shown(&traits, "email=crm,shop"), json!({"email": "crm@x.nl", "plan": "trial"}));
    assert_eq!(shown(&traits, "email=shop;*=crm"), json!({"email": "shop@x.nl", "plan": "pro", "address": {"city": "Delft"}}));
}

#[test]
fn the_history_holds_what_was_written_latest_first() {
    let patches = [
        (1, "m1", "web", json!({"address": {"city": "Delft", "zip": "1"}})),
        (2, "m2", "crm", json!({"address": {"city": "Gouda"}})),
        (3, "m3", "web", json!({"address": null})),
    ];
    let history = traits(patches).histories().remove("address").unwrap();
    let lines: Vec<_> = history.iter().map(|past| format!("{} {} {}", past.at, past.source, past.value)).collect();
    assert_eq!(lines, ["3 web null", r#"2 crm {"city":"Gouda"}"#, r#"1 web {"city":"Delft","zip":"1"}"#]);
}

/// RFC 7396, section 2, except that no object without members is left.
fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else { return target.clone_from(patch) };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in members {
        if value.is_null() {
            target.remove(name);
        } else {
            merge_patch(target.entry(name).or_insert(Value::Null), value);
        }
    }
    target.retain(|_, value| !value.is_null() && *value != json!({}));
}

/// Takes out objects without members, which say nothing.
fn without_empty(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let members = members.into_iter().map(|(name, value)| (name, without_empty(value)));
    members.filter(|(_, value)| *value != json!({})).collect::<Map<_, _>>().into()
}

fn any_patch() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(Value::Null), (0..3).prop_map(Value::from), Just(json!([1, 2])), Just(json!([]))];
    let value = leaf.prop_recursive(3, 8, 3, |inner| proptest::collection::btree_map("[ab]", inner, 0..3).prop_map(|map| json!(map)));
    proptest::collection::btree_map("[ab]", value, 0..3).prop_map(|map| without_empty(json!(map)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the order of arrival: the patches applied in the order of their events, sources that go before others last.
    #[test]
    fn what_is_left_is_what_applying_the_patches_in_order_leaves(
        patches in proptest::collection::vec((0i64..4, any_patch(), 0usize..3), 0..7), order in any::<u64>(),
    ) {
        const SOURCES: [&str; 3] = ["web", "shop", "crm"];
        let mut events: Vec<_> = patches.into_iter().zip("abcdefg".split("").skip(1)).map(|((at, patch, source), id)| (at, id, source, patch)).collect();
        let length = events.len().max(1);
        events.rotate_left(order as usize % length);
        let traits = traits(events.iter().map(|(at, id, source, patch)| (*at, *id, SOURCES[*source], patch.clone())));
        for (precedence, by_source) in [("", false), ("*=crm,shop", true)] {
            events.sort_by_key(|(at, id, source, _)| (if by_source { *source } else { 0 }, *at, *id));
            let mut expected = json!({});
            events.iter().for_each(|(.., patch)| merge_patch(&mut expected, patch));
            prop_assert_eq!(shown(&traits, precedence), expected);
        }
    }
}
