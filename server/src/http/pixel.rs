//! Events in the address of a picture, for e-mails and for pages without scripts (COMPAT §2): Segment's pixel, and RudderStack's.

use std::borrow::Cow;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use nora_shared::{Reason, limits};
use serde_json::{Map, Value};

use super::collect::{self, Answer};
use super::error::ApiError;
use super::sender::enter;
use crate::app::App;
use crate::log::Verdict;

/// A transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;";

/// Of the request, not of the event.
const NOT_OF_THE_EVENT: [&str; 3] = ["writeKey", "data", "verbose"];

/// An event in the address of a picture, as Segment's pixel takes it.
///
/// `data` is the event as JSON in base64, URL-safe or not, with its `writeKey` in it. Without `data` the parameters are the event:
/// `?writeKey=…&userId=42&event=Opened&properties.campaign=spring`; their values are texts.
///
/// The answer is a picture whatever happens, since nobody who shows it could do anything about it: what cannot be accepted is in the
/// quarantine, or counted in the metrics where no write key says whose it is. With `verbose=1` the header `Nora-Outcome` tells.
#[utoipa::path(get, path = "/v1/pixel/{kind}", tag = "collect", params(("kind" = String, Path, description = "the kind of event"),
        ("data" = Option<String>, Query, description = "the event, as JSON in base64"), ("writeKey" = Option<String>, Query, description = "where `data` has none"), Answer),
    responses((status = 200, description = "a transparent picture of one pixel", content_type = "image/gif")))]
pub async fn segment(request: HttpRequest, app: Data<App>, kind: Path<String>) -> HttpResponse {
    picture(&app, &request, &kind).await
}

/// An event in the address of a picture, as RudderStack's pixel takes it: `?writeKey=…&anonymousId=…&event=Opened&properties.campaign=spring`.
///
/// In all else it is like `/v1/pixel/{kind}`.
#[utoipa::path(get, path = "/pixel/v1/{kind}", tag = "collect", params(("kind" = String, Path, description = "`track` or `page`"),
        ("writeKey" = String, Query,), Answer),
    responses((status = 200, description = "a transparent picture of one pixel", content_type = "image/gif")))]
pub async fn rudder(request: HttpRequest, app: Data<App>, kind: Path<String>) -> HttpResponse {
    picture(&app, &request, &kind).await
}

async fn picture(app: &App, request: &HttpRequest, kind: &str) -> HttpResponse {
    let sent = Sent::read(request.query_string());
    let taken = take(app, request, kind, &sent).await;
    let mut response = HttpResponse::Ok();
    if sent.is_verbose() {
        let outcome = match taken {
            Ok(verdict) => [verdict.outcome(), verdict.reason().map_or("", Reason::code)].join(" ").trim_end().to_owned(),
            Err(error) => format!("lost {}", error.code()),
        };
        response.insert_header(("nora-outcome", outcome));
    }
    response.insert_header((CACHE_CONTROL, "no-store")).content_type("image/gif").body(GIF)
}

async fn take(app: &App, request: &HttpRequest, kind: &str, sent: &Sent) -> Result<Verdict, ApiError> {
    enter(app, request)?;
    let keys: Vec<&str> = sent.parameter("writeKey").into_iter().collect();
    let event = sent.event();
    let taken = match &event {
        Ok(json) => collect::admit_one(app, request, json, Some(kind), &keys).await.map(|(_, verdict)| verdict),
        Err(reason) => Err(ApiError::Rejected(*reason)),
    };
    match taken {
        Err(ApiError::Rejected(reason)) => {
            let sent = event.as_deref().unwrap_or(sent.parameter("data").unwrap_or(request.query_string()));
            collect::hold(app, request, &keys, reason, sent).await
        }
        taken => taken,
    }
}

/// What the address of a picture says.
pub struct Sent {
    parameters: Vec<(String, String)>,
}

impl Sent {
    /// Reads the query of an address; one that cannot be read says nothing.
    pub fn read(query: &str) -> Sent {
        Sent { parameters: Query::from_query(query).map(Query::into_inner).unwrap_or_default() }
    }

    /// The event, as JSON: of `data`, else of all parameters.
    pub fn event(&self) -> Result<String, Reason> {
        self.parameter("data").map_or_else(|| flattened(&self.parameters), decoded)
    }

    /// The first parameter of this name.
    fn parameter(&self, wanted: &str) -> Option<&str> {
        self.parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    fn is_verbose(&self) -> bool {
        self.parameter("verbose").is_some_and(|verbose| verbose != "0")
    }
}

/// The JSON in `data`: base64 in either alphabet, with or without padding. A plus sign has become a space on its way.
fn decoded(data: &str) -> Result<String, Reason> {
    let standard = |c: char| match c {
        '-' | ' ' => '+',
        '_' => '/',
        c => c,
    };
    let text: String = data.trim_end_matches('=').chars().map(standard).collect();
    let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| Reason::MalformedJson)?;
    String::from_utf8(bytes).map_err(|_| Reason::InvalidUtf8)
}

/// The event that the parameters are: `properties.total=42` is `{"properties":{"total":"42"}}`.
fn flattened(parameters: &[(String, String)]) -> Result<String, Reason> {
    let mut event = Map::new();
    for (name, value) in parameters.iter().filter(|(name, _)| !NOT_OF_THE_EVENT.contains(&name.as_str())) {
        let mut path: Vec<Cow<'_, str>> = name.splitn(limits::NESTING + 1, '.').map(Cow::Borrowed).collect();
        if path.len() > limits::NESTING {
            return Err(Reason::TooDeep);
        }
        let last = path.pop().unwrap_or_default();
        let mut object = &mut event;
        for part in path {
            let inner = object.entry(part).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            let Value::Object(inner) = inner else { return Err(Reason::InvalidBody) };
            object = inner;
        }
        object.insert(last.into_owned(), Value::from(value.as_str()));
    }
    Ok(Value::Object(event).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_either_alphabet() {
        for data in ["eyJhIjoiw7_Dvz4ifQ", "eyJhIjoiw7_Dvz4ifQ==", "eyJhIjoiw7/Dvz4ifQ=="] {
            assert_eq!(decoded(data).as_deref(), Ok(r#"{"a":"ÿÿ>"}"#), "{data}");
        }
        assert_eq!(decoded("eyJhIjoiw7/Dvz4 In0").as_deref(), Ok("{\"a\":\"ÿÿ>>\"}"));
        assert_eq!(decoded("%%"), Err(Reason::MalformedJson));
        assert_eq!(decoded("/w=="), Err(Reason::InvalidUtf8));
    }

    #[test]
    fn parameters_are_an_event() {
        let parameters: Vec<_> =
            [("userId", "42"), ("writeKey", "wk"), ("properties", "x"), ("properties.a.b", "1"), ("properties.a.c", "")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        assert_eq!(flattened(&parameters).as_deref(), Ok(r#"{"properties":{"a":{"b":"1","c":""}},"userId":"42"}"#));
        let deep = vec![("a.".repeat(10_000), "1".to_owned())];
        assert_eq!(flattened(&deep), Err(Reason::TooDeep));
    }
}
