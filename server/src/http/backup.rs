//! Backups, made while events are taken.

use actix_web::HttpRequest;
use actix_web::web::{self, Data, Json, Payload};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body;
use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::backup::{BackupError, Backups};
use crate::storage::Snapshot;

/// Which backup to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WantedBackup)]
pub struct Wanted {
    /// 1 to 64 of `a-z`, `0-9`, `_` and `-`; the time where absent.
    #[serde(default)]
    name: Option<String>,
}

/// A backup that is there.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = MadeBackup)]
pub struct Made {
    /// The folder's name in the directory of backups.
    pub name: String,
    /// Records of the log in it.
    pub events: u64,
    /// Held items in it.
    pub held: u64,
    /// Bytes that were copied.
    pub bytes: u64,
}

/// Copies everything that cannot be derived into a folder of `backup_dir` on the server, durably; it answers when that is done.
///
/// Every event that was acknowledged before the request is in it. `nora restore` makes a data directory of it. For tokens of owners.
#[utoipa::path(post, path = "/v1/backup", tag = "operations", request_body = Wanted, security(("token" = [])),
    responses((status = 200, body = Made),
        (status = 409, body = ErrorBody, description = "`backup_not_configured`, `backup_exists` or `backup_running`")))]
pub async fn make(request: HttpRequest, payload: Payload, app: Data<App>, backups: Data<Backups>) -> Result<Json<Made>, ApiError> {
    let wanted: Wanted = body::object(&request, payload, body::CHANGE).await?;
    let now = app.clock.now().to_string();
    // `2026-01-31T12:00:00.000Z`, with what a name may have.
    let name = wanted.name.unwrap_or_else(|| now[..19].replace(':', "-").to_lowercase());
    let (store, of_this_name) = (app.store.clone(), name.clone());
    let made = web::block(move || backups.make(&*store, &of_this_name)).await.map_err(|_| ApiError::Unavailable)?;
    let Snapshot { events, held, bytes } = made?;
    tracing::info!(name, events, held, bytes, "a backup was made");
    Ok(Json(Made { name, events, held, bytes }))
}

impl From<BackupError> for ApiError {
    fn from(error: BackupError) -> ApiError {
        match error {
            BackupError::InvalidName => ApiError::InvalidParameter("name"),
            BackupError::NotConfigured => ApiError::NoBackup("backup_not_configured"),
            BackupError::Exists => ApiError::NoBackup("backup_exists"),
            BackupError::Running => ApiError::NoBackup("backup_running"),
            BackupError::Io(_) | BackupError::Store(_) => {
                tracing::error!(%error, "a backup could not be made");
                ApiError::Unavailable
            }
        }
    }
}
