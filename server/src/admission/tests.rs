use super::*;
use crate::time::Millis;
use proptest::prelude::*;

pub(super) fn origin(now: i64) -> Origin<'static> {
    static RULES: std::sync::LazyLock<crate::identity::Rules> = std::sync::LazyLock::new(Default::default);
    Origin {
        rules: &RULES,
        source: "web",
        verified: false,
        signing_secrets: &["secret"],
        requires_signature: false,
        received_at: Millis(now),
        sent_at: None,
        context: None,
        integrations: None,
        ip: None,
        user_agent: None,
        pace: None,
        ended_key: None,
        again: None,
        plan: None,
    }
}

fn accepted(json: &str, origin: &Origin<'_>) -> Record {
    match admit(json, None, origin) {
        Decision::Accept { record, .. } => record,
        other => panic!("not accepted: {other:?}"),
    }
}

pub(super) const NOON: i64 = 1_769_860_800_000;

#[test]
fn a_wrong_clock_is_corrected_by_the_difference_at_sending() {
    let json = r#"{"type":"page","anonymousId":"a","timestamp":"2020-01-01T00:00:00Z","sentAt":"2020-01-01T00:00:10Z"}"#;
    let record = accepted(json, &origin(NOON));
    assert_eq!(record.timestamp, Millis(NOON - 10_000));
    assert!(record.json.contains(r#""originalTimestamp":"2020-01-01T00:00:00.000Z""#), "{}", record.json);
}

#[test]
fn a_time_in_the_future_becomes_the_time_of_receipt() {
    let json = r#"{"type":"page","anonymousId":"a","timestamp":"2099-01-01T00:00:00Z"}"#;
    assert_eq!(accepted(json, &origin(NOON)).timestamp, Millis(NOON));
    assert!(matches!(admit(json, None, &origin(NOON)), Decision::Accept { clamped: true, .. }));
    let soon = Millis(NOON + 60_000);
    assert_eq!(accepted(&format!(r#"{{"type":"page","anonymousId":"a","timestamp":"{soon}"}}"#), &origin(NOON)).timestamp, soon);
}

#[test]
fn the_batch_and_the_server_fill_in_what_the_event_lacks() {
    let context = Json::known(r#"{"locale":"nl","ip":"9.9.9.9"}"#);
    let origin = Origin { context: Some(context), ip: Some("1.2.3.4"), user_agent: Some("Mozilla \"5\""), ..origin(NOON) };
    let record = accepted(r#"{"type":"page","anonymousId":"a","messageId":"m","context":{"locale":"en"},"channel":"x"}"#, &origin);
    insta::assert_snapshot!(record.json, @r#"{"type":"page","messageId":"m","anonymousId":"a","timestamp":"2026-01-31T12:00:00.000Z","receivedAt":"2026-01-31T12:00:00.000Z","context":{"locale":"en","ip":"9.9.9.9","userAgent":"Mozilla \"5\""},"channel":"x"}"#);
}

#[test]
fn what_is_wrong_is_held_as_it_was_sent() {
    let deep = format!(r#"{{"type":"page","anonymousId":"a","properties":{}1{}}}"#, "{\"a\":".repeat(70), "}".repeat(70));
    for (json, reason) in [
        (r#"{"type":"page","userId":"undefined"}"#, Reason::BlockedId),
        (r#"{"type":"page"}"#, Reason::MissingId),
        (r#"{"type":"page","userId":"1","timestamp":"yesterday"}"#, Reason::InvalidTimestamp),
        (r"[1]", Reason::InvalidField),
        (deep.as_str(), Reason::TooDeep),
    ] {
        match admit(json, None, &origin(NOON)) {
            Decision::Quarantine(held) => assert_eq!((held.reason, held.payload.as_str()), (reason, json)),
            other => panic!("{json}: {other:?}"),
        }
    }
    let large = format!(r#"{{"type":"page","userId":"1","properties":{{"a":"{}"}}}}"#, "x".repeat(limits::EVENT_BYTES));
    assert_eq!(admit(&large, None, &origin(NOON)), Decision::Refuse(Reason::EventTooLarge));
}

#[test]
fn brackets_in_strings_are_not_nesting() {
    let json = format!(r#"{{"type":"page","anonymousId":"a","properties":{{"a":"{}\"["}}}}"#, "[{".repeat(200));
    accepted(&json, &origin(NOON));
}

proptest! {
    #[test]
    fn nothing_that_arrives_panics(json in "\\PC{0,200}|\\{\"type\":\"page\",\"userId\":\\PC{0,20}\\}") {
        let _ = admit(&json, None, &origin(NOON));
    }

    #[test]
    fn what_is_kept_is_json_and_says_what_was_sent(name in "\\PC{1,20}", control in "[\\x00-\\x1f\"\\\\]{0,3}") {
        let event = serde_json::json!({"type":"track","event":format!("{name}{control}x"),"userId":"u1"}).to_string();
        let record = accepted(&event, &origin(NOON));
        let kept: serde_json::Value = serde_json::from_str(&record.json).unwrap();
        prop_assert_eq!(kept["event"].as_str().unwrap(), format!("{name}{control}x"));
    }
}

#[test]
fn bots_are_marked_and_no_browser_says_that_it_is_none() {
    let event = |context: &str| format!(r#"{{"type":"page","anonymousId":"a","messageId":"m","context":{context}}}"#);
    let kept = |context: &str, origin: &Origin<'_>| accepted(&event(context), origin).json;
    let crawler = Origin { user_agent: Some("Googlebot/2.1"), ..origin(NOON) };
    assert!(kept(r#"{"locale":"nl"}"#, &crawler).contains(r#""context":{"locale":"nl","userAgent":"Googlebot/2.1","bot":"user_agent"}"#));
    assert!(kept(r#"{"bot":false}"#, &crawler).contains(r#""bot":"user_agent""#));
    assert!(kept(r#"{"webdriver":true}"#, &origin(NOON)).contains(r#""bot":"webdriver""#));
    for person in [r#"{"webdriver":false}"#, r#"{"userAgent":"Mozilla/5.0 Firefox/127.0"}"#] {
        assert!(!kept(person, &origin(NOON)).contains("bot"), "{person}");
    }
    assert!(!kept(r#"{"bot":"x"}"#, &origin(NOON)).contains("bot"));
    let server = Origin { verified: true, ..origin(NOON) };
    assert!(kept(r#"{"bot":"x"}"#, &server).contains(r#""bot":"x""#));
}

#[test]
fn a_name_that_cannot_be_read_hides_no_credential() {
    for context in [r#"{"\ud800":1,"identity":{"signature":"s3cret"}}"#, r#"{"identity":{"\ud800":1,"signature":"s3cret"}}"#] {
        let kept = match admit(&format!(r#"{{"type":"page","anonymousId":"a","context":{context}}}"#), None, &origin(NOON)) {
            Decision::Accept { record, .. } => record.json,
            Decision::Quarantine(held) | Decision::OffPlan(held, _) => held.payload,
            Decision::Refuse(_) => String::new(),
        };
        assert!(!kept.contains("s3cret"), "{kept}");
    }
}
