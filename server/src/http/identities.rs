//! Every identifier, and whose it is.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use futures_util::stream;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Reader;
use super::error::ApiError;
use crate::app::App;
use crate::follower::people::Identity;
use crate::identity::NodeId;

/// Identifiers that are read under one lock, so that a long answer holds up nobody.
const PAGE: usize = 1_000;

/// One identifier: one line.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityLine<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    value: &'a str,
    representative: Named<'a>,
    profile_id: &'a str,
}

/// The strongest identifier of the profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    value: &'a str,
}

/// Every identifier with its profile, as NDJSON.
#[utoipa::path(get, path = "/v1/identities", tag = "query", security(("token" = [])),
    responses((status = 200, body = IdentityLine<'static>, content_type = "application/x-ndjson")))]
pub async fn stream(_: Reader, app: Data<App>) -> Result<HttpResponse, ApiError> {
    app.caught_up().await?;
    let lines = stream::unfold(Some(None), move |after: Option<Option<NodeId>>| {
        let app = app.clone();
        async move {
            let (page, next) = match app.followed.people().identities(after?, PAGE) {
                Ok(found) => found,
                Err(error) => return Some((Err(ApiError::from(error)), None)),
            };
            let text: String = page
                .iter()
                .filter_map(|Identity { identifier, representative, profile_id }| {
                    let named = Named { kind: representative.kind(), value: representative.value() };
                    let line = IdentityLine { kind: identifier.kind(), value: identifier.value(), representative: named, profile_id };
                    Some(serde_json::to_string(&line).ok()? + "\n")
                })
                .collect();
            Some((Ok(Bytes::from(text)), next.map(Some)))
        }
    });
    Ok(HttpResponse::Ok().content_type("application/x-ndjson").streaming(lines))
}
