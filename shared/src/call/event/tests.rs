use super::*;
use crate::{call::calls, json::testing::json};
use alloc::{format, string::ToString};
use proptest::prelude::*;
use serde_json::{Value, json as value};

const REST: &str = r#""id":"m1","t":"2026-01-31T12:00:00.000Z","n":7,"v":{"a":"anon","u":"u1","s":"s1","t":"tab1"},"c":{"page":{"path":"/p","search":"?utm_source=x","title":"T"},"locale":"nl","campaign":{"source":"x"}}"#;

fn event(method: &str, args: &str) -> (Value, Option<Reason>) {
    event_with(REST, method, args)
}

fn event_with(rest: &str, method: &str, args: &str) -> (Value, Option<Reason>) {
    let list = format!(r#"[{{"m":"{method}","a":{args},{rest}}}]"#);
    let event = calls(&list).next().unwrap().event();
    (serde_json::from_str(&event.json).unwrap(), event.problem)
}

#[test]
fn a_track_is_a_whole_segment_event() {
    let (found, problem) = event("track", r#"["Order Completed",{"total":12.5}]"#);
    assert_eq!(problem, None);
    let expected = value!({
        "type": "track", "messageId": "m1", "timestamp": "2026-01-31T12:00:00.000Z", "anonymousId": "anon", "userId": "u1",
        "event": "Order Completed", "properties": {"total": 12.5},
        "context": {
            "page": {"path": "/p", "search": "?utm_source=x", "title": "T"}, "locale": "nl", "sessionId": "s1",
            "campaign": {"source": "x"}, "sequence": {"tab": "tab1", "n": 7},
        },
    });
    assert_eq!(found, expected);
}

#[test]
fn each_method_fills_its_own_fields() {
    let cases = [
        ("identify", r#"["u2",{"email":"a@b.c"}]"#, value!({"userId": "u2", "traits": {"email": "a@b.c"}})),
        ("identify", r#"[7]"#, value!({"userId": "7"})),
        ("identify", r#"[{"plan":"pro"}]"#, value!({"userId": "u1", "traits": {"plan": "pro"}})),
        ("group", r#"["g1",{"name":"Acme"}]"#, value!({"groupId": "g1", "traits": {"name": "Acme"}, "userId": "u1"})),
        ("alias", r#"["new"]"#, value!({"userId": "new", "previousId": "u1"})),
        ("alias", r#"["new","old"]"#, value!({"userId": "new", "previousId": "old"})),
        ("screen", r#"["Home"]"#, value!({"name": "Home", "properties": {"name": "Home"}})),
        (
            "page",
            r#"["Docs","Home",{"title":"Mine","x":1}]"#,
            value!({"category": "Docs", "name": "Home", "properties": {
                "path": "/p", "search": "?utm_source=x", "title": "Mine", "x": 1, "category": "Docs", "name": "Home"}}),
        ),
    ];
    for (method, args, expected) in cases {
        let (found, problem) = event(method, args);
        assert_eq!(problem, None, "{method} {args}");
        for (name, field) in expected.as_object().unwrap() {
            assert_eq!(&found[name], field, "{method} {args} {name}");
        }
    }
}

#[test]
fn options_of_segment_are_honoured() {
    let options = r#"{"timestamp":"2020-01-01T00:00:00Z","anonymousId":"other","integrations":{"All":false},"context":{"page":{"title":"Mine"},"ip":"1.2.3.4"}}"#;
    let (found, _) = event("track", &format!(r#"["x",null,{options}]"#));
    assert_eq!(found["timestamp"], "2020-01-01T00:00:00Z");
    assert_eq!(found["anonymousId"], "other");
    assert_eq!(found["integrations"], value!({"All": false}));
    assert_eq!(found["context"]["page"], value!({"path": "/p", "search": "?utm_source=x", "title": "Mine"}));
    assert_eq!(found["context"]["ip"], "1.2.3.4");
    assert_eq!(found["context"]["locale"], "nl");
}

#[test]
fn what_the_bound_threw_away_is_told() {
    let (found, _) = event_with(r#""id":"m","n":1203,"d":4,"v":{"a":"anon","t":"tab1"}"#, "track", "[\"x\"]");
    assert_eq!(found["context"]["sequence"], value!({"tab": "tab1", "n": 1203, "dropped": 4}));
}

#[test]
fn consent_goes_where_segment_looks_for_it() {
    let (found, _) = event_with(r#""id":"m","v":{"a":"anon","c":{"Advertising":false}}"#, "track", "[\"x\"]");
    assert_eq!(found["context"]["consent"], value!({"categoryPreferences": {"Advertising": false}}));
}

#[test]
fn the_third_argument_of_identify_reaches_the_context() {
    for args in [r#"["u",{"a":1},{"context":{"identity":{"token":"t"}}}]"#, r#"["u",null,{"context":{"identity":{"token":"t"}}}]"#] {
        let (found, problem) = event("identify", args);
        assert_eq!((&found["context"]["identity"], problem), (&value!({"token": "t"}), None));
    }
}

#[test]
fn what_is_wrong_is_named_and_kept() {
    let long = "x".repeat(201);
    let cases = [
        ("track", "[]".to_string(), Reason::MissingEvent),
        ("track", "[\"\"]".to_string(), Reason::MissingEvent),
        ("track", "[true]".to_string(), Reason::InvalidField),
        ("track", "[\"x\",[1]]".to_string(), Reason::InvalidField),
        ("track", format!("[\"{long}\"]"), Reason::TooLong),
        ("group", "[]".to_string(), Reason::MissingGroupId),
        ("alias", "[]".to_string(), Reason::MissingPreviousId),
        ("identify", format!("[\"{long}{long}{long}\"]"), Reason::TooLong),
        ("purchase", "[\"x\"]".to_string(), Reason::UnknownType),
        ("track", format!("[\"x\",{{\"y\":\"{}\"}}]", "z".repeat(limits::EVENT_BYTES)), Reason::EventTooLarge),
    ];
    for (method, args, reason) in cases {
        let (found, problem) = event(method, &args);
        assert_eq!(problem, Some(reason), "{method}");
        assert_eq!(found["messageId"], "m1");
        assert_eq!(found["type"], method);
    }
    assert_eq!(event_with(r#""id":"m1""#, "track", "[\"x\"]").1, Some(Reason::MissingId));
}

#[test]
fn garbage_gives_no_panic() {
    for list in ["", "[]", "[1]", "[{}]", "[{\"m\":1}]", "[{\"m\":\"", "[{\"v\":1,\"c\":[],\"a\":{}}]", "{\"m\":\"track\"}"] {
        for call in calls(list) {
            let event = call.event();
            assert!(event.problem.is_some(), "{list}");
        }
    }
}

proptest! {
    #[test]
    fn any_arguments_give_an_event(method in "identify|track|page|screen|group|alias", args in prop::collection::vec(json(), 0..5)) {
        let (found, _) = event(&method, &Value::from(args.clone()).to_string());
        prop_assert_eq!(&found["type"], &Value::from(method.as_str()));
        if let (Some(Value::Object(body)), "track", Some(Value::String(_))) = (args.get(1), method.as_str(), args.first()) {
            prop_assert_eq!(&found["properties"], &Value::Object(body.clone()));
        }
    }

    #[cfg(feature = "read")]
    #[test]
    fn the_browser_and_the_server_find_the_same_wrong(
        method in "identify|track|page|screen|group|alias|buy",
        args in prop::collection::vec(prop_oneof![json(), "[ a-c]{0,3}|x{500,502}".prop_map(Value::from)], 0..5),
        visitor in "|\"v\":\\{\"a\":\"anon\"\\},",
    ) {
        let list = format!("[{{{visitor}\"id\":\"m\",\"m\":\"{method}\",\"a\":{}}}]", Value::from(args));
        let event = calls(&list).next().unwrap().event();
        let found = crate::event::Event::parse(&event.json).unwrap().check().err().map(|(reason, _)| reason);
        prop_assert_eq!(event.problem, found, "{}", event.json);
    }
}
