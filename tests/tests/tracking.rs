//! The tracking API, as clients of Segment's HTTP API call it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::thread;

use nora_tests::client::{basic, bearer, gzip};
use nora_tests::{Client, Nora, SECRET_KEY, WRITE_KEY, timeline};
use serde_json::{Value, json};

const ANN: &str = "anonymous_id:ann";

/// The events of the visitor `ann`, oldest first: type, event or name, message id.
fn summary(client: &Client) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut lines: Vec<_> = timeline::events(client, ANN)
        .iter()
        .map(|event| format!("{} {} {}", text(&event["message_id"]), text(&event["type"]), text(&event["event"])))
        .collect();
    lines.sort();
    lines
}

#[test]
fn every_path_names_its_kind() {
    let nora = Nora::start();
    let paths = ["identify", "track", "page", "screen", "group", "alias", "i", "t", "p", "s", "g", "a"];
    for (number, path) in paths.into_iter().enumerate() {
        // The path counts, whatever the body says.
        let event = json!({"messageId": format!("m{number:02}"), "anonymousId": "ann", "userId": "u-ann", "type": "elsewhere",
            "event": "Seen", "groupId": "acme", "previousId": "ann"});
        nora.track(&format!("/v1/{path}"), &event);
    }
    insta::assert_json_snapshot!(summary(&nora), @r#"
    [
      "m00 identify Seen",
      "m01 track Seen",
      "m02 page Seen",
      "m03 screen Seen",
      "m04 group Seen",
      "m05 alias Seen",
      "m06 identify Seen",
      "m07 track Seen",
      "m08 page Seen",
      "m09 screen Seen",
      "m10 group Seen",
      "m11 alias Seen"
    ]
    "#);
    assert_eq!(nora.post("/v1/purchase", "{}").status, 404);
}

#[test]
fn batches_share_their_context() {
    let nora = Nora::start();
    for path in ["batch", "b"] {
        nora.track(
            &format!("/v1/{path}"),
            &json!({
                "writeKey": WRITE_KEY,
                "context": {"locale": "nl-NL", "timezone": "Europe/Amsterdam", "ip": "203.0.113.7"},
                "integrations": {"All": false},
                "batch": [
                    {"messageId": format!("{path}-1"), "type": "page", "anonymousId": "ann", "context": {"locale": "en-GB"}},
                    {"messageId": format!("{path}-2"), "type": "track", "event": "A", "anonymousId": "ann"},
                ],
            }),
        );
    }
    let mut events = timeline::events(&nora, ANN);
    events.sort_by_key(|event| event["message_id"].to_string());
    let contexts: Vec<_> = events.iter().map(|event| json!([event["message_id"], event["context"]])).collect();
    let own = json!({"locale": "en-GB", "timezone": "Europe/Amsterdam", "ip": "203.0.113.7"});
    let shared = json!({"locale": "nl-NL", "timezone": "Europe/Amsterdam", "ip": "203.0.113.7"});
    let mut found = Value::from(contexts);
    for entry in found.as_array_mut().unwrap() {
        // The client of the tests may name itself or not.
        entry[1].as_object_mut().unwrap().remove("userAgent");
    }
    assert_eq!(found, json!([["b-1", own], ["b-2", shared], ["batch-1", own], ["batch-2", shared]]));
}

#[test]
fn figures_of_clients_are_taken_and_dropped() {
    let nora = Nora::start();
    let reply = nora.post("/v1/m", r#"{"series":[{"type":"Counter","metric":"analytics_js.invoke","value":1,"tags":{}}]}"#);
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    assert_eq!(nora.json("/v1/overview")["events"]["accepted"], 0);
}

#[test]
fn settings_are_those_that_analytics_js_takes() {
    let nora = Nora::start();
    let get = |key: &str| nora.send(nora.request("GET", &format!("/v1/projects/{key}/settings")), "");
    let reply = get(WRITE_KEY);
    assert_eq!(reply.status, 200);
    let text = reply.text().replace(&nora.address().to_string(), "HOST");
    insta::assert_json_snapshot!(serde_json::from_str::<Value>(&text).unwrap(), @r#"
    {
      "analyticsNextEnabled": true,
      "consentSettings": {
        "allCategories": [],
        "hasUnmappedDestinations": false
      },
      "integrations": {
        "Segment.io": {
          "apiHost": "HOST/v1",
          "apiKey": "wk_black_box",
          "protocol": "http",
          "retryQueue": true,
          "versionSettings": {
            "componentTypes": [
              "browser"
            ],
            "version": "4.4.7"
          }
        }
      },
      "metrics": {
        "sampleRate": 0
      },
      "plan": {
        "group": {
          "__default": {
            "enabled": true
          }
        },
        "identify": {
          "__default": {
            "enabled": true
          }
        },
        "track": {
          "__default": {
            "enabled": true
          }
        }
      }
    }
    "#);
    // The secret key must never stand in a page, so it has no settings.
    for wrong in ["nobody", SECRET_KEY] {
        assert_eq!(get(wrong).outcome(), (401, "invalid_write_key".to_owned()));
    }
}

#[test]
fn every_way_to_send_the_key_is_taken() {
    let nora = Nora::start();
    let without_colon = format!("Basic {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, WRITE_KEY));
    let ways = [
        (Some(basic(WRITE_KEY)), None, false),
        (Some(without_colon), None, false),
        (Some(bearer("of-something-else")), Some(WRITE_KEY), false),
        (Some(bearer(WRITE_KEY)), None, false),
        (Some("basic ".to_owned() + basic(WRITE_KEY).trim_start_matches("Basic ")), None, false),
        (None, Some(WRITE_KEY), false),
        (Some(basic(SECRET_KEY)), None, true),
        (None, Some(SECRET_KEY), true),
    ];
    for (number, (header, key, verified)) in ways.into_iter().enumerate() {
        for batched in [false, true] {
            let who = format!("way{number}-{batched}");
            let event = json!({"type": "track", "event": "A", "anonymousId": who});
            let mut body = if batched { json!({"batch": [event]}) } else { event };
            if let Some(key) = key {
                body["writeKey"] = key.into();
            }
            let mut request = nora.request("POST", if batched { "/v1/batch" } else { "/v1/track" });
            if let Some(header) = &header {
                request = request.header("authorization", header);
            }
            let reply = nora.send(request, body.to_string());
            assert_eq!(reply.status, 200, "{header:?} {key:?}: {}", reply.text());
            let events = timeline::events(&nora, &format!("anonymous_id:{who}"));
            assert_eq!(events.len(), 1);
            assert_eq!(events[0]["verified"], verified, "{header:?} {key:?}");
            // A server's own address says nothing of the visitor.
            assert_eq!(events[0]["context"]["ip"], if verified { Value::Null } else { "127.0.0.1".into() });
        }
    }
}

#[test]
fn json_is_read_whatever_the_content_type_says() {
    let nora = Nora::start();
    let types =
        [None, Some("text/plain"), Some("application/json"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data")];
    for (number, content_type) in types.into_iter().enumerate() {
        for zipped in [false, true] {
            let event = json!({"messageId": format!("{number}{zipped}"), "event": "A", "anonymousId": "ann"}).to_string();
            let mut request = nora.request("POST", "/v1/t").header("authorization", basic(WRITE_KEY));
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            let reply = match zipped {
                true => nora.send(request.header("content-encoding", "gzip"), gzip(event.as_bytes())),
                false => nora.send(request, event),
            };
            assert_eq!((reply.status, reply.text().as_str()), (200, r#"{"success":true}"#), "{content_type:?}");
        }
    }
    assert_eq!(timeline::event_count(&nora, ANN), 10);
}

#[test]
fn a_query_after_the_answer_includes_the_event() {
    const CALLS: u64 = 200;
    let nora = Nora::start();
    let calls = |who: &str| {
        let client = Client::new(nora.address());
        for number in 1..=CALLS {
            let id = format!("{who}-{number}");
            client.track("/v1/track", &json!({"messageId": id, "event": "A", "anonymousId": who}));
            let customer = format!("anonymous_id:{who}");
            assert_eq!(timeline::event_count(&client, &customer), number);
            let newest = client.json(&format!("/v1/profiles/{customer}/events?limit=1"));
            assert_eq!(newest["data"][0]["message_id"], id);
        }
    };
    thread::scope(|scope| {
        for who in ["ann", "bob"] {
            scope.spawn(move || calls(who));
        }
    });
    assert_eq!(nora.json("/v1/overview")["events"]["accepted"], 2 * CALLS);
}
