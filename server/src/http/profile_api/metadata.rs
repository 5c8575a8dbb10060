//! When a customer came and was last seen, in Segment's shape.

use std::sync::Arc;

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::customer;
use crate::app::App;
use crate::http::access::Reader;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::events::{EXAMINED, entries};
use crate::http::profiles::profile;
use crate::log::Record;
use crate::storage::TimelineEntry;
use crate::time::Millis;

/// How it is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Detail {
    /// Taken, and changes nothing: everything is shown anyway.
    #[serde(default, rename = "verbose")]
    _verbose: Option<String>,
}

/// The metadata of a profile.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShownMetadata)]
pub struct Shown {
    metadata: Metadata,
}

/// When the first and the last event happened, and which they were.
#[derive(Debug, Serialize, ToSchema)]
pub struct Metadata {
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Millis,
    /// Always `null`: profiles do not expire.
    #[schema(value_type = Option<String>)]
    expires_at: Option<Millis>,
    first_message_id: Option<String>,
    first_source_id: Option<String>,
    last_message_id: Option<String>,
    last_source_id: Option<String>,
}

/// When a customer came and was last seen.
#[utoipa::path(get, path = "/v1/spaces/{space}/collections/users/profiles/{id}/metadata", tag = "profile api",
    params(("space" = String, Path, example = "any", description = "any"), ("id" = String, Path, example = "user_id:42", description = "`type:value`, or a profile id"), Detail), security(("token" = [])),
    responses((status = 200, body = Shown), (status = 404, body = ErrorBody)))]
pub async fn metadata(_: Reader, app: Data<App>, path: Path<(String, String)>, _: Query<Detail>) -> Result<Json<Shown>, ApiError> {
    app.caught_up().await?;
    let people = app.followed.people();
    let customer = customer(&people, &path.1)?;
    let profile = profile(&app, &customer, false)?;
    let mut entries = entries(&app, &customer)?;
    entries.sort_unstable();
    let shown = |entry: &TimelineEntry| -> Result<Option<Arc<Record>>, ApiError> {
        Ok(app.store.event(entry.seq)?.filter(|record| !people.is_set_aside(record)))
    };
    let first = entries.iter().take(EXAMINED).find_map(|entry| shown(entry).transpose()).transpose()?;
    let last = entries.iter().rev().take(EXAMINED).find_map(|entry| shown(entry).transpose()).transpose()?;
    let ids = |record: Option<Arc<Record>>| record.map(|record| (record.message_id.clone(), record.source.clone())).unzip();
    let (first_message_id, first_source_id) = ids(first);
    let (last_message_id, last_source_id) = ids(last);
    let (created_at, updated_at) = (profile.first_seen, profile.last_seen);
    Ok(Json(Shown {
        metadata: Metadata { created_at, updated_at, expires_at: None, first_message_id, first_source_id, last_message_id, last_source_id },
    }))
}
