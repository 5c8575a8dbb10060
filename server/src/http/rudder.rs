//! What RudderStack's clients ask for beside the tracking API (COMPAT §2).

use actix_web::guard::GuardContext;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL};
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use nora_shared::Reason;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::access::credentials;
use super::body;
use super::collect::{self, Answer};
use super::error::{ApiError, ErrorBody};
use super::openapi::event::EventBatch;
use super::sender::enter;
use crate::app::App;

/// Whose it is, for calls that can have no headers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Keyed {
    /// The public write key; not needed where it is in `Authorization`.
    #[serde(default, rename = "writeKey")]
    write_key: Option<String>,
}

/// Many events, as `navigator.sendBeacon` sends them: like `/v1/batch`, with the write key in the address.
///
/// The answer is empty unless `verbose=1` asks for more: nobody reads it, and what is left unread would count against the 64 KiB that a page may
/// have on its way while it is left.
#[utoipa::path(post, path = "/beacon/v1/batch", tag = "collect", params(Keyed, Answer), request_body(content = EventBatch, content_type = "application/json"),
    security(("write_key_in_query" = []), ("write_key" = []), ()),
    responses((status = 200, description = "durable; as at `/v1/batch` with `verbose=1`, else empty"), (status = 507, body = ErrorBody)))]
pub async fn beacon(
    request: HttpRequest,
    mut payload: Payload,
    app: Data<App>,
    keyed: Query<Keyed>,
    answer: Query<Answer>,
) -> Result<HttpResponse, ApiError> {
    enter(&app, &request)?;
    let text = body::text(&request, &mut payload, body::TRACKING).await?;
    let keys: Vec<&str> = keyed.write_key.as_deref().into_iter().collect();
    let taken = collect::take_batch(&app, &request, &text, &keys, &answer).await?;
    Ok(if answer.is_verbose() { taken } else { HttpResponse::Ok().finish() })
}

/// What RudderStack's SDKs ask for before they send anything: a source that is enabled and has nothing to deliver to from the device.
///
/// Also at `/sourceConfig/`, which is where they ask.
#[utoipa::path(get, path = "/sourceConfig", tag = "collect", params(Keyed), security(("write_key_in_query" = []), ("write_key" = [])),
    responses((status = 200, body = Object)))]
pub async fn source_config(request: HttpRequest, app: Data<App>, keyed: Query<Keyed>) -> Result<HttpResponse, ApiError> {
    let key = keyed.write_key.clone().or_else(|| credentials(&request)).ok_or(Reason::MissingWriteKey)?;
    // A secret key has no business in a browser.
    let (source, _) = app.keys.source(&key, app.clock.now()).filter(|(_, is_secret)| !is_secret).ok_or(Reason::InvalidWriteKey)?;
    let off = json!({"enabled": false});
    let config = json!({
        "isHosted": true,
        "source": {
            "id": source.id,
            "name": source.name,
            "writeKey": key,
            "enabled": true,
            "workspaceId": "nora",
            "destinations": [],
            "config": {"statsCollection": {"errors": off, "metrics": off}},
        },
    });
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(config))
}

/// Whether a request to `/v1/import` is RudderStack's, a batch with a write key, and not a file that says its format in the address.
pub fn is_batch(request: &GuardContext<'_>) -> bool {
    let head = request.head();
    let is_basic = |value: &str| value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "));
    let has_key = head.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).is_some_and(is_basic);
    has_key && head.uri.query().is_none_or(|query| !query.split('&').any(|part| part.starts_with("format=")))
}
