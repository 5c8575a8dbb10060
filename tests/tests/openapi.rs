//! The description of the API: it has every route, and its status codes are those that occur.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use nora_tests::client::{basic, bearer};
use nora_tests::{ADMIN_TOKEN, Nora, SECRET_KEY, WRITE_KEY};
use serde_json::Value;

const ROUTES: &str = include_str!("../../server/src/http.rs");

/// Routes without an entry of their own: the description itself, and other names of some that say so.
const ELSEWHERE: [&str; 7] =
    ["get /openapi.json", "post /v1/b", "post /v1/t", "post /v1/p", "post /v1/i", "get /sourceConfig/", "post /api/s/s2s/"];

const KINDS: [&str; 6] = ["identify", "track", "page", "screen", "group", "alias"];

/// `method path` of every route in the table. One that takes several kinds of events is several; their first letters are other names.
fn routes() -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for line in ROUTES.lines().map(str::trim) {
        let listed = [".route(\"", ".service(open(\"", ".service(same_site(\""]
            .into_iter()
            .find_map(|start| line.strip_prefix(start)?.split_once("\", "));
        let Some((path, rest)) = listed else { continue };
        let method = rest.trim_start_matches("web::").split('(').next().unwrap();
        match path.split_once("{kind:") {
            None => drop(routes.insert(format!("{method} {path}"))),
            Some((start, kinds)) => {
                let kinds = kinds.trim_end_matches('}').split('|').filter(|kind| kind.len() > 1);
                routes.extend(kinds.map(|kind| format!("{method} {start}{kind}")));
            }
        }
    }
    routes
}

/// `method path` of every operation that is described.
fn described(document: &Value) -> BTreeSet<String> {
    let operations =
        |(path, item): (&String, &Value)| item.as_object().unwrap().keys().map(|method| format!("{method} {path}")).collect::<Vec<_>>();
    document["paths"].as_object().unwrap().iter().flat_map(operations).collect()
}

