//! Where events come from.

use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Reader;
use super::error::ErrorBody;
use crate::app::App;

/// All sources.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page {
    data: Vec<SourceView>,
    next: Option<String>,
}

/// One source. Its secret key and its signing secret are shown nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceView {
    id: String,
    name: String,
    /// Public: for the script tag.
    write_key: String,
}

/// Where events come from, with the keys for script tags.
#[utoipa::path(get, path = "/v1/sources", tag = "query", security(("token" = [])),
    responses((status = 200, body = Page), (status = 401, body = ErrorBody)))]
pub async fn list(_: Reader, app: Data<App>) -> Json<Page> {
    let view =
        |source: &crate::keys::Source| SourceView { id: source.id.clone(), name: source.name.clone(), write_key: source.write_key.clone() };
    Json(Page { data: app.keys.sources.iter().map(view).collect(), next: None })
}
