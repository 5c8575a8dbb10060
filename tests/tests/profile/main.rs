//! The profile: what everything that was recorded of a customer adds up to, as whoever asks for it sees it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod story;

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use nora_tests::Nora;
use nora_tests::client::basic;
use serde_json::{Value, json};
use story::story;

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970 of this many days before `now`.
fn ago(now: i64, days: i64) -> i64 {
    now - days * DAY_MS
}

#[expect(clippy::disallowed_methods, reason = "the server under test counts days from the machine's clock")]
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

/// Sends the events of the story as `who`'s.
fn tell<'a>(nora: &Nora, who: &str, now: i64, events: impl IntoIterator<Item = &'a (i64, &'static str, Value)>) {
    for (days, key, event) in events {
        let mut event: Value = serde_json::from_str(&event.to_string().replace("{}", who)).unwrap();
        event["timestamp"] = ago(now, *days).into();
        let request = nora.request("POST", "/v1/batch").header("authorization", basic(key));
        let reply = nora.send(request, json!({"batch": [event]}).to_string());
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
}

/// A profile with days in place of times.
fn profile(nora: &Nora, query: &str, now: i64) -> Value {
    let mut text = nora.json(&format!("/v1/profiles/{query}")).to_string();
    for days in 0..=40 {
        let time = jiff::Timestamp::from_millisecond(ago(now, days)).unwrap();
        text = text.replace(&format!("{time:.3}"), &format!("{days} days ago"));
    }
    let mut profile: Value = serde_json::from_str(&text).unwrap();
    // They shrink by the day, and a day may begin between any two lines here.
    for affinity in profile["computed"]["category_affinities"].as_array_mut().unwrap() {
        affinity["score"] = affinity["score"].as_f64().unwrap().round().into();
    }
    profile
}

#[test]
fn a_profile_tells_everything() {
    let (nora, now) = (Nora::start(), now());
    tell(&nora, "ann", now, &story());
    let found = profile(&nora, "anonymous_id:a-ann", now);
    insta::assert_json_snapshot!(found["traits"], @r#"
    {
      "address": {
        "city": "Delft",
        "zip": "2611 CD"
      },
      "name": "Ann",
      "sizes": [
        40
      ]
    }
    "#);
    insta::assert_json_snapshot!(found["consent"], @r#"
    {
      "Advertising": true,
      "Analytics": true
    }
    "#);
    insta::assert_json_snapshot!(found["computed"], @r#"
    {
      "active_days": 5,
      "active_days_30d": 3,
      "average_order_value": {
        "EUR": 50.08,
        "USD": 19.99
      },
      "cancelled_orders": 1,
      "category_affinities": [
        {
          "category": "Bowls",
          "score": 13.0
        },
        {
          "category": "Kilns",
          "score": 5.0
        }
      ],
      "delivery": {
        "dropped": 0,
        "missing": 0,
        "received": 0,
        "tabs": 0
      },
      "devices": [
        {
          "browser": "Firefox",
          "last_seen": "3 days ago",
          "model": null,
          "os": "macOS",
          "type": "desktop"
        },
        {
          "browser": "Safari",
          "last_seen": "39 days ago",
          "model": null,
          "os": "iOS",
          "type": "mobile"
        }
      ],
      "event_counts": {
        "Order Cancelled": 1,
        "Order Completed": 5,
        "Order Refunded": 1,
        "Order Updated": 1,
        "Product Viewed": 1,
        "identify": 3,
        "page": 2
      },
      "first_order_at": "39 days ago",
      "first_touch": {
        "at": "40 days ago",
        "campaign": {
          "name": "spring",
          "source": "news"
        },
        "click_ids": {
          "gclid": "g1"
        },
        "page": "https://shop.example/?utm_campaign=spring",
        "referrer": "https://news.example/today"
      },
      "last_order_at": "2 days ago",
      "last_touch": {
        "at": "3 days ago",
        "campaign": null,
        "click_ids": null,
        "page": "https://shop.example/",
        "referrer": "https://search.example/"
      },
      "locale": "en-NL",
      "orders": 3,
      "page_views": 2,
      "refunds": {
        "EUR": 5.05
      },
      "revenue": {
        "EUR": 95.1,
        "USD": 19.99
      },
      "rfm": {
        "basis": "orders",
        "class": "promising",
        "frequency": 3,
        "monetary": 2,
        "recency": 5
      },
      "screen": "1512x982",
      "sessions": 3,
      "timezone": "Europe/Amsterdam"
    }
    "#);
    let verbose = profile(&nora, "user_id:u-ann?verbose=1", now);
    insta::assert_json_snapshot!(verbose["traits"], @r#"
    {
      "address": {
        "history": [
          {
            "source": "website",
            "updated_at": "3 days ago",
            "value": {
              "street": null,
              "zip": "2611 CD"
            }
          },
          {
            "source": "website",
            "updated_at": "39 days ago",
            "value": {
              "city": "Delft",
              "street": "Oude Delft"
            }
          }
        ],
        "source": "website",
        "updated_at": "3 days ago",
        "value": {
          "city": "Delft",
          "zip": "2611 CD"
        }
      },
      "name": {
        "history": [
          {
            "source": "website",
            "updated_at": "39 days ago",
            "value": "Ann"
          }
        ],
        "source": "website",
        "updated_at": "39 days ago",
        "value": "Ann"
      },
      "sizes": {
        "history": [
          {
            "source": "website",
            "updated_at": "3 days ago",
            "value": [
              40
            ]
          },
          {
            "source": "website",
            "updated_at": "39 days ago",
            "value": [
              38,
              39
            ]
          }
        ],
        "source": "website",
        "updated_at": "3 days ago",
        "value": [
          40
        ]
      }
    }
    "#);
    insta::assert_json_snapshot!(verbose["consent"], @r#"
    {
      "Advertising": {
        "source": "website",
        "updated_at": "3 days ago",
        "value": true
      },
      "Analytics": {
        "source": "website",
        "updated_at": "3 days ago",
        "value": true
      }
    }
    "#);
    assert_eq!(verbose["computed"], found["computed"]);
    // Money is written out, not rounded on its way through floating point.
    let text = nora.get("/v1/profiles/user_id:u-ann").text();
    assert!(text.contains(r#""revenue":{"EUR":95.1,"USD":19.99}"#), "{text}");
}

#[test]
fn the_order_of_arrival_leaves_no_trace() {
    let (nora, now) = (Nora::start(), now());
    let (mut early, late) = (story(), story());
    // Message ids decide between events of the same time, so they have to be told apart in the same way.
    let mut events: Vec<_> = early.iter_mut().enumerate().collect();
    events.iter_mut().for_each(|(place, (.., event))| event["messageId"] = format!("{{}}-{place:02}").into());
    let late: Vec<_> = late.into_iter().zip(&early).map(|((days, key, _), (.., event))| (days, key, event.clone())).collect();
    tell(&nora, "early", now, &early);
    tell(&nora, "late", now, late.iter().rev());
    for query in ["", "?verbose=1"] {
        let shown = |who: &str| {
            let profile = profile(&nora, &format!("user_id:u-{who}{query}"), now);
            json!([
                profile["traits"],
                profile["consent"],
                profile["computed"],
                profile["first_seen"],
                profile["last_seen"],
                profile["event_count"]
            ])
        };
        assert_eq!(shown("early"), shown("late"));
    }
}

#[test]
fn a_source_that_goes_before_is_believed_until_the_configuration_changes() {
    let folder = tempfile::tempdir().unwrap();
    let nora = Nora::start_with(&["--trait-sources", "plan=crm,website; segment=crm"]);
    let file = folder.path().join("crm.ndjson");
    let row = json!({"type": "identify", "userId": "u1", "timestamp": "2026-01-01T00:00:00Z",
        "traits": {"plan": "gold", "segment": "b2b", "city": "Delft"}});
    fs::write(&file, row.to_string()).unwrap();
    let imported = nora.command(&["import", file.to_str().unwrap(), "--source", "crm"]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    nora.track("/v1/identify", &json!({"userId": "u1", "timestamp": "2026-02-01T00:00:00Z", "traits": {"plan": "trial", "city": "Gouda"}}));
    let traits = |nora: &Nora| nora.json("/v1/profiles/user_id:u1")["traits"].clone();
    assert_eq!(traits(&nora), json!({"plan": "gold", "segment": "b2b", "city": "Gouda"}));
    let verbose = nora.json("/v1/profiles/user_id:u1?verbose=1");
    insta::assert_json_snapshot!(verbose["traits"]["plan"], @r#"
    {
      "history": [
        {
          "source": "website",
          "updated_at": "2026-02-01T00:00:00.000Z",
          "value": "trial"
        },
        {
          "source": "crm",
          "updated_at": "2026-01-01T00:00:00.000Z",
          "value": "gold"
        }
      ],
      "source": "crm",
      "updated_at": "2026-01-01T00:00:00.000Z",
      "value": "gold"
    }
    "#);
    // Nothing has to be rebuilt: without the flag, the last writer wins.
    let nora = nora.stop_and_restart();
    assert_eq!(traits(&nora), json!({"plan": "trial", "segment": "b2b", "city": "Gouda"}));
}

#[test]
fn a_merge_counts_nothing_twice() {
    let nora = Nora::start();
    for (who, id) in [("userId", "u1"), ("anonymousId", "a1"), ("anonymousId", "a2")] {
        let order =
            |number: &str| json!({who: id, "event": "Order Completed", "properties": {"order_id": number, "total": 10, "currency": "EUR"}});
        nora.track("/v1/track", &order("shared"));
        nora.track("/v1/track", &order(id));
    }
    let computed = |id: &str| nora.json(&format!("/v1/profiles/{id}"))["computed"].clone();
    assert_eq!(computed("user_id:u1")["orders"], 2);
    for device in ["a1", "a2"] {
        nora.track("/v1/identify", &json!({"userId": "u1", "anonymousId": device}));
    }
    let merged = computed("anonymous_id:a2");
    assert_eq!((&merged["orders"], &merged["revenue"]), (&4.into(), &json!({"EUR": 40})));
    assert_eq!(merged["event_counts"], json!({"Order Completed": 6, "identify": 2}));
}
