use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::app::{Beside, Threads};
use crate::clock::FixedClock;
use crate::counts::Counts;
use crate::keys::{FirstKeys, Keys, NewSource, SourceChange, hmac};
use crate::links::{Person, Seal};
use crate::log::Record;
use crate::plans::Plans;
use crate::profile::Precedence;
use crate::space::Space;
use crate::storage::EventLog;
use crate::storage::memory::MemoryStore;

const NOON: i64 = 1_769_860_800_000;
const SECRET: &str = "ss_of_thirty_two_bytes_and_more_";

fn keys(dir: &std::path::Path) -> Keys {
    let first = FirstKeys { write_key: Some("wk".into()), signing_secret: Some(SECRET.into()), ..FirstKeys::default() };
    Keys::open(dir, &first).unwrap()
}

fn origin<'a>(rules: &'a Rules, secrets: &'a [&'a str]) -> Origin<'a> {
    Origin {
        rules,
        source: "website",
        verified: false,
        signing_secrets: secrets,
        requires_signature: false,
        received_at: Millis(NOON),
        sent_at: None,
        context: None,
        integrations: None,
        ip: Some("1.2.3.4"),
        user_agent: Some("Mozilla/5.0 Firefox/127.0"),
        pace: None,
        ended_key: None,
        again: None,
        plan: None,
    }
}

fn held(decision: Decision) -> Held {
    match decision {
        Decision::Quarantine(held) => held,
        other => panic!("not held: {other:?}"),
    }
}

/// A context, with credentials of every sort.
fn a_context() -> impl Strategy<Value = Value> {
    let signature = |user: &str| hex(&hmac(SECRET, user));
    let person = |user: Option<&str>| {
        let traits = serde_json::value::RawValue::from_string(r#"{"email":"ann@example.com"}"#.into()).unwrap();
        Seal::new("website", &[SECRET]).token(&Person::new(user.map(Into::into), Some(traits), Millis(NOON + 1_000))).unwrap()
    };
    let identity = prop_oneof![
        3 => Just(None),
        2 => Just(Some(json!({"signature": signature("ann")}))),
        1 => Just(Some(json!({"signature": "0".repeat(64), "more": 1}))),
        1 => Just(Some(json!({"token": null}))),
        1 => Just(Some(json!({"link": person(Some("eve"))}))),
        1 => Just(Some(json!({"link": person(None), "signature": signature("ann")}))),
        1 => Just(Some(json!({"link": "nothing", "kept": true}))),
        1 => Just(Some(json!("text"))),
    ];
    let other = prop_oneof![
        Just(json!({})),
        Just(json!({"locale": "nl", "ip": "9.9.9.9", "bot": "x"})),
        Just(json!({"webdriver": true, "traits": {"email": "bob@example.com"}, "externalIds": [{"id": "c", "type": "crm_id"}]})),
    ];
    (other, identity).prop_map(|(mut context, identity)| {
        if let Some(identity) = identity {
            context["identity"] = identity;
        }
        context
    })
}

fn an_event() -> impl Strategy<Value = Value> {
    let id = |values: &'static [&'static str]| prop::option::of(prop::sample::select(values));
    let times: &[&str] = &["2020-01-01T00:00:00.000Z", "2099-01-01T00:00:00Z", "2026-01-31T11:59:00+00:00", "yesterday"];
    let time = || prop::option::weighted(0.4, prop::sample::select(times.to_vec()));
    let kinds = prop::option::of(prop::sample::select(vec!["track", "identify", "page", "alias", "group", "nonsense"]));
    let names = (id(&["ann", "bob", "undefined"]), id(&["a1", ""]), id(&["m1"]));
    (kinds, names, (time(), time(), time()), prop::option::of(a_context())).prop_map(
        |(kind, (user, anonymous, message), times, context)| {
            let fields = [
                ("type", kind),
                ("userId", user),
                ("anonymousId", anonymous),
                ("messageId", message),
                ("timestamp", times.0),
                ("originalTimestamp", times.1),
                ("sentAt", times.2),
                ("event", Some("A")),
                ("previousId", Some("p")),
            ];
            let mut event: serde_json::Map<String, Value> =
                fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))).collect();
            event.insert("traits".into(), json!({"plan": "b"}));
            event.extend(context.map(|context| ("context".to_owned(), context)));
            Value::Object(event)
        },
    )
}

/// Without what is made anew for each event that has no message id.
fn without_id(record: &Record) -> Record {
    let json = record.json.replace(&record.message_id, "ID");
    Record { message_id: String::new(), json, ..record.clone() }
}

