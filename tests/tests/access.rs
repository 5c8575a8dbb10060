//! Who may do what: tokens and their scopes, made and revoked while the server runs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use nora_tests::client::{basic, bearer};
use nora_tests::{ADMIN_TOKEN, Nora, Reply, SECRET_KEY, WRITE_KEY, run};
use serde_json::{Value, json};

const ROUTES: &str = include_str!("../../server/src/http.rs");

const SCOPES: [&str; 5] = ["read", "identity", "import", "config", "owner"];

fn create(nora: &Nora, wanted: &Value) -> (String, String) {
    let reply = nora.call("POST", "/v1/tokens", wanted);
    assert_eq!(reply.status, 201, "{}", reply.text());
    let made = reply.json();
    (made["id"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned())
}

fn with_token(nora: &Nora, method: &str, path: &str, token: &str) -> Reply {
    nora.send(nora.request(method, path).header("authorization", bearer(token)), "")
}

/// `method`, path and scope of every route that needs one; every other route of the API is named here.
fn guarded() -> Vec<(String, String, String)> {
    let mut guarded = Vec::new();
    for route in ROUTES.split(".route(").skip(1) {
        let route = route.split(".service(").next().unwrap();
        let Some((path, rest)) = route.trim_start().strip_prefix('"').and_then(|route| route.split_once("\",")) else { continue };
        let rest = rest.trim_start();
        let method = rest.split('(').next().unwrap().to_uppercase();
        match rest.split_once("needs(").and_then(|(_, rest)| rest.split_once(')')) {
            Some((scope, _)) => guarded.push((method, path.replace("{id}", "user_id:nobody"), scope.to_lowercase())),
            None => assert!(
                ["/healthz", "/readyz", "/metrics", "/openapi.json", "/v1/session", "/v1/import", "/v1/links"].contains(&path),
                "{path} names no scope, and is not known to be open"
            ),
        }
    }
    guarded
}

#[test]
fn every_route_takes_the_scope_that_the_table_names_and_no_other() {
    let nora = Nora::start();
    let tokens = SCOPES.map(|scope| (scope, create(&nora, &json!({"name": scope, "scopes": [scope]})).1));
    let routes = guarded();
    assert!(routes.len() > 25, "the table could not be read: {routes:?}");
    for (method, path, needed) in routes {
        for (scope, token) in &tokens {
            if method == "GET" && path == "/v1/events/live" && (*scope == "owner" || *scope == needed) {
                continue; // without an end; the console's test reads it
            }
            let reply = with_token(&nora, &method, &path, token);
            let is_let_in = !matches!(reply.status, 401 | 403);
            assert_eq!(is_let_in, *scope == "owner" || *scope == needed, "{method} {path} with {scope}: {}", reply.status);
            if !is_let_in {
                assert_eq!(reply.outcome(), (403, "forbidden".to_owned()));
                assert!(reply.text().contains(&format!("scope {needed}")), "{}", reply.text());
            }
        }
        for key in [WRITE_KEY, SECRET_KEY, "wrong", ""] {
            assert_eq!(with_token(&nora, &method, &path, key).outcome(), (401, "unauthorized".to_owned()), "{method} {path}");
        }
    }
    let import = |key: &str, source: &str| {
        let request = nora.request("POST", &format!("/v1/import?format=csv&source={source}")).header("authorization", bearer(key));
        nora.send(request, "user_id,event\nu,A\n").status
    };
    for (scope, token) in &tokens {
        assert_eq!(import(token, "crm") == 200, matches!(*scope, "import" | "owner"), "{scope}");
    }
    assert_eq!([import(SECRET_KEY, "website"), import(SECRET_KEY, "crm"), import(WRITE_KEY, "website")], [200, 401, 401]);
}

#[test]
fn a_token_holds_at_once_and_until_it_is_revoked_also_across_a_crash() {
    let nora = Nora::start();
    let (id, token) = create(&nora, &json!({"name": "Reports", "scopes": ["read"]}));
    assert_eq!(token.len(), 3 + 64);
    assert_eq!(with_token(&nora, "GET", "/v1/overview", &token).status, 200);
    let nora = nora.kill_and_restart();
    assert_eq!(with_token(&nora, "GET", "/v1/overview", &token).status, 200);
    let shown = nora.json(&format!("/v1/tokens/{id}"));
    assert_eq!((&shown["name"], &shown["scopes"], shown.get("token")), (&json!("Reports"), &json!(["read"]), None));
    assert!(shown["last_used_at"].is_string() && shown["hint"].as_str().unwrap().ends_with(&token[token.len() - 4..]), "{shown}");

    let change = json!({"name": "Reports", "scopes": ["identity"], "expires_at": "2999-01-01T00:00:00Z"});
    assert_eq!(nora.call("PUT", &format!("/v1/tokens/{id}"), &change).json()["expires_at"], "2999-01-01T00:00:00.000Z");
    assert_eq!(with_token(&nora, "GET", "/v1/overview", &token).status, 403);
    let past = json!({"name": "Reports", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"});
    assert_eq!(nora.call("PUT", &format!("/v1/tokens/{id}"), &past).status, 200);
    assert_eq!(with_token(&nora, "GET", "/v1/overview", &token).status, 401, "it has ended");
    assert_eq!(nora.call("DELETE", &format!("/v1/tokens/{id}"), &Value::Null).status, 204);
    assert_eq!(nora.call("DELETE", &format!("/v1/tokens/{id}"), &Value::Null).status, 404);
    let nora = nora.kill_and_restart();
    assert_eq!(with_token(&nora, "GET", "/v1/overview", &token).status, 401);
}

#[test]
fn what_makes_no_token_is_named() {
    let nora = Nora::start();
    let far = "x".repeat(101);
    for (wanted, code) in [
        (json!({"name": "x"}), "invalid_body"),
        (json!({"name": "x", "scopes": []}), "invalid_body"),
        (json!({"name": "x", "scopes": ["admin"]}), "invalid_body"),
        (json!({"name": " ", "scopes": ["read"]}), "invalid_body"),
        (json!({"name": far, "scopes": ["read"]}), "invalid_body"),
        (json!({"name": "x", "scopes": ["read"], "role": "owner"}), "invalid_body"),
        (json!({"name": "x", "scopes": ["read"], "expires_at": "soon"}), "invalid_parameter"),
    ] {
        assert_eq!(nora.call("POST", "/v1/tokens", &wanted).outcome(), (400, code.to_owned()), "{wanted}");
    }
    assert_eq!(nora.json("/v1/tokens")["data"].as_array().unwrap().len(), 1);
}

#[test]
fn the_command_makes_lists_and_revokes_with_a_server_and_without() {
    let mut nora = Nora::start();
    let text = |output: std::process::Output| {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let token = text(nora.command(&["token", "create", "Reports", "--scope", "read,identity", "--days", "30"]));
    let token = token.trim();
    assert_eq!(with_token(&nora, "GET", "/v1/overview", token).status, 200, "at once, without a restart");
    nora.stop();
    let data = nora.data().to_owned();
    let list = text(run(&data, &["token", "list"]));
    let row = list.lines().find(|line| line.ends_with("Reports")).expect("the token").to_owned();
    assert!(row.contains("read,identity") && row.contains(&token[token.len() - 4..]) && !list.contains(token), "{list}");
    let second = text(run(&data, &["token", "create", "Second", "--scope", "read"]));
    let nora = nora.start_again();
    assert_eq!(with_token(&nora, "GET", "/v1/overview", second.trim()).status, 200);
    let id = row.split_whitespace().next().unwrap();
    assert!(text(nora.command(&["token", "list"])).contains(id));
    text(nora.command(&["token", "revoke", id]));
    assert_eq!(with_token(&nora, "GET", "/v1/overview", token).status, 401);
    let unknown = nora.command(&["token", "revoke", "t_unknown"]);
    assert!(!unknown.status.success() && String::from_utf8_lossy(&unknown.stderr).contains("no such token"));
}

/// The cookie that a log-in sets, as a browser sends it back.
fn log_in(nora: &Nora, token: &str) -> String {
    let request = nora.request("POST", "/v1/session").header("content-type", "application/json");
    let reply = nora.send(request, json!({"token": token}).to_string());
    assert_eq!(reply.status, 204, "{}", reply.text());
    let set = reply.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && !set.contains("Secure"), "{set}");
    assert!(!set.contains(token));
    set.split(';').next().unwrap().to_owned()
}

#[test]
fn a_session_may_do_what_its_token_may_and_ends_with_it() {
    let nora = Nora::start();
    let (id, token) = create(&nora, &json!({"name": "Reader", "scopes": ["read"]}));
    let cookie = log_in(&nora, &token);
    let get = |path: &str| nora.send(nora.request("GET", path).header("cookie", &cookie), "");
    assert_eq!(get("/v1/session").json(), json!({"name": "Reader", "role": "read", "scopes": ["read"]}));
    assert_eq!((get("/v1/overview").status, get("/v1/tokens").status), (200, 403));
    assert_eq!(nora.call("DELETE", &format!("/v1/tokens/{id}"), &Value::Null).status, 204);
    assert_eq!((get("/v1/overview").status, get("/v1/session").status), (401, 401));
}

#[test]
fn a_cookie_writes_only_from_its_own_pages() {
    let nora = Nora::start();
    let cookie = log_in(&nora, ADMIN_TOKEN);
    let wanted = json!({"name": "x", "scopes": ["read"]}).to_string();
    let host = nora.address().to_string();
    let own = format!("http://{host}");
    for (headers, status) in [
        (vec![("sec-fetch-site", "same-origin")], 201),
        (vec![("origin", own.as_str())], 201),
        (vec![("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], 401),
        (vec![("sec-fetch-site", "same-site"), ("origin", "http://www.shop.example")], 401),
        (vec![("origin", "https://evil.example")], 401),
        (vec![("origin", "null")], 401),
    ] {
        let mut request = nora.request("POST", "/v1/tokens").header("cookie", &cookie).header("content-type", "application/json");
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        assert_eq!(nora.send(request, wanted.clone()).status, status, "{headers:?}");
    }
    let forged = format!("{cookie}0");
    for wrong in [forged.as_str(), "nora_session=", "nora_session=9999999999999.local.00", "nora_session=x.y.z"] {
        assert_eq!(nora.send(nora.request("GET", "/v1/overview").header("cookie", wrong), "").status, 401, "{wrong}");
    }
}

#[test]
fn what_is_secret_lies_nowhere_as_it_is() {
    let nora = Nora::start();
    let (_, token) = create(&nora, &json!({"name": "Reports", "scopes": ["read"]}));
    let made = nora.call("POST", "/v1/sources", &json!({"name": "App"})).json();
    let secret_key = made["secret_key"].as_str().unwrap();
    let signing_secret = made["signing_secret"].as_str().unwrap();
    let file = std::fs::read_to_string(nora.data().join("keys.toml")).unwrap();
    for secret in [&token, secret_key, ADMIN_TOKEN, SECRET_KEY] {
        assert!(!file.contains(secret), "in the file");
    }
    let mut answers = String::new();
    for path in ["/v1/tokens", "/v1/sources", "/v1/sources/app", "/v1/session", "/metrics"] {
        answers += &nora.get(path).text();
    }
    for secret in [&token, secret_key, signing_secret, ADMIN_TOKEN, SECRET_KEY] {
        assert!(!answers.contains(secret), "in an answer");
    }
    assert!(nora.send(nora.request("GET", "/v1/overview").header("authorization", basic(&token)), "").status == 200);
}
