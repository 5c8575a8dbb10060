//! How many come of whom nothing is recorded.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use nora_tests::{Nora, WRITE_KEY};
use serde_json::{Value, json};

fn count(nora: &Nora, path: &str, referrer: Option<&str>) {
    let request = nora.request("POST", "/v1/count").header("content-type", "text/plain").header("origin", "https://www.shop.example");
    let request = request.header("user-agent", "a browser of somebody");
    let body = json!({"writeKey": WRITE_KEY, "path": path, "referrerHost": referrer});
    let reply = nora.send(request, body.to_string());
    assert_eq!((reply.status, reply.body.len()), (204, 0), "{}", reply.text());
    assert_eq!(reply.header("access-control-allow-origin"), "https://www.shop.example");
    assert_eq!(reply.header("access-control-allow-credentials"), "", "no cookies");
    assert!(!reply.headers.contains_key("set-cookie"));
}

/// The only day that there is, without its date.
fn only_day(nora: &Nora) -> Value {
    let mut page = nora.json("/v1/counts");
    assert_eq!((page["data"].as_array().unwrap().len(), &page["next"]), (1, &Value::Null), "{page}");
    let mut day = page["data"][0].take();
    let date = day.as_object_mut().unwrap().remove("day").unwrap();
    assert_eq!(date.as_str().unwrap().len(), 10);
    day
}

#[test]
fn page_views_are_counted_and_nobody_is_recorded() {
    let mut nora = Nora::start();
    count(&nora, "/", Some("News.Example"));
    count(&nora, "/", Some("WWW.shop.example"));
    count(&nora, "/sale?email=ann@example.com#x", Some("not a host"));
    count(&nora, &format!("/{}", "x".repeat(200)), None);
    let expected = json!({"source": "website", "views": 4,
        "paths": [{"name": "/", "views": 2}, {"name": "/sale", "views": 1}, {"name": "other", "views": 1}],
        "referrers": [{"name": "news.example", "views": 1}, {"name": "other", "views": 1}]});
    assert_eq!(only_day(&nora), expected);
    assert_eq!(nora.json("/v1/overview")["events"]["accepted"], 0);
    assert_eq!(nora.json("/v1/profiles")["data"], json!([]));
    nora.stop();
    let dir = nora.data().join("counts");
    let files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    let text = std::fs::read_to_string(&files[0]).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    for personal in ["ann", "browser", "127.0.0.1"] {
        assert!(!text.contains(personal), "{text}");
    }
}

#[test]
fn counts_survive_a_stop_and_what_was_written_a_kill() {
    let nora = Nora::start();
    count(&nora, "/", None);
    let nora = nora.stop_and_restart();
    count(&nora, "/", None);
    assert_eq!(only_day(&nora)["views"], 2);
    // On disk within seconds: wait for the file to say so.
    let files = || std::fs::read_dir(nora.data().join("counts")).unwrap().map(|entry| entry.unwrap().path());
    // The draft beside it says so first, and a kill would leave it a draft.
    let is_file = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json");
    let is_written = || files().filter(is_file).any(|file| std::fs::read_to_string(file).is_ok_and(|text| text.contains(r#""views":2"#)));
    while !is_written() {
        std::thread::yield_now();
    }
    let nora = nora.kill_and_restart();
    assert_eq!(only_day(&nora)["views"], 2);
}

#[test]
fn days_are_listed_page_by_page() {
    let mut nora = Nora::start();
    count(&nora, "/", None);
    let today = nora.json("/v1/counts")["data"][0]["day"].as_str().unwrap().to_owned();
    nora.stop();
    // As the server itself wrote them on other days.
    let dir = nora.data().join("counts");
    let text = std::fs::read_to_string(dir.join(format!("{today}.json"))).unwrap();
    let year: i32 = today[..4].parse().unwrap();
    let date: jiff::civil::Date = today.parse().unwrap();
    let earlier: Vec<String> = [1, 3, 40].map(|days| date.checked_sub(jiff::Span::new().days(days)).unwrap().to_string()).into();
    for day in &earlier {
        std::fs::write(dir.join(format!("{day}.json")), &text).unwrap();
    }
    let nora = nora.kill_and_restart();
    let days = |query: &str| {
        let page = nora.json(&format!("/v1/counts?{query}"));
        let days: Vec<_> = page["data"].as_array().unwrap().iter().map(|day| day["day"].as_str().unwrap().to_owned()).collect();
        (days, page["next"].as_str().map(str::to_owned))
    };
    let (first, next) = days("limit=2");
    assert_eq!(first, [today, earlier[0].clone()]);
    let (rest, next) = days(&format!("limit=2&cursor={}", next.unwrap()));
    assert_eq!(rest, earlier[1..]);
    assert_eq!(days(&format!("cursor={}", next.unwrap())), (Vec::new(), None));
    assert_eq!(days(&format!("since={}&until={}", earlier[1], earlier[0])).0, earlier[..2]);
    assert_eq!(days("source=website").0.len(), 4);
    assert_eq!(days("source=app").0.len(), 0);
    assert_eq!(days(&format!("since={}-01-01", year + 1)).0.len(), 0);
}

#[test]
fn bad_input_is_named() {
    let nora = Nora::start();
    for (body, expected) in [
        ("{".to_owned(), (400, "malformed_json")),
        (json!({"writeKey": WRITE_KEY}).to_string(), (400, "invalid_body")),
        (json!({"writeKey": WRITE_KEY, "path": "https://shop.example/"}).to_string(), (400, "invalid_body")),
        (json!({"writeKey": WRITE_KEY, "path": "/a\nb"}).to_string(), (400, "invalid_body")),
        (json!({"writeKey": WRITE_KEY, "path": 1}).to_string(), (400, "invalid_body")),
        (json!({"path": "/"}).to_string(), (401, "missing_write_key")),
        (json!({"writeKey": "wrong", "path": "/"}).to_string(), (401, "invalid_write_key")),
    ] {
        let reply = nora.send(nora.request("POST", "/v1/count"), body.clone());
        assert_eq!(reply.outcome(), (expected.0, expected.1.to_owned()), "{body}");
    }
    for query in ["since=yesterday", "until=2026-13-01", "cursor=x", "limit=many"] {
        assert_eq!(nora.get(&format!("/v1/counts?{query}")).outcome(), (400, "invalid_parameter".to_owned()), "{query}");
    }
    assert_eq!(nora.json("/v1/counts"), json!({"data": [], "next": null}));
}
