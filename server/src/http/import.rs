//! Importing a file, or a part of one, into the running server.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Payload, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::access::{allowed, credentials};
use super::body;
use super::error::{ApiError, ErrorBody};
use super::quota;
use crate::app::App;
use crate::import::{self, Format, Mapping, Report, Rows};
use crate::keys::{Scope, is_source_id};

/// Bytes of one request. A larger file is sent in parts, as `nora import` does.
pub const PART_BYTES: usize = 4 * 1024 * 1024;

/// How to read the body.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Options {
    /// The id that the events' source gets: 1 to 64 of `a-z`, `0-9`, `_` and `-`. With a secret key, that key's own source.
    #[param(pattern = "^[a-z0-9_-]{1,64}$")]
    source: String,
    /// `csv` or `ndjson`; `rows` for what `nora import` sends.
    #[param(pattern = "^(csv|ndjson|rows)$")]
    format: String,
    /// `field=column,…`; columns of the usual names need no entry.
    #[serde(default)]
    map: String,
    /// The type of the events, where no column says.
    #[serde(default)]
    r#type: Option<String>,
}

/// Imports rows: CSV with a header line, or NDJSON. With a token or a secret key.
///
/// Every row goes through the same admission as an event; a bad row is reported with its line and kept in the quarantine.
///
/// RudderStack sends batches here: a request with Basic authentication and without `format` is one, and is taken and answered as at
/// `/v1/batch`.
#[utoipa::path(post, path = "/v1/import", tag = "collect", params(Options), request_body(content = String, content_type = "text/csv"),
    security(("token" = []), ("write_key" = [])),
    responses((status = 200, body = Report), (status = 507, body = ErrorBody)))]
pub async fn import(request: HttpRequest, mut payload: Payload, app: Data<App>, options: Query<Options>) -> Result<Json<Report>, ApiError> {
    // A secret key is that of one source, and writes as no other.
    let key = credentials(&request).unwrap_or_default();
    let own_source = app.keys.source(&key, app.clock.now()).filter(|(_, is_secret)| *is_secret);
    match own_source {
        Some((source, _)) if source.id == options.source => quota::key(&request, &key, true, 0)?,
        Some(_) => return Err(ApiError::Unauthorized),
        None => drop(allowed(&request, Scope::Import)?),
    }
    if !is_source_id(&options.source) {
        return Err(ApiError::InvalidParameter("source"));
    }
    let format: Format = options.format.parse().map_err(|_| ApiError::InvalidParameter("format"))?;
    let mapping = Mapping::parse(&options.map, options.r#type.clone()).map_err(|_| ApiError::InvalidParameter("map"))?;
    let text = body::bytes(&request, &mut payload, PART_BYTES).await?;
    let rows = Rows::new(text.as_slice(), format);
    Ok(Json(import::import(&app, &options.source, &mapping, rows).await?))
}
