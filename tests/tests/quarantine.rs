//! The quarantine: what was not accepted can be looked at, removed, and replayed once its cause is mended, exactly once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use hmac::{Hmac, Mac};
use nora_tests::client::{basic, bearer};
use nora_tests::{Nora, Reply, SECRET_KEY, SIGNING_SECRET, WRITE_KEY, rounds, timeline};
use serde_json::{Value, json};
use sha2::Sha256;

/// `NORA_ROUNDS` says otherwise.
const ROUNDS: usize = 6;

fn demand_signatures(nora: &Nora, demand: bool) {
    let settings = json!({"name": "Website", "requires_signature": demand});
    assert_eq!(nora.call("PUT", "/v1/sources/website", &settings).status, 200);
}

fn signature(user: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SIGNING_SECRET.as_bytes()).unwrap().chain_update(user);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn list(nora: &Nora, query: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let mut page = nora.json(&format!("/v1/quarantine?limit=2{query}{cursor}"));
        items.append(page["data"].as_array_mut().unwrap());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

fn reasons(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["reason"].as_str().unwrap()).collect()
}

/// Replays whatever is described until nothing is left to be tried, and adds up what became of it.
fn replay(nora: &Nora, wanted: &Value) -> [u64; 4] {
    let (mut sums, mut wanted) = ([0; 4], wanted.clone());
    loop {
        let reply = nora.call("POST", "/v1/quarantine/replay", &wanted);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let report = reply.json();
        for (sum, name) in sums.iter_mut().zip(["accepted", "duplicate", "quarantined", "refused"]) {
            *sum += report[name].as_u64().unwrap();
        }
        if report["next"].is_null() {
            return sums;
        }
        wanted["cursor"] = report["next"].clone();
    }
}

fn post(nora: &Nora, key: &str, path: &str, body: &Value) -> Reply {
    nora.send(nora.request("POST", path).header("authorization", basic(key)), body.to_string())
}

