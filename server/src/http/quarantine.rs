//! What was not accepted, and why.

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Reader;
use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::time::Millis;

/// Items on one page, at most.
const PAGE: usize = 200;

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// At most so many; 50 unless told, never more than 200.
    #[serde(default)]
    limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    cursor: Option<u64>,
}

/// One page of the quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page {
    /// The newest first.
    data: Vec<HeldView>,
    /// For the next page.
    next: Option<String>,
}

/// Something that could be read but not accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldView {
    id: String,
    /// The code of what keeps it from being accepted.
    reason: &'static str,
    /// The same, for a person.
    message: String,
    #[schema(value_type = String, format = DateTime)]
    received_at: Millis,
    source: String,
    /// What was sent, as it was sent.
    payload: String,
}

/// What was not accepted, newest first.
#[utoipa::path(get, path = "/v1/quarantine", tag = "query", params(Listing), security(("token" = [])),
    responses((status = 200, body = Page), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn list(_: Reader, app: Data<App>, listing: Query<Listing>) -> Result<Json<Page>, ApiError> {
    let limit = listing.limit.unwrap_or(50).clamp(1, PAGE);
    let held = app.store.held(listing.cursor, limit)?;
    let next = held.last().filter(|(id, _)| held.len() == limit && *id > 0).map(|(id, _)| id.to_string());
    let data = held.into_iter().map(|(id, held)| HeldView {
        id: id.to_string(),
        reason: held.reason.code(),
        message: if held.detail.is_empty() {
            held.reason.message().to_owned()
        } else {
            format!("{} ({})", held.reason.message(), held.detail)
        },
        received_at: held.received_at,
        source: held.source,
        payload: held.payload,
    });
    Ok(Json(Page { data: data.collect(), next }))
}