proptest! {
    #[test]
    fn what_was_held_and_is_mended_is_what_it_would_have_been(
        event in an_event(),
        spaced in any::<bool>(),
        shared in prop::option::of(a_context()),
        sent_at in prop::option::of(prop::sample::select(vec![NOON - 500, NOON + 86_400_000, 0])),
        kind in prop::option::of(prop::sample::select(vec!["track", "identify"])),
        (verified, demands) in (any::<bool>(), any::<bool>()),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let keys = keys(dir.path());
        if demands {
            let settings = SourceChange { name: "Website".into(), allowed_origins: Vec::new(), requires_signature: true };
            keys.change(|stored| stored.change_source("website", settings)).unwrap();
        }
        let json = if spaced { serde_json::to_string_pretty(&event).unwrap() } else { event.to_string() };
        let shared = shared.map(|shared| shared.to_string());
        let rules = Rules::default();
        let at_once = Origin {
            verified,
            requires_signature: demands,
            sent_at: sent_at.map(Millis),
            context: shared.as_deref().map(Json::known),
            integrations: verified.then_some(Json::known(r#"{"All":false}"#)),
            ..origin(&rules, &[SECRET])
        };
        let mended = keys.directory();
        let hash = Sha256::digest("wk").into();
        let kept = held(admit(&json, kind, &Origin { ended_key: Some(hash), ..at_once }));
        prop_assert_eq!(kept.reason, Reason::InvalidWriteKey);
        prop_assert!(!format!("{kept:?}").contains(&hex(&hmac(SECRET, "ann"))), "a credential is kept");

        // The key is good again: what was held is what it would have been.
        match (decide(7, &kept, &mended, &rules, None, Trust::Nothing, Millis(NOON + 9_000_000)), admit(&json, kind, &at_once)) {
            (Decision::Accept { record: later, clamped, .. }, Decision::Accept { record, clamped: was_clamped, .. }) => {
                prop_assert_eq!(clamped, was_clamped);
                let has_id = event.get("messageId").is_some();
                prop_assert_eq!(later.message_id.starts_with("held-"), !has_id);
                prop_assert_eq!(without_id(&later), without_id(&record));
            }
            (later, at_once) => prop_assert_eq!(later.reason(), at_once.reason()),
        }
    }
}

fn start() -> (App, Arc<MemoryStore>, Threads, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(MemoryStore::default());
    let beside = Beside {
        keys: keys(dir.path()),
        counts: Counts::open(dir.path().join("counts")).unwrap(),
        plans: Plans::open(dir.path()).unwrap(),
        space: Space::watch(dir.path(), 0).unwrap(),
    };
    let clock = FixedClock::at(Millis(NOON + 60_000));
    let (app, threads) = App::start(store.clone(), beside, Precedence::default(), 1_000, clock).unwrap();
    (app, store, threads, dir)
}

/// Puts events into the quarantine as a request would, and gives what is there.
async fn hold(app: &App, store: &MemoryStore, events: &[&str], origin: Origin<'_>) -> Vec<(u64, Held)> {
    let decisions: Vec<_> = events.iter().map(|json| admit(json, None, &origin)).collect();
    app.submit(origin.source, decisions).await.unwrap();
    store.held(None, 99).unwrap()
}

#[tokio::test]
async fn an_item_is_in_the_log_or_in_the_quarantine_and_never_in_both() {
    let (app, store, _threads, _dir) = start();
    let rules = Rules::default();
    let strict = Origin { requires_signature: true, ..origin(&rules, &[SECRET]) };
    let events = [
        r#"{"type":"identify","userId":"ann","anonymousId":"a"}"#,
        r#"{"type":"identify","userId":"bob","messageId":"m1"}"#,
        r#"{"type":"identify","userId":"bob","messageId":"m1"}"#,
        r#"{"type":"identify","userId":"eve","timestamp":"later"}"#,
    ];
    let items = hold(&app, &store, &events, strict).await;
    assert!(items.len() == 4 && items[1..].iter().all(|(_, held)| held.reason == Reason::MissingSignature));
    let replayed = replay(&app, &items, Trust::Nothing).await.unwrap();
    let verdicts: Vec<_> = replayed.iter().map(|replayed| replayed.verdict).collect();
    let unreadable = Verdict::Quarantined(Reason::InvalidTimestamp);
    assert_eq!(
        verdicts,
        [unreadable, Verdict::Accepted(0), Verdict::Duplicate, Verdict::Accepted(1)],
        "the source demands nothing any more"
    );
    assert!(replayed[3].message_id.as_ref().unwrap().starts_with("held-"), "{replayed:?}");
    let left = store.held(None, 9).unwrap();
    assert_eq!((left.len(), left[0].1.reason, left[0].1.attempts), (1, Reason::InvalidTimestamp, 1));
    // As somebody who read the items before they were gone.
    let again = replay(&app, &items, Trust::Nothing).await.unwrap();
    assert!(again[1..].iter().all(|replayed| replayed.verdict == Verdict::Duplicate), "{again:?}");
    assert_eq!((store.len(), store.held_size().items), (2, 1));
    let text = app.outcomes.text();
    assert!(text.contains(r#"nora_quarantine_replayed_total{source="website",outcome="accepted",reason=""} 2"#), "{text}");
    assert!(text.contains("nora_events_received_total 4\n"), "an event is counted once: {text}");
}

#[tokio::test]
async fn what_takes_a_signature_is_taken_only_where_somebody_vouches() {
    let (app, store, _threads, _dir) = start();
    let rules = Rules::default();
    let wrong = r#"{"type":"identify","userId":"ann","context":{"identity":{"signature":"x"},"locale":"nl"}}"#;
    let verdict = |items: Vec<(u64, Held)>, trust| {
        let app = app.clone();
        async move { replay(&app, &items, trust).await.unwrap()[0].verdict }
    };
    for (trust, is_verified) in [(Trust::Unsigned, false), (Trust::Verified, true)] {
        let items = hold(&app, &store, &[wrong], origin(&rules, &[SECRET])).await;
        assert_eq!(verdict(items.clone(), Trust::Nothing).await, Verdict::Quarantined(Reason::InvalidSignature));
        let Verdict::Accepted(seq) = verdict(items, trust).await else { panic!("{trust:?}") };
        let record = store.event(seq).unwrap().unwrap();
        assert_eq!((record.verified, record.received_at), (is_verified, Millis(NOON)), "{trust:?}");
        assert!(record.json.contains(r#""context":{"locale":"nl","ip""#), "{}", record.json);
    }
    // The source demands a signature; whoever vouches is asked for none.
    let settings = SourceChange { name: "Website".into(), allowed_origins: Vec::new(), requires_signature: true };
    app.keys.change(|stored| stored.change_source("website", settings)).unwrap();
    let strict = Origin { requires_signature: true, ..origin(&rules, &[SECRET]) };
    let items = hold(&app, &store, &[r#"{"type":"identify","userId":"bob","traits":{"x":1}}"#], strict).await;
    assert_eq!(verdict(items.clone(), Trust::Nothing).await, Verdict::Quarantined(Reason::MissingSignature));
    let Verdict::Accepted(seq) = verdict(items, Trust::Unsigned).await else { panic!("not accepted") };
    let record = store.event(seq).unwrap().unwrap();
    assert!(!record.verified && record.json.contains(r#""userId":"bob""#), "{}", record.json);
}

#[tokio::test]
async fn a_source_or_a_key_that_is_gone_has_to_be_restored() {
    let (app, store, _threads, _dir) = start();
    let rules = Rules::default();
    let settings = || SourceChange { name: "Shop".into(), allowed_origins: Vec::new(), requires_signature: false };
    let (_, secret) = app.keys.change(|stored| stored.create_source(NewSource { id: Some("shop".into()), settings: settings() })).unwrap();
    let now = app.clock.now();
    app.keys.change(|stored| stored.delete_source("shop", now)).unwrap();
    let ended = app.keys.ended(&secret, now).unwrap();
    assert!(ended.is_secret && app.keys.source(&secret, now).is_none());
    assert!(app.keys.ended(&secret, Millis(now.0 + 31 * crate::time::DAY_MS)).is_none(), "nothing is held for ever");
    let of_shop = Origin { source: "shop", verified: true, ended_key: Some(ended.hash), ip: None, ..origin(&rules, &[SECRET]) };
    let event = r#"{"type":"track","event":"A","userId":"ann"}"#;
    let items = hold(&app, &store, &[event, event], of_shop).await;
    let first = |trust| {
        let (app, items) = (app.clone(), items[..1].to_vec());
        async move { replay(&app, &items, trust).await.unwrap().remove(0).verdict }
    };
    assert_eq!(first(Trust::Nothing).await, Verdict::Quarantined(Reason::InvalidWriteKey));
    // Another source of the same name has other keys.
    let other = app.keys.change(|stored| stored.create_source(NewSource { id: Some("shop".into()), settings: settings() })).unwrap().0;
    assert_eq!(first(Trust::Nothing).await, Verdict::Quarantined(Reason::InvalidWriteKey));
    // Whoever says that it may be taken, without vouching for the key that it came with.
    assert_eq!(first(Trust::Unsigned).await, Verdict::Accepted(0));
    assert!(!store.event(0).unwrap().unwrap().verified);
    app.keys.change(|stored| stored.delete_source(&other.id, now)).unwrap();
    assert!(app.keys.change(|stored| stored.restore_source("shop")).unwrap().secret_keys[0].hash == other.secret_keys[0].hash);
    assert_eq!(replay(&app, &items[1..], Trust::Nothing).await.unwrap()[0].verdict, Verdict::Quarantined(Reason::InvalidWriteKey));
}
