//! Visits that no person makes: kept, marked, and left out where somebody asks for people.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use nora_tests::client::basic;
use nora_tests::{Nora, WRITE_KEY, timeline};
use serde_json::{Value, json};

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const GOOGLE: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

fn page(nora: &Nora, visitor: &str, agent: &str, context: &Value) {
    let request = nora.request("POST", "/v1/page").header("authorization", basic(WRITE_KEY)).header("user-agent", agent);
    assert_eq!(nora.send(request, json!({"anonymousId": visitor, "context": context}).to_string()).status, 200);
}

fn mark(nora: &Nora, visitor: &str) -> Value {
    timeline::events(nora, &format!("anonymous_id:{visitor}"))[0]["context"]["bot"].clone()
}

#[test]
fn bots_are_kept_marked_and_can_be_left_out() {
    let nora = Nora::start();
    page(&nora, "ann", CHROME, &json!({}));
    page(&nora, "google", GOOGLE, &json!({"bot": false}));
    page(&nora, "driven", CHROME, &json!({"webdriver": true}));
    page(&nora, "liar", CHROME, &json!({"bot": "rate"}));
    let marks = ["ann", "google", "driven", "liar"].map(|visitor| mark(&nora, visitor));
    assert_eq!(marks, [Value::Null, "user_agent".into(), "webdriver".into(), Value::Null]);
    let is_bot = |visitor: &str| nora.json(&format!("/v1/profiles/anonymous_id:{visitor}"))["is_bot"].clone();
    assert_eq!(["ann", "google", "driven", "liar"].map(is_bot), [false, true, true, false].map(Value::from));
    let google = nora.json("/v1/profiles/anonymous_id:google");
    assert_eq!((&google["event_count"], &google["computed"]["devices"][0]["type"]), (&json!(1), &json!("bot")));
    let count = |query: &str| nora.json(&format!("/v1/profiles?{query}"))["data"].as_array().unwrap().len();
    assert_eq!([count("q="), count("bots=1"), count("bots=0")], [4, 4, 2]);
    assert_eq!(nora.json("/v1/overview")["events"]["accepted"], 4);
}

#[test]
fn nobody_does_hundreds_of_things_in_a_minute() {
    let nora = Nora::start();
    let batch = |visitor: &str, step_seconds: usize| {
        let event = |number: usize| {
            let seconds = number * step_seconds;
            let time = format!("2026-01-31T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60);
            json!({"type": "track", "event": "A", "anonymousId": visitor, "timestamp": time, "messageId": format!("{visitor}-{number}")})
        };
        let body = json!({"batch": (0..400).map(event).collect::<Vec<_>>()});
        let request = nora.request("POST", "/v1/batch").header("authorization", basic(WRITE_KEY)).header("user-agent", CHROME);
        assert_eq!(nora.send(request, body.to_string()).status, 200);
        let events = timeline::events(&nora, &format!("anonymous_id:{visitor}"));
        events.iter().filter(|event| event["context"]["bot"] == "rate").count()
    };
    assert_eq!(batch("hurried", 0), 100, "all within one minute");
    assert_eq!(batch("offline", 2), 0, "what was queued for long is no hurry");
}
