//! `/metrics`: what is measured is documented, and what the dashboard asks for is measured.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};

use nora_tests::{ADMIN_TOKEN, Nora, SECRET_KEY, SIGNING_SECRET};
use serde_json::{Value, json};

const OPERATIONS: &str = include_str!("../../docs/operations.md");
const DASHBOARD: &str = include_str!("../../docs/grafana.json");

fn text(nora: &Nora) -> String {
    let reply = nora.send(nora.request("GET", "/metrics"), "");
    assert_eq!(reply.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let text = reply.text();
    assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1, "{text}");
    text
}

/// The value of every series, by name and labels.
fn series(text: &str) -> BTreeMap<String, f64> {
    let line = |line: &str| line.rsplit_once(' ').map(|(name, value)| (name.to_owned(), value.parse().unwrap()));
    text.lines().filter(|line| !line.starts_with('#')).filter_map(line).collect()
}

fn names(text: &str) -> BTreeSet<String> {
    series(text).into_keys().map(|name| name.split('{').next().unwrap().to_owned()).collect()
}

/// The names of series in a text.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("nora_")).map(str::to_owned).collect()
}

fn start() -> Nora {
    let nora = Nora::start();
    let plan = json!({"name": "Shop", "sources": ["website"]});
    assert_eq!(nora.call("POST", "/v1/tracking_plans", &plan).status, 201);
    nora.track("/v1/batch", &json!({"batch": [
        {"type": "track", "event": "A", "userId": "u1"}, {"type": "track", "event": "A", "userId": "u2"}, {"type": "track", "userId": "u1"},
    ]}));
    nora.json("/v1/profiles/user_id:u1");
    nora
}

#[test]
fn figures_are_those_of_the_server() {
    let nora = start();
    let series = series(&text(&nora));
    for (name, expected) in [
        ("nora_log_events", 2.0),
        ("nora_follower_lag_events", 0.0),
        ("nora_held_items", 1.0),
        ("nora_profiles", 2.0),
        ("nora_identifiers", 2.0),
        ("nora_queue_requests", 0.0),
        ("nora_queue_bytes", 0.0),
        ("nora_disk_full", 0.0),
        ("nora_store_failed", 0.0),
        ("nora_disk_min_free_bytes", (512 << 20) as f64),
        ("nora_commit_seconds_count", 1.0),
        ("nora_commit_events_sum", 2.0),
        ("nora_events_received_total", 3.0),
    ] {
        assert_eq!(series.get(name), Some(&expected), "{name}");
    }
    for name in [
        "nora_disk_sync_seconds_count",
        "nora_commit_seconds_sum",
        "nora_data_bytes",
        "nora_disk_free_bytes",
        "nora_process_resident_bytes",
    ] {
        assert!(series[name] > 0.0, "{name}");
    }
    assert!(series.keys().any(|name| name.starts_with("nora_build_info{version=\"")));
}

#[test]
fn every_figure_is_documented_and_every_documented_one_is_there() {
    let nora = start();
    assert_eq!(nora.call("POST", "/v1/quarantine/0/replay", &json!({})).status, 200);
    assert_eq!(nora.call("DELETE", "/v1/quarantine/0", &json!({})).status, 204);
    let names = names(&text(&nora));
    let of_histogram =
        |name: &str| ["_bucket", "_sum", "_count"].into_iter().find_map(|ending| name.strip_suffix(ending).map(str::to_owned));
    let measured: BTreeSet<_> = names.iter().map(|name| of_histogram(name).unwrap_or_else(|| name.clone())).collect();
    assert!(measured.len() > 20, "{measured:?}");
    assert_eq!(named(OPERATIONS), measured);
}

#[test]
fn the_dashboard_asks_for_what_is_there() {
    let names = names(&text(&start()));
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let asked: Vec<_> = targets.map(|target| target["expr"].as_str().unwrap()).collect();
    assert!(asked.len() > 10);
    for query in asked {
        let wanted = named(query);
        assert!(!wanted.is_empty() && wanted.is_subset(&names), "{query}");
    }
}

#[test]
fn neither_figures_nor_logs_hold_secrets_or_customers() {
    let nora = Nora::start_with(&["--log", "trace", "--log-format", "json"]);
    nora.track("/v1/identify", &json!({"userId": "secret-customer", "traits": {"email": "secret-customer@example.com"}}));
    nora.json("/v1/profiles/user_id:secret-customer");
    let bad = nora.send(nora.request("GET", "/v1/overview").header("authorization", "Bearer nt_guessed_wrong"), "");
    assert_eq!(bad.status, 401);
    let (figures, log) = (text(&nora), nora.log());
    assert!(log.lines().count() > 1, "there is a log");
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok_and(|entry| entry["level"].is_string()), "{line}");
    }
    for secret in [ADMIN_TOKEN, SECRET_KEY, SIGNING_SECRET, "nt_guessed_wrong", "secret-customer"] {
        assert!(!figures.contains(secret) && !log.contains(secret), "{secret}");
    }
}
