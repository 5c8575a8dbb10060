//! HTTP as a well-behaved client speaks it.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use serde_json::Value;
use ureq::http::{HeaderMap, Request, request};
use ureq::{Agent, Body};

use crate::{ADMIN_TOKEN, WRITE_KEY};

/// How long an answer may take. Nothing waits that long unless it is broken.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A client of one server. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    agent: Agent,
}

/// An answer, whole.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came over the wire.
    pub body: Vec<u8>,
}

impl Client {
    /// A client of the server at this address.
    pub fn new(address: SocketAddr) -> Client {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections_per_host(32)
            .timeout_global(Some(TIMEOUT))
            .build();
        Client { address, agent: agent.into() }
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A request without any header, of this method, to this path.
    pub fn request(&self, method: &str, path: &str) -> request::Builder {
        Request::builder().method(method).uri(format!("http://{}{path}", self.address))
    }

    /// Sends a request; the error is that of the connection.
    pub fn try_send(&self, request: Request<Vec<u8>>) -> Result<Reply, ureq::Error> {
        let has_body = !request.body().is_empty() || request.method() == "POST";
        let response = if has_body { self.agent.run(request) } else { self.agent.run(request.map(drop)) }?;
        reply(response)
    }

    /// Sends a request.
    pub fn send(&self, request: request::Builder, body: impl Into<Vec<u8>>) -> Reply {
        let request = request.body(body.into()).expect("a request");
        let what = format!("{} {}", request.method(), request.uri());
        self.try_send(request).unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Asks with the owner's token.
    pub fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path).header("authorization", bearer(ADMIN_TOKEN)), "")
    }

    /// The JSON that the owner gets from this path.
    pub fn json(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "GET {path}: {}", reply.text());
        reply.json()
    }

    /// Calls the API with the owner's token and a body of JSON.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Reply {
        let request = self.request(method, path).header("authorization", bearer(ADMIN_TOKEN));
        self.send(request.header("content-type", "application/json"), body.to_string())
    }

    /// Posts to the tracking API with the public write key.
    pub fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.send(self.request("POST", path).header("authorization", basic(WRITE_KEY)), body)
    }

    /// Posts events that all have to be taken.
    pub fn track(&self, path: &str, body: &Value) {
        let reply = self.post(path, body.to_string());
        assert_eq!((reply.status, reply.text()), (200, r#"{"success":true}"#.to_owned()), "{body}");
    }

    /// Posts a batch and gives one `(outcome, reason)` for each of its events.
    pub fn verdicts(&self, batch: impl Into<Vec<u8>>) -> Vec<(String, Option<String>)> {
        let reply = self.post("/v1/batch?verbose=1", batch);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let body = reply.json();
        let results = body["results"].as_array().expect("results");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        results.iter().map(|result| (text(&result["outcome"]).expect("an outcome"), text(&result["reason"]))).collect()
    }

    /// Asserts that the server is there.
    pub fn assert_healthy(&self) {
        let reply = self.get("/healthz");
        assert_eq!((reply.status, reply.text().as_str()), (200, "ok\n"));
    }
}

impl Reply {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header as text; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().expect("a header of text").to_owned()).unwrap_or_default()
    }

    /// Status and code of an error in the form that every error has; the code is empty where all went well.
    pub fn outcome(&self) -> (u16, String) {
        if self.status < 400 {
            return (self.status, String::new());
        }
        let body = self.json();
        let field = |name: &str| body["error"][name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let (code, message, hint) = (field("code"), field("message"), field("hint"));
        assert!(message.is_some() && hint.is_some(), "an error without message or hint: {body}");
        (self.status, code.expect("a code"))
    }
}

/// `Authorization` of a write key, as Segment's clients send it.
pub fn basic(key: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{key}:")))
}

/// `Authorization` of a token.
pub fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// Gzip of some bytes.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).expect("compression into memory");
    encoder.finish().expect("compression into memory")
}

fn reply(response: ureq::http::Response<Body>) -> Result<Reply, ureq::Error> {
    let (parts, mut body) = response.into_parts();
    let body = body.with_config().limit(1 << 30).read_to_vec()?;
    Ok(Reply { status: parts.status.as_u16(), headers: parts.headers, body })
}
