//! The settings that analytics.js asks for before it sends anything (COMPAT §1).

use actix_web::http::header::{CACHE_CONTROL, ORIGIN};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use nora_shared::Reason;
use serde_json::json;

use super::error::{ApiError, ErrorBody};
use super::peer::Peer;
use crate::app::App;

/// Settings of a source in the form that analytics.js takes: one destination, this server.
#[utoipa::path(get, path = "/v1/projects/{write_key}/settings", tag = "collect", params(("write_key" = String, Path,)),
    responses((status = 200, body = Object), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub async fn settings(request: HttpRequest, app: Data<App>, write_key: Path<String>) -> Result<HttpResponse, ApiError> {
    let key = write_key.into_inner();
    let source = app.keys.source(&key, app.clock.now()).filter(|(_, is_secret)| !is_secret);
    let (source, _) = source.ok_or(Reason::InvalidWriteKey)?;
    // Pages of this very host name no origin when they read.
    if let Some(origin) = request.headers().get(ORIGIN)
        && !source.allows(origin.to_str().ok())
    {
        return Err(Reason::OriginNotAllowed.into());
    }
    let peer = Peer::of(&request);
    let host = format!("{}/v1", peer.host);
    let enabled = json!({"__default": {"enabled": true}});
    let settings = json!({
        "integrations": {"Segment.io": {
            "apiKey": key,
            "apiHost": host,
            "protocol": if peer.is_https { "https" } else { "http" },
            "retryQueue": true,
            "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
        }},
        "plan": {"track": enabled, "identify": enabled, "group": enabled},
        "consentSettings": {"allCategories": [], "hasUnmappedDestinations": false},
        "metrics": {"sampleRate": 0},
        "analyticsNextEnabled": true,
    });
    // They name the host that was asked: a cache that kept them could send visitors of one host to another.
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(settings))
}