#[test]
fn it_is_browsed_by_reason_source_and_time_and_emptied() {
    let nora = Nora::start();
    let other = nora.call("POST", "/v1/sources", &json!({"name": "App"})).json()["write_key"].as_str().unwrap().to_owned();
    nora.track(
        "/v1/batch",
        &json!({"batch": [
        {"type": "track", "userId": "u1"},
        {"type": "track", "event": "A"},
        {"type": "identify", "userId": "u1", "context": {"identity": {"signature": "s3cret-signature"}}},
        {"type": "track", "userId": "u2"},
    ], "sentAt": "2026-01-31T12:00:00.000Z", "context": {"locale": "nl", "identity": {"token": "s3cret-token"}}}),
    );
    assert_eq!(post(&nora, &other, "/v1/page", &json!({})).outcome(), (400, "missing_id".to_owned()));
    assert_eq!(post(&nora, SECRET_KEY, "/v1/track", &json!({"userId": "u3"})).outcome(), (400, "missing_event".to_owned()));

    let all = list(&nora, "");
    assert_eq!(reasons(&all), ["missing_event", "missing_id", "missing_event", "invalid_signature", "missing_id", "missing_event"]);
    let times: Vec<_> = all.iter().map(|item| item["received_at"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "the newest first: {times:?}");
    let found = |query: &str| list(&nora, query).iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(found("&reason=missing_id"), ["4", "1"]);
    assert_eq!(found("&reason=missing_id&source=app"), ["4"]);
    assert_eq!(found(&format!("&until={}", times[0])).len() + found(&format!("&since={}", times[0])).len(), 6);
    assert_eq!(found("&since=2099-01-01T00:00:00Z"), Vec::<String>::new());
    for wrong in ["reason=nonsense", "since=soon", "until=later", "cursor=x"] {
        assert_eq!(nora.get(&format!("/v1/quarantine?{wrong}")).outcome(), (400, "invalid_parameter".to_owned()), "{wrong}");
    }
    assert!(!all.iter().any(|item| item.to_string().contains("s3cret")), "no credential is kept");

    let item = nora.json("/v1/quarantine/2");
    assert_eq!((&item["detail"], &item["attempts"], &item["verified"]), (&json!("signature"), &json!(0), &json!(false)));
    assert_eq!((&item["sent_at"], &item["context"]["locale"]), (&json!("2026-01-31T12:00:00.000Z"), &json!("nl")));
    let is_text = |field: &str| item[field].as_str().is_some_and(|text| text.len() > 10);
    assert!(is_text("message") && is_text("hint") && item["payload"].as_str().unwrap().contains(r#""signature":"***""#), "{item}");
    assert_eq!(
        (nora.json("/v1/quarantine/4")["type"].as_str(), nora.json("/v1/quarantine/5")["verified"].as_bool()),
        (Some("page"), Some(true))
    );
    for none in ["/v1/quarantine/99", "/v1/quarantine/x", "/v1/quarantine/-1"] {
        assert_eq!(nora.get(none).outcome(), (404, "not_found".to_owned()), "{none}");
    }

    let summary = nora.json("/v1/quarantine/summary");
    let counts: Vec<_> =
        summary["data"].as_array().unwrap().iter().map(|group| json!([group["source"], group["reason"], group["count"]])).collect();
    let website = |reason, count| json!(["website", reason, count]);
    assert_eq!(
        counts,
        [json!(["app", "missing_id", 1]), website("missing_id", 1), website("missing_event", 3), website("invalid_signature", 1)]
    );
    assert_eq!(summary["data"][2]["last"], times[0], "{summary}");

    assert_eq!(nora.call("DELETE", "/v1/quarantine/2", &Value::Null).status, 204);
    assert_eq!(nora.call("DELETE", "/v1/quarantine/2", &Value::Null).status, 404);
    assert_eq!(nora.call("DELETE", "/v1/quarantine", &json!({})).outcome(), (400, "invalid_body".to_owned()), "not all by mistake");
    let removed = nora.call("DELETE", "/v1/quarantine", &json!({"source": "website", "reason": "missing_event"})).json();
    assert_eq!(removed, json!({"removed": 3, "more": false}));
    let nora = nora.kill_and_restart();
    assert_eq!(list(&nora, "").iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), ["4", "1"]);
    assert_eq!(
        nora.send(nora.request("DELETE", "/v1/quarantine?all=true").header("authorization", bearer("nt_black_box")), "").status,
        200
    );
    nora.track("/v1/batch", &json!({"batch": [{"type": "page"}]}));
    assert_eq!(list(&nora, "")[0]["id"], "6", "no id is given twice");
    assert_eq!(nora.json("/v1/overview")["events"]["quarantined"], 1);
}

#[test]
fn what_is_mended_becomes_the_event_that_it_would_have_been() {
    let nora = Nora::start();
    demand_signatures(&nora, true);
    let browser = |nora: &Nora, path: &str, body: Value| {
        let request =
            nora.request("POST", path).header("authorization", basic(WRITE_KEY)).header("user-agent", "Mozilla/5.0 Firefox/127.0");
        nora.send(request, body.to_string())
    };
    // A clock that is years slow, a context for all, the kind in the address, no message id.
    let batch = json!({"batch": [
        {"type": "identify", "messageId": "m1", "userId": "ann", "anonymousId": "a", "timestamp": "2001-01-01T12:00:00.000Z", "context": {"locale": "nl"}},
        {"type": "identify", "userId": "ann", "timestamp": "2001-01-01T12:00:00.000Z"},
    ], "sentAt": "2001-01-01T12:01:00.000Z", "context": {"campaign": {"name": "spring"}, "locale": "en"}, "integrations": {"All": false}});
    assert_eq!(browser(&nora, "/v1/batch", batch).status, 200);
    assert_eq!(
        browser(&nora, "/v1/identify", json!({"userId": "ann", "traits": {"plan": "b"}})).outcome(),
        (400, "missing_signature".to_owned())
    );
    assert_eq!(replay(&nora, &json!({})), [0, 0, 3, 0], "nothing has been mended");
    assert_eq!(nora.get("/v1/profiles/user_id:ann").status, 404);
    let item = nora.json("/v1/quarantine/0");
    assert_eq!((&item["attempts"], &item["reason"]), (&json!(1), &json!("missing_signature")));

    let nora = nora.kill_and_restart();
    demand_signatures(&nora, false);
    let reply = nora.call("POST", "/v1/quarantine/0/replay", &Value::Null).json();
    assert_eq!((&reply["outcome"], &reply["reason"], &reply["message_id"]), (&json!("accepted"), &Value::Null, &json!("m1")));
    assert_eq!(nora.call("POST", "/v1/quarantine/0/replay", &json!({})).status, 404, "it is in the log now");
    assert_eq!(replay(&nora, &json!({"reason": "missing_signature", "source": "website", "limit": 1})), [2, 0, 0, 0]);
    assert_eq!(list(&nora, ""), Vec::<Value>::new());

    let events = timeline::events(&nora, "user_id:ann");
    assert_eq!((events.len(), timeline::message_ids(&nora, "user_id:ann").len()), (3, 3));
    let first = events.iter().find(|event| event["message_id"] == "m1").unwrap();
    assert_eq!((&first["received_at"], &first["verified"]), (&item["received_at"], &json!(false)));
    assert_eq!(first["original_timestamp"], "2001-01-01T12:00:00.000Z");
    assert_eq!(millis(&first["received_at"]) - millis(&first["timestamp"]), 60_000, "corrected as it would have been: {first}");
    let context = &first["context"];
    assert_eq!((&context["locale"], &context["campaign"]["name"]), (&json!("nl"), &json!("spring")));
    assert_eq!((&context["userAgent"], &context["ip"]), (&json!("Mozilla/5.0 Firefox/127.0"), &json!("127.0.0.1")));
    assert!(events.iter().all(|event| event["type"] == "identify"), "{events:?}");
    assert_eq!(nora.json("/v1/profiles/user_id:ann")["traits"]["plan"], "b");
    // The client that had not heard of it sends it again.
    let again = nora.post("/v1/identify?verbose=1", json!({"messageId": "m1", "userId": "ann"}).to_string()).json();
    assert_eq!(again["results"][0]["outcome"], "duplicate");

    let counts = &nora.json("/v1/overview")["events"];
    assert_eq!((&counts["accepted"], &counts["quarantined"]), (&json!(3), &json!(0)));
    let figures = nora.get("/metrics").text();
    for line in [
        r#"nora_quarantine_replayed_total{source="website",outcome="accepted",reason=""} 3"#,
        r"nora_events_received_total 1",
        r"nora_held_items 0",
    ] {
        assert!(figures.lines().any(|found| found == line), "{line}: {figures}");
    }
    let mut nora = nora.stop_and_restart();
    assert_eq!(timeline::event_count(&nora, "user_id:ann"), 3);
    nora.stop();
    for command in ["rebuild", "check"] {
        let said = nora.command(&[command]);
        assert!(said.status.success(), "{command}: {}", String::from_utf8_lossy(&said.stdout));
    }
}

#[test]
fn what_was_not_signed_takes_an_owner_s_word() {
    let nora = Nora::start();
    let identify = |user: &str| json!({"type": "identify", "userId": user, "context": {"identity": {"signature": "0".repeat(64)}}});
    nora.track("/v1/batch", &json!({"batch": [identify("ann"), identify("bob")]}));
    demand_signatures(&nora, true);
    nora.track("/v1/batch", &json!({"batch": [{"type": "identify", "userId": "eve"}]}));
    assert_eq!(replay(&nora, &json!({})), [0, 0, 3, 0]);

    let token = |name: &str, scope: &str| {
        nora.call("POST", "/v1/tokens", &json!({"name": name, "scopes": [scope]})).json()["token"].as_str().unwrap().to_owned()
    };
    let (reader, admin) = (token("Reader", "read"), token("Admin", "config"));
    let by = |token: &str, method: &str, path: &str, body: Value| {
        nora.send(nora.request(method, path).header("authorization", bearer(token)), body.to_string()).outcome()
    };
    let (ok, forbidden) = ((200, String::new()), (403, "forbidden".to_owned()));
    assert_eq!(by(&reader, "POST", "/v1/quarantine/0/replay", json!({})), forbidden);
    assert_eq!(by(&reader, "DELETE", "/v1/quarantine/0", json!({})), forbidden);
    assert_eq!(by(&admin, "POST", "/v1/quarantine/0/replay", json!({})), ok);
    assert_eq!(by(&admin, "POST", "/v1/quarantine/0/replay", json!({"trust": "unsigned"})), forbidden);
    assert_eq!(by(&admin, "POST", "/v1/quarantine/replay", json!({"trust": "verified"})), forbidden);
    assert_eq!(by("nt_black_box", "POST", "/v1/quarantine/0/replay", json!({"trust": "blindly"})), (400, "invalid_body".to_owned()));

    assert_eq!(nora.call("POST", "/v1/quarantine/0/replay", &json!({"trust": "verified"})).json()["outcome"], "accepted");
    assert_eq!(nora.call("POST", "/v1/quarantine/1/replay", &json!({"trust": "unsigned"})).json()["outcome"], "accepted");
    assert_eq!(replay(&nora, &json!({"trust": "unsigned"})), [1, 0, 0, 0]);
    let is_verified = |user: &str| timeline::events(&nora, &format!("user_id:{user}"))[0]["verified"].as_bool().unwrap();
    assert_eq!(["ann", "bob", "eve"].map(is_verified), [true, false, false]);
}

#[test]
fn what_came_with_a_key_that_had_ended_is_there_once_the_key_is_restored() {
    let nora = Nora::start();
    let event = |user: &str| json!({"type": "track", "event": "A", "userId": user, "messageId": format!("of-{user}")});
    let unknown = || (401, "invalid_write_key".to_owned());
    for which in ["write_key", "secret_key"] {
        let rotation = json!({"which": which, "old_valid_until": "2020-01-01T00:00:00Z"});
        assert_eq!(nora.call("POST", "/v1/sources/website/rotate", &rotation).status, 200);
    }
    let mut signed = event("bob");
    signed["context"] = json!({"identity": {"signature": signature("bob")}});
    let batch = json!({"batch": [event("ann"), signed], "sentAt": "2026-01-31T12:00:00Z", "writeKey": WRITE_KEY});
    assert_eq!(post(&nora, WRITE_KEY, "/v1/batch", &batch).outcome(), unknown());
    assert_eq!(post(&nora, SECRET_KEY, "/v1/track", &event("eve")).outcome(), unknown());
    let raw = json!({"writeKey": WRITE_KEY, "raw": [{"id": "raw", "m": "track", "a": ["A"], "v": {"a": "visitor", "u": "raw"}}]});
    assert_eq!(nora.send(nora.request("POST", "/v1/raw"), raw.to_string()).outcome(), unknown());
    assert_eq!(post(&nora, "wk_never_there", "/v1/track", &event("nobody")).outcome(), unknown());
    assert_eq!(post(&nora, WRITE_KEY, "/v1/link", &json!({"anonymousId": "a"})).outcome(), unknown(), "nothing else is done for it");
    let kept = list(&nora, "");
    assert_eq!(
        (reasons(&kept), &kept[1]["verified"]),
        (vec!["invalid_write_key"; 4], &json!(true)),
        "of strangers nothing is kept: {kept:?}"
    );
    assert!(!kept.iter().any(|item| item.to_string().contains(SECRET_KEY)));
    assert_eq!(replay(&nora, &json!({})), [0, 0, 4, 0]);

    let nora = nora.kill_and_restart();
    let ended = nora.json("/v1/sources/website")["ended_keys"].clone();
    assert_eq!((&ended[0]["is_secret"], &ended[1]["key"]), (&json!(true), &json!(WRITE_KEY)), "{ended}");
    let restore = |body: Value| nora.call("POST", "/v1/sources/website/restore", &body);
    assert_eq!(restore(json!({"key": "wk_never_there"})).outcome(), (404, "not_found".to_owned()));
    assert_eq!(restore(json!({})).outcome(), (409, "conflict".to_owned()));
    assert_eq!(restore(json!({"key": WRITE_KEY})).status, 200);
    assert_eq!(replay(&nora, &json!({"reason": "invalid_write_key"})), [3, 0, 1, 0]);
    assert_eq!(restore(json!({"key": SECRET_KEY})).status, 200);
    assert_eq!(replay(&nora, &json!({})), [1, 0, 0, 0]);
    for (user, verified) in [("ann", false), ("bob", true), ("raw", false), ("eve", true)] {
        let events = timeline::events(&nora, &format!("user_id:{user}"));
        assert_eq!((events.len(), &events[0]["verified"]), (1, &json!(verified)), "{user}: what was signed stays signed");
    }
    assert_eq!(post(&nora, WRITE_KEY, "/v1/track?verbose=1", &event("ann")).json()["results"][0]["outcome"], "duplicate");
}

#[test]
fn a_source_that_was_removed_by_mistake_comes_back_with_what_it_missed() {
    let nora = Nora::start();
    let made = nora.call("POST", "/v1/sources", &json!({"name": "Shop", "allowed_origins": ["https://shop.example"]})).json();
    let key = made["write_key"].as_str().unwrap();
    assert_eq!(nora.call("DELETE", "/v1/sources/shop", &Value::Null).status, 204);
    let send = |origin: &str, event: Value| {
        nora.send(nora.request("POST", "/v1/track").header("authorization", basic(key)).header("origin", origin), event.to_string())
            .outcome()
    };
    let identity = json!({"identity": {"signature": signature("ann")}});
    assert_eq!(
        send("https://shop.example", json!({"event": "A", "userId": "ann", "context": identity})),
        (401, "invalid_write_key".to_owned())
    );
    assert_eq!(send("https://evil.example", json!({"event": "A", "userId": "eve"})), (403, "origin_not_allowed".to_owned()));
    assert_eq!(replay(&nora, &json!({})), [0, 0, 1, 0]);
    let nora = nora.kill_and_restart();
    assert_eq!(nora.call("POST", "/v1/sources/none/restore", &json!({})).status, 404);
    let restored = nora.call("POST", "/v1/sources/shop/restore", &Value::Null);
    assert_eq!((restored.status, &restored.json()["write_key"]), (200, &made["write_key"]), "{}", restored.text());
    // The signature was made with another source's secret.
    assert_eq!(replay(&nora, &json!({})), [0, 0, 1, 0]);
    assert_eq!(reasons(&list(&nora, "")), ["invalid_signature"]);
    assert_eq!(replay(&nora, &json!({"trust": "unsigned", "source": "shop"})), [1, 0, 0, 0]);
    assert_eq!(timeline::events(&nora, "user_id:ann")[0]["source"], "shop");
}

#[test]
fn an_imported_row_is_replayed_and_what_is_no_event_stays() {
    let nora = Nora::start();
    let import = |body: &str| {
        let request = nora.request("POST", "/v1/import?source=crm&format=ndjson").header("authorization", bearer("nt_black_box"));
        nora.send(request, body).json()
    };
    import("{\"type\":\"track\",\"event\":\"A\",\"userId\":\"undefined\"}\n{oops\n");
    assert_eq!(reasons(&list(&nora, "")), ["unreadable_row", "blocked_id"]);
    let item = |id: u64| nora.json(&format!("/v1/quarantine/{id}"));
    assert_eq!([0, 1].map(|id| item(id)["is_event"].as_bool().unwrap()), [true, false]);
    assert_eq!(replay(&nora, &json!({"trust": "verified"})), [0, 0, 2, 0], "trust does not make an id of nobody's");
    assert!(item(0)["detail"].as_str().unwrap().starts_with("line 1: "), "{}", item(0));
}

/// Whenever the server is killed, each item is in the log or in the quarantine, and in the end each is in the log once.
#[test]
fn kills_while_it_replays_lose_nothing_and_double_nothing() {
    /// As many as become durable together, twice.
    const ITEMS: u64 = 400;
    let mut rng = Rng::with_seed(0x0071_7561_7261);
    let mut nora = Nora::start();
    // One in two has no message id.
    let event = |at: u64| match at % 2 {
        0 => json!({"type": "identify", "userId": format!("user-{}", at % 3), "messageId": format!("m{at}")}),
        _ => json!({"type": "identify", "userId": format!("user-{}", at % 3), "traits": {"at": at}}),
    };
    let counts = |nora: &Nora| ["accepted", "quarantined"].map(|name| nora.json("/v1/overview")["events"][name].as_u64().unwrap());
    let (mut sent, mut broken_off) = (0, 0);
    for _ in 0..rounds(ROUNDS) {
        demand_signatures(&nora, true);
        nora.track("/v1/batch", &json!({"batch": (sent..sent + ITEMS).map(event).collect::<Vec<_>>()}));
        sent += ITEMS;
        demand_signatures(&nora, false);
        let client = (*nora).clone();
        let replaying = thread::spawn(move || {
            let request = client.request("POST", "/v1/quarantine/replay").header("authorization", bearer("nt_black_box"));
            client.try_send(request.body(br#"{"limit":400}"#.to_vec()).unwrap()).is_err()
        });
        // Waits for nothing: it draws the moment of the kill within what the server does for one request.
        thread::sleep(Duration::from_micros(rng.u64(0..60_000)));
        nora.kill();
        broken_off += u64::from(replaying.join().unwrap());
        nora = nora.kill_and_restart();
        let [accepted, left] = counts(&nora);
        assert_eq!(accepted + left, sent, "each is in one of them: {accepted} and {left}");
    }
    let [_, left] = counts(&nora);
    assert_eq!(replay(&nora, &json!({})), [left, 0, 0, 0]);
    let ids: BTreeSet<_> = (0..3).flat_map(|user| timeline::message_ids(&nora, &format!("user_id:user-{user}"))).collect();
    assert_eq!(ids.len() as u64, sent);
    assert!(broken_off > 0, "no replay was broken off");
    nora.stop();
    let said = nora.command(&["check"]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
}

#[test]
fn it_is_bounded_and_exported() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let mut nora = Nora::start_on(&data);
    let mut rng = Rng::with_seed(7);
    let mut noise = || (0..16_000).map(|_| rng.alphanumeric()).collect::<String>();
    for _ in 0..10 {
        let events: Vec<_> = (0..20).map(|_| json!({"type": "track", "userId": "u", "properties": {"noise": noise()}})).collect();
        nora.track("/v1/batch", &json!({"batch": events}));
    }
    let size = |nora: &Nora| {
        let figures = nora.get("/metrics").text();
        ["nora_held_items ", "nora_held_bytes "]
            .map(|name| figures.lines().find_map(|line| line.strip_prefix(name)).unwrap().parse::<u64>().unwrap())
    };
    let [items, bytes] = size(&nora);
    assert!(items == 200 && bytes > 2 << 20, "{items} {bytes}");
    nora.stop();
    let exported = nora.command(&["export", "quarantine"]);
    let lines: Vec<Value> = String::from_utf8(exported.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["reason"], &lines[199]["id"]), (200, &json!("missing_event"), &json!(0)));

    let nora = Nora::start_on_with(&data, &["--quarantine-mib", "1"]);
    let left = loop {
        let [items, bytes] = size(&nora);
        if bytes <= 1 << 20 {
            break items;
        }
        thread::yield_now();
    };
    assert!((40..199).contains(&left), "{left}");
    let kept = list(&nora, "");
    assert_eq!((kept.len() as u64, &kept[0]["id"]), (left, &json!("199")), "the oldest go");
    let figures = nora.get("/metrics").text();
    assert!(figures.contains(&format!(r#"nora_quarantine_removed_total{{why="room"}} {}"#, 200 - left)), "{figures}");
}

/// Milliseconds of the day, of an RFC 3339 time in UTC.
fn millis(time: &Value) -> i64 {
    // `2026-01-31T12:00:00.000Z`
    let digits = |place: std::ops::Range<usize>| time.as_str().unwrap()[place].parse::<i64>().unwrap();
    ((digits(11..13) * 60 + digits(14..16)) * 60 + digits(17..19)) * 1000 + digits(20..23)
}