#[test]
fn every_route_is_described() {
    let nora = Nora::start();
    let reply = nora.send(nora.request("GET", "/openapi.json"), "");
    assert_eq!((reply.status, reply.header("content-type").as_str()), (200, "application/json"));
    let document = reply.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let routes = routes();
    assert!(routes.len() > 15, "the table could not be read: {routes:?}");
    let is_elsewhere = |route: &str| ELSEWHERE.iter().any(|other| route == *other || other.ends_with("s2s/") && route.starts_with(other));
    let expected: BTreeSet<_> = routes.iter().filter(|route| !is_elsewhere(route)).cloned().collect();
    assert_eq!(described(&document), expected);
    assert!(document["paths"]["/v1/batch"]["post"]["description"].as_str().unwrap().contains("/v1/b"), "the short path is named");
    let ids: Vec<_> = described(&document)
        .iter()
        .map(|operation| operation.split_once(' ').unwrap())
        .map(|(method, path)| document["paths"][path][method]["operationId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "clients are made of these names: {ids:?}");
    let docs = nora.send(nora.request("GET", "/docs/"), "");
    assert!(docs.status == 200 && docs.text().contains("swagger"), "{}", docs.text());
}

/// One request, and the status that it has to have.
struct Case {
    /// `method path` as described.
    operation: String,
    path: String,
    key: Option<String>,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    status: u16,
}

fn cases() -> Vec<Case> {
    let case = |operation: &str, path: &str, key: Option<&str>, body: &[u8], status| {
        let key = key.map(|key| if key == ADMIN_TOKEN { bearer(key) } else { basic(key) });
        Case { operation: operation.to_owned(), path: path.to_owned(), key, headers: Vec::new(), body: body.to_vec(), status }
    };
    let token = Some(ADMIN_TOKEN);
    let mut cases = Vec::new();
    let event = br#"{"event":"A","userId":"u","groupId":"g","previousId":"p","batch":[],"raw":[]}"#;
    let mut tracking = vec![("post /v1/batch".to_owned(), "/v1/b".to_owned()), ("post /v1/raw".to_owned(), "/v1/raw".to_owned())];
    for kind in KINDS {
        tracking.push((format!("post /v1/{kind}"), format!("/v1/{}", &kind[..1])));
        tracking.push((format!("post /api/s/{kind}"), format!("/api/s/{kind}")));
        cases.push(case(&format!("get /v1/pixel/{kind}"), &format!("/v1/pixel/{kind}?userId=u"), None, b"", 200));
    }
    for (operation, path) in tracking.iter().map(|(operation, path)| (&**operation, &**path)) {
        cases.push(case(operation, path, Some(WRITE_KEY), event, 200));
        cases.push(case(operation, path, Some(WRITE_KEY), b"{", 400));
        cases.push(case(operation, path, None, event, 401));
        cases.push(case(operation, path, Some(WRITE_KEY), &[b' '; 600 * 1024], 413));
        cases.push(Case { headers: vec![("content-encoding", "br")], ..case(operation, path, Some(WRITE_KEY), event, 415) });
    }
    let view = br#"{"path":"/","anonymousId":"a"}"#;
    for (operation, path, status) in
        [("post /v1/id", "/v1/id", 200), ("post /v1/link", "/v1/link", 200), ("post /v1/count", "/v1/count", 204)]
    {
        cases.push(case(operation, path, Some(WRITE_KEY), view, status));
        cases.push(case(operation, path, Some(WRITE_KEY), b"{", 400));
        cases.push(case(operation, path, None, view, 401));
        cases.push(case(operation, path, Some(WRITE_KEY), &[b' '; 600 * 1024], 413));
        cases.push(Case { headers: vec![("content-encoding", "br")], ..case(operation, path, Some(WRITE_KEY), view, 415) });
    }
    let (links, person) = ("post /v1/links", br#"{"userId":"u"}"#);
    cases.extend([
        case("post /v1/id", "/v1/id", Some(WRITE_KEY), br#"{"forget":true}"#, 204),
        case(links, "/v1/links", Some(SECRET_KEY), person, 200),
        case(links, "/v1/links", Some(SECRET_KEY), b"{", 400),
        case(links, "/v1/links", Some(WRITE_KEY), person, 401),
        case(links, "/v1/links", Some(SECRET_KEY), &[b' '; 600 * 1024], 413),
        Case { headers: vec![("content-encoding", "br")], ..case(links, "/v1/links", Some(SECRET_KEY), person, 415) },
        case("get /v1/counts", "/v1/counts", token, b"", 200),
        case("get /v1/counts", "/v1/counts?since=soon", token, b"", 400),
        case("get /v1/counts", "/v1/counts", None, b"", 401),
    ]);
    let (import, file) = ("/v1/import?source=website&format=csv", b"user_id,event\nu,A\n");
    let beacon = "/beacon/v1/batch?writeKey=wk_black_box";
    cases.extend([
        case("get /pixel/v1/track", "/pixel/v1/track?userId=u", None, b"", 200),
        case("get /pixel/v1/page", "/pixel/v1/page?verbose=1&verbose=1", None, b"", 200),
        case("post /beacon/v1/batch", beacon, None, event, 200),
        case("post /beacon/v1/batch", beacon, None, b"{", 400),
        case("post /beacon/v1/batch", "/beacon/v1/batch", None, event, 401),
        case("post /beacon/v1/batch", beacon, None, &[b' '; 600 * 1024], 413),
        Case { headers: vec![("content-encoding", "br")], ..case("post /beacon/v1/batch", beacon, None, event, 415) },
        case("get /sourceConfig", "/sourceConfig?writeKey=wk_black_box", None, b"", 200),
        case("get /sourceConfig", "/sourceConfig?writeKey=wrong", None, b"", 401),
        case("get /sourceConfig", "/sourceConfig?writeKey=wk_black_box&writeKey=other", None, b"", 400),
        case("post /v1/m", "/v1/m", None, b"{}", 204),
        case("post /v1/import", import, token, file, 200),
        case("post /v1/import", import, Some(SECRET_KEY), file, 200),
        case("post /v1/import", "/v1/import?source=website&format=xml", token, file, 400),
        case("post /v1/import", "/v1/import?source=website", token, file, 400),
        case("post /v1/import", import, Some(WRITE_KEY), file, 401),
        case("post /v1/import", import, token, &vec![b'x'; 5 << 20], 413),
        Case { headers: vec![("content-encoding", "br")], ..case("post /v1/import", import, token, file, 415) },
        case("get /v1/projects/{write_key}/settings", "/v1/projects/wk_black_box/settings", None, b"", 200),
        case("get /v1/projects/{write_key}/settings", "/v1/projects/wrong/settings", None, b"", 401),
        case("get /v1/profiles/{id}", "/v1/profiles/user_id:u", token, b"", 200),
        case("get /v1/profiles/{id}", "/v1/profiles/u", token, b"", 400),
        case("get /v1/profiles/{id}", "/v1/profiles/user_id:u", None, b"", 401),
        case("get /v1/profiles/{id}", "/v1/profiles/user_id:nobody", token, b"", 404),
        case("get /v1/profiles/{id}/events", "/v1/profiles/user_id:u/events?event=A", token, b"", 200),
        case("get /v1/profiles/{id}/events", "/v1/profiles/user_id:u/events?since=soon", token, b"", 400),
        case("get /v1/profiles/{id}/events", "/v1/profiles/user_id:u/events", None, b"", 401),
        case("get /v1/profiles/{id}/events", "/v1/profiles/user_id:nobody/events", token, b"", 404),
        case("get /v1/profiles", "/v1/profiles?q=u&limit=18446744073709551616", token, b"", 200),
        case("get /v1/profiles", "/v1/profiles?limit=-1", token, b"", 400),
        case("get /v1/profiles", "/v1/profiles?limit=many", token, b"", 400),
        case("get /v1/profiles", "/v1/profiles", None, b"", 401),
        case("get /v1/identities", "/v1/identities", token, b"", 200),
        case("get /v1/identities", "/v1/identities", None, b"", 401),
        case("get /v1/events/live", "/v1/events/live", None, b"", 401),
        case("get /v1/quarantine", "/v1/quarantine", token, b"", 200),
        case("get /v1/quarantine", "/v1/quarantine?cursor=x", token, b"", 400),
        case("get /v1/quarantine", "/v1/quarantine", None, b"", 401),
        case("get /v1/quarantine/summary", "/v1/quarantine/summary", token, b"", 200),
        case("get /v1/quarantine/summary", "/v1/quarantine/summary", None, b"", 401),
        case("post /v1/track", "/v1/track", Some(WRITE_KEY), b"{}", 400),
        case("get /v1/quarantine/{id}", "/v1/quarantine/0", token, b"", 200),
        case("get /v1/quarantine/{id}", "/v1/quarantine/0", None, b"", 401),
        case("get /v1/quarantine/{id}", "/v1/quarantine/x", token, b"", 404),
        case("delete /v1/quarantine/{id}", "/v1/quarantine/x", None, b"", 401),
        case("delete /v1/quarantine/{id}", "/v1/quarantine/x", token, b"", 404),
        case("post /v1/quarantine/{id}/replay", "/v1/quarantine/x/replay", token, b"", 404),
        case("get /v1/overview", "/v1/overview", token, b"", 200),
        case("get /v1/overview", "/v1/overview", None, b"", 401),
        case("get /v1/sources", "/v1/sources", token, b"", 200),
        case("get /v1/sources", "/v1/sources", None, b"", 401),
        case("get /v1/session", "/v1/session", token, b"", 200),
        case("get /v1/session", "/v1/session", None, b"", 401),
        case("delete /v1/session", "/v1/session", None, b"", 204),
        case("get /healthz", "/healthz", None, b"", 200),
        case("get /readyz", "/readyz", None, b"", 200),
        case("get /metrics", "/metrics", None, b"", 200),
    ]);
    let (as_segment, of) = ("/v1/spaces/{space}/collections/users/profiles/{id}", "/v1/spaces/any/collections/users/profiles");
    let wrong = [
        ("traits", "class=x"),
        ("external_ids", "next=x"),
        ("events", "sort=x"),
        ("metadata", "verbose=1&verbose=1"),
        ("links", "limit=x"),
    ];
    for (what, query) in wrong {
        let of_segment = |id: &str, key: Option<&str>, status| {
            let query = if status == 400 { query } else { "" };
            let (operation, path) = (format!("get {as_segment}/{what}"), format!("{of}/{id}/{what}?{query}"));
            Case { operation, path, key: key.map(basic), headers: Vec::new(), body: Vec::new(), status }
        };
        cases.extend([of_segment("user_id:u", token, 200), of_segment("user_id:u", None, 401), of_segment("user_id:nobody", token, 404)]);
        cases.push(of_segment("user_id:u", token, 400));
    }
    let pair = br#"{"a":"user_id:u","b":"user_id:v"}"#;
    for (operation, path, body) in [
        ("post /v1/identity/sever", "/v1/identity/sever", &pair[..]),
        ("delete /v1/identity/sever", "/v1/identity/sever", pair),
        ("post /v1/identity/alias", "/v1/identity/alias", pair),
        ("delete /v1/identity/alias", "/v1/identity/alias", pair),
        ("post /v1/identity/block", "/v1/identity/block", br#"{"identifier":"email:info@corp.com"}"#),
        ("delete /v1/identity/block", "/v1/identity/block", br#"{"identifier":"email:info@corp.com"}"#),
        ("put /v1/identity/rules", "/v1/identity/rules", b"{}"),
        ("post /v1/identity/preview", "/v1/identity/preview", br#"{"rules":{}}"#),
    ] {
        cases.push(case(operation, path, token, body, 200));
        cases.push(case(operation, path, token, b"{", 400));
        cases.push(case(operation, path, None, body, 401));
        cases.push(case(operation, path, token, &[b' '; 65 * 1024], 413));
        cases.push(Case { headers: vec![("content-encoding", "br")], ..case(operation, path, token, body, 415) });
    }
    cases.extend([
        case("get /v1/profiles/{id}/identity", "/v1/profiles/user_id:u/identity", token, b"", 200),
        case("get /v1/profiles/{id}/identity", "/v1/profiles/u/identity", token, b"", 400),
        case("get /v1/profiles/{id}/identity", "/v1/profiles/user_id:u/identity", None, b"", 401),
        case("get /v1/profiles/{id}/identity", "/v1/profiles/user_id:nobody/identity", token, b"", 404),
        case("get /v1/identity/why", "/v1/identity/why?a=user_id:u&b=user_id:v", token, b"", 200),
        case("get /v1/identity/why", "/v1/identity/why?a=u&b=user_id:v", token, b"", 400),
        case("get /v1/identity/why", "/v1/identity/why?a=user_id:u&b=user_id:v", None, b"", 401),
        case("get /v1/identity/changes", "/v1/identity/changes", token, b"", 200),
        case("get /v1/identity/changes", "/v1/identity/changes?cursor=x", token, b"", 400),
        case("get /v1/identity/changes", "/v1/identity/changes", None, b"", 401),
        case("get /v1/identity/decisions", "/v1/identity/decisions", token, b"", 200),
        case("get /v1/identity/decisions", "/v1/identity/decisions?identifier=u", token, b"", 400),
        case("get /v1/identity/decisions", "/v1/identity/decisions", None, b"", 401),
        case("get /v1/identity/decisions", "/v1/identity/decisions?identifier=profile_id:p_0", token, b"", 404),
        case("get /v1/identity/rules", "/v1/identity/rules", token, b"", 200),
        case("get /v1/identity/rules", "/v1/identity/rules", None, b"", 401),
    ]);
    for (operation, path, body) in [
        ("post /v1/quarantine/{id}/replay", "/v1/quarantine/0/replay", &b"{}"[..]),
        ("post /v1/quarantine/replay", "/v1/quarantine/replay", br#"{"reason":"missing_event","limit":1}"#),
        ("delete /v1/quarantine", "/v1/quarantine", br#"{"source":"none"}"#),
    ] {
        cases.push(case(operation, path, token, body, 200));
        cases.push(case(operation, path, token, b"{", 400));
        cases.push(case(operation, path, None, body, 401));
        cases.push(case(operation, path, token, &[b'x'; 65 * 1024], 413));
        cases.push(Case { headers: vec![("content-encoding", "br")], ..case(operation, path, token, body, 415) });
    }
    cases.push(case("delete /v1/quarantine/{id}", "/v1/quarantine/0", token, b"", 204));
    let (source, token_body) = (&br#"{"name":"App"}"#[..], &br#"{"name":"Owner","scopes":["owner"]}"#[..]);
    for (operation, path, body, status) in [
        ("post /v1/sources", "/v1/sources", source, 201),
        ("put /v1/sources/{id}", "/v1/sources/app", source, 200),
        ("post /v1/sources/{id}/rotate", "/v1/sources/app/rotate", br#"{"which":"write_key"}"#, 200),
        ("post /v1/tokens", "/v1/tokens", token_body, 201),
        ("put /v1/tokens/{id}", "/v1/tokens/first-0", token_body, 200),
    ] {
        cases.push(case(operation, path, token, body, status));
        cases.push(case(operation, path, token, b"{", 400));
        cases.push(case(operation, path, None, body, 401));
        cases.push(case(operation, path, token, &[b' '; 65 * 1024], 413));
        cases.push(Case { headers: vec![("content-encoding", "br")], ..case(operation, path, token, body, 415) });
    }
    cases.extend([
        case("post /v1/sources", "/v1/sources", token, br#"{"name":"App","id":"app"}"#, 409),
        case("post /v1/sources/{id}/rotate", "/v1/sources/app/rotate", token, br#"{"which":"write_key"}"#, 409),
        case("post /v1/sources/{id}/rotate", "/v1/sources/none/rotate", token, br#"{"which":"write_key"}"#, 404),
        case("put /v1/sources/{id}", "/v1/sources/none", token, source, 404),
        case("put /v1/tokens/{id}", "/v1/tokens/none", token, token_body, 404),
        case("get /v1/sources/{id}", "/v1/sources/app", token, b"", 200),
        case("get /v1/sources/{id}", "/v1/sources/app", None, b"", 401),
        case("get /v1/sources/{id}", "/v1/sources/none", token, b"", 404),
        case("delete /v1/sources/{id}", "/v1/sources/app", None, b"", 401),
        case("delete /v1/sources/{id}", "/v1/sources/app", token, b"", 204),
        case("delete /v1/sources/{id}", "/v1/sources/app", token, b"", 404),
        case("delete /v1/sources/{id}", "/v1/sources/website", token, b"", 409),
        case("post /v1/sources/{id}/restore", "/v1/sources/app/restore", None, b"", 401),
        case("post /v1/sources/{id}/restore", "/v1/sources/app/restore", token, b"{", 400),
        case("post /v1/sources/{id}/restore", "/v1/sources/app/restore", token, &[b'x'; 65 * 1024], 413),
        case("post /v1/sources/{id}/restore", "/v1/sources/app/restore", token, b"", 200),
        case("post /v1/sources/{id}/restore", "/v1/sources/app/restore", token, b"", 409),
        case("post /v1/sources/{id}/restore", "/v1/sources/none/restore", token, b"", 404),
        Case {
            headers: vec![("content-encoding", "br")],
            ..case("post /v1/sources/{id}/restore", "/v1/sources/app/restore", token, b"{}", 415)
        },
        case("get /v1/tokens", "/v1/tokens", token, b"", 200),
        case("get /v1/tokens", "/v1/tokens", None, b"", 401),
        case("get /v1/tokens/{id}", "/v1/tokens/first-0", token, b"", 200),
        case("get /v1/tokens/{id}", "/v1/tokens/first-0", None, b"", 401),
        case("get /v1/tokens/{id}", "/v1/tokens/none", token, b"", 404),
        case("delete /v1/tokens/{id}", "/v1/tokens/none", token, b"", 404),
        case("delete /v1/tokens/{id}", "/v1/tokens/first-0", None, b"", 401),
    ]);
    let (plan, planned) = (&br#"{"name":"Shop","id":"shop","rules":[]}"#[..], "/v1/tracking_plans/{id}");
    for (operation, path, body, status) in [
        ("post /v1/tracking_plans", "/v1/tracking_plans", plan, 201),
        ("put /v1/tracking_plans/{id}", "/v1/tracking_plans/shop", plan, 200),
        ("post /v1/tracking_plans/infer", "/v1/tracking_plans/infer", br#"{"source":"website"}"#, 200),
    ] {
        cases.push(case(operation, path, token, body, status));
        cases.push(case(operation, path, token, b"{", 400));
        cases.push(case(operation, path, None, body, 401));
        cases.push(case(operation, path, token, &[b' '; 600 * 1024], 413));
        cases.push(Case { headers: vec![("content-encoding", "br")], ..case(operation, path, token, body, 415) });
    }
    cases.extend([
        case("post /v1/tracking_plans", "/v1/tracking_plans", token, plan, 409),
        case("put /v1/tracking_plans/{id}", "/v1/tracking_plans/none", token, br#"{"name":"Shop"}"#, 404),
        case("put /v1/tracking_plans/{id}", "/v1/tracking_plans/shop", token, br#"{"name":"Shop","version":1}"#, 409),
        case("get /v1/tracking_plans", "/v1/tracking_plans", token, b"", 200),
        case("get /v1/tracking_plans", "/v1/tracking_plans", None, b"", 401),
    ]);
    for (what, query) in
        [("", ""), ("/versions", ""), ("/versions/{version}", ""), ("/violations", "version=x"), ("/typescript", "version=x")]
    {
        let of_plan = |id: &str, key: Option<&str>, query: &str, status| {
            let (operation, what) = (format!("get {planned}{what}"), what.replace("{version}", "1"));
            Case { path: format!("/v1/tracking_plans/{id}{what}?{query}"), operation, ..case("", "", key, b"", status) }
        };
        cases.extend([of_plan("shop", token, "", 200), of_plan("shop", None, "", 401), of_plan("none", token, "", 404)]);
        cases.extend((!query.is_empty()).then(|| of_plan("shop", token, query, 400)));
    }
    cases.extend([
        case("delete /v1/tracking_plans/{id}", "/v1/tracking_plans/shop", None, b"", 401),
        case("delete /v1/tracking_plans/{id}", "/v1/tracking_plans/shop", token, b"", 204),
        case("delete /v1/tracking_plans/{id}", "/v1/tracking_plans/shop", token, b"", 404),
    ]);
    let json = || vec![("content-type", "application/json")];
    let large = [b' '; 65 * 1024];
    for (token, body, status) in [(token, &b"{}"[..], 409), (token, b"{", 400), (None, b"{}", 401), (token, &large, 413)] {
        cases.push(Case { headers: json(), ..case("post /v1/backup", "/v1/backup", token, body, status) });
    }
    cases.push(Case { headers: json(), ..case("post /v1/session", "/v1/session", None, br#"{"token":"nt_black_box"}"#, 204) });
    cases.push(Case { headers: json(), ..case("post /v1/session", "/v1/session", None, b"{", 400) });
    cases.push(Case { headers: json(), ..case("post /v1/session", "/v1/session", None, &large, 413) });
    // A page of another site could send this without asking first.
    cases.push(Case { headers: vec![("content-type", "text/plain")], ..case("post /v1/session", "/v1/session", None, b"{}", 415) });
    cases.push(Case { headers: vec![("content-encoding", "br")], ..case("post /v1/backup", "/v1/backup", token, b"{}", 415) });
    cases.push(Case { headers: json(), ..case("post /v1/session", "/v1/session", None, br#"{"token":"wrong"}"#, 401) });
    // The last, since it is the token of all others.
    cases.push(case("delete /v1/tokens/{id}", "/v1/tokens/first-0", token, b"", 204));
    cases
}

#[test]
fn what_is_described_occurs_and_what_occurs_is_described() {
    let nora = Nora::start();
    nora.track("/v1/track", &serde_json::json!({"event": "A", "userId": "u"}));
    let document = nora.json("/openapi.json");
    let mut missing: BTreeSet<String> = BTreeSet::new();
    for operation in described(&document) {
        let (method, path) = operation.split_once(' ').unwrap();
        for status in document["paths"][path][method]["responses"].as_object().unwrap().keys() {
            missing.insert(format!("{operation} {status}"));
        }
    }
    for Case { operation, path, key, headers, body, status } in cases() {
        let method = operation.split_once(' ').unwrap().0.to_uppercase();
        let mut request = nora.request(&method, &path);
        for (name, value) in headers.into_iter().chain(key.as_deref().map(|key| ("authorization", key))) {
            request = request.header(name, value);
        }
        let reply = nora.send(request, body);
        assert_eq!(reply.status, status, "{operation} at {path}: {}", reply.text());
        let (method, described_path) = operation.split_once(' ').unwrap();
        let responses = &document["paths"][described_path][method]["responses"];
        assert!(responses.get(status.to_string()).is_some(), "{operation} does not say that it may answer {status}");
        missing.remove(&format!("{operation} {status}"));
    }
    // An endless answer is read where it is shown, in the browser; a disk that fails is in the test of the power cut; one that is full and
    // backups that are made have tests of their own; what the door refuses before a handler is asked is in those of access, sources, quotas
    // and slow clients.
    let elsewhere = [" 403", " 408", " 429", " 503", " 507"];
    // Nobody makes a thousand tokens here.
    let named = ["get /v1/events/live 200", "post /v1/backup 200", "post /v1/tokens 409"];
    missing.retain(|entry| !named.contains(&entry.as_str()) && !elsewhere.iter().any(|status| entry.ends_with(status)));
    assert!(missing.is_empty(), "described, and never seen: {missing:?}");
}

#[test]
fn an_address_says_which_methods_it_takes() {
    let nora = Nora::start();
    let document = nora.json("/openapi.json");
    for (path, item) in document["paths"].as_object().unwrap() {
        let known: BTreeSet<String> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        let filled: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        // `replay` may also be somebody's id, which other methods may be asked of.
        let other = path.rsplit_once('/').map(|(start, _)| &document["paths"][format!("{start}/{{id}}")]);
        let is_id = |method: &str| other.is_some_and(|other| other.get(method.to_lowercase()).is_some());
        let unknown = |method: &&str| !known.contains(*method) && !is_id(method);
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH", "TRACE"].into_iter().filter(unknown) {
            let reply = nora.send(nora.request(method, &filled.join("/")), "");
            assert_eq!(reply.outcome(), (405, "method_not_allowed".to_owned()), "{method} {path}");
            assert_eq!(reply.header("allow").split(", ").map(str::to_owned).collect::<BTreeSet<_>>(), known, "{method} {path}");
        }
    }
    for (method, path) in
        [("POST", "/v1/b"), ("POST", "/v1/t"), ("POST", "/sourceConfig/"), ("POST", "/api/s/s2s/track"), ("GET", "/openapi.json")]
    {
        let other = if method == "POST" { "DELETE" } else { "POST" };
        let reply = nora.send(nora.request(other, path), "");
        let expected = if path.starts_with("/sourceConfig") { "GET" } else { method };
        assert_eq!((reply.status, reply.header("allow").as_str()), (405, expected), "{path}");
    }
    assert_eq!(nora.send(nora.request("HEAD", "/"), "").header("location"), "/console/");
    for (method, path) in [("POST", "/nothing"), ("GET", "/nothing"), ("GET", "/v1/"), ("POST", "/v1/buy"), ("GET", "/v1/pixel/buy")] {
        assert_eq!(nora.send(nora.request(method, path), "").outcome(), (404, "not_found".to_owned()), "{method} {path}");
    }
}
