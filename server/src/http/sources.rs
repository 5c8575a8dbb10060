//! Where events come from: sources and their keys, as resources.

use actix_web::web::{self, Data, Json, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Reader;
use super::body;
use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::keys::{EndedKey, KeyError, NewSource, Rotate, Rotation, Source, SourceChange, Stored, hint};
use crate::time::{DAY_MS, Millis};

/// How long a key can still be used after another has replaced it, where nobody says: pages and apps with the old one are out there.
const OVERLAP_MS: i64 = 30 * DAY_MS;

/// All sources.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourcePage)]
pub struct Page {
    data: Vec<SourceView>,
    next: Option<String>,
}

/// One source. Its secret keys and signing secrets are shown nowhere but in the answer that makes them.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceView {
    id: String,
    name: String,
    /// The sites that the tag may stand on, such as `https://shop.example` or `https://*.example.com`; everywhere where empty. Requests
    /// with a write key from elsewhere, or without an `Origin`, are refused.
    allowed_origins: Vec<String>,
    /// Whether who somebody is has to be signed: an `identify` or `alias` without a signature is quarantined, other events lose their
    /// `userId`. What comes with a secret key needs none.
    requires_signature: bool,
    /// Public: for the script tag. The newest of `write_keys`.
    write_key: String,
    /// The newest first.
    write_keys: Vec<KeyView>,
    /// The newest first; only their last characters.
    secret_keys: Vec<KeyView>,
    /// The newest first; only their last characters.
    signing_secrets: Vec<KeyView>,
    /// Keys that have ended, the newest first; they can be restored. Of secret ones only their last characters.
    ended_keys: Vec<EndedKeyView>,
}

/// A key that has ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedKeyView {
    /// The key itself where it is public, else what it ends with.
    key: String,
    /// Whether it was a secret key.
    is_secret: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Millis>,
}

/// A key.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// The key itself where it is public, else what it ends with.
    key: String,
    /// Until when it can be used; `null`: for ever.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Millis>,
}

/// A source, with the secrets that are shown only now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedSource)]
pub struct Created {
    #[serde(flatten)]
    source: SourceView,
    /// For servers. Keep it: it is shown only now.
    secret_key: String,
    /// What user ids are signed with. Keep it: it is shown only now.
    signing_secret: String,
}

/// A source to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSource)]
pub struct New {
    /// 1 to 64 of `a-z`, `0-9`, `_` and `-`; follows from the name where absent. It stands in every event, and never changes.
    #[serde(default)]
    #[schema(pattern = "^[a-z0-9_-]{1,64}$")]
    id: Option<String>,
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$")]
    name: String,
    /// At most 100, of the form `https://shop.example` or `https://*.example.com`; everywhere where empty.
    #[serde(default)]
    #[schema(max_items = 100)]
    allowed_origins: Vec<String>,
    #[serde(default)]
    requires_signature: bool,
}

/// All that can be changed about a source.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SourceChange)]
pub struct Change {
    #[schema(max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$")]
    name: String,
    /// At most 100, of the form `https://shop.example` or `https://*.example.com`; everywhere where empty.
    #[serde(default)]
    #[schema(max_items = 100)]
    allowed_origins: Vec<String>,
    #[serde(default)]
    requires_signature: bool,
}

/// A key to be replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Replace {
    which: Rotate,
    /// Until when the present one can still be used; 30 days from now where absent, at once where past.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    old_valid_until: Option<String>,
}

/// What is to be restored.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// A key that has ended. Where absent, the source itself, which was removed.
    #[serde(default)]
    key: Option<String>,
}

/// The new key, and what there is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Replaced {
    /// The new key. Unless it is public, it is shown only now.
    key: String,
    source: SourceView,
}

/// Where events come from, with the keys for script tags.
#[utoipa::path(get, path = "/v1/sources", tag = "configuration", security(("token" = [])),
    responses((status = 200, body = Page)))]
pub async fn list(_: Reader, app: Data<App>) -> Json<Page> {
    Json(Page { data: app.keys.directory().sources.iter().map(|source| view(source)).collect(), next: None })
}

/// One source.
#[utoipa::path(get, path = "/v1/sources/{id}", tag = "configuration", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 200, body = SourceView), (status = 404, body = ErrorBody)))]
pub async fn show(_: Reader, app: Data<App>, id: Path<String>) -> Result<Json<SourceView>, ApiError> {
    let directory = app.keys.directory();
    let source = directory.sources.iter().find(|source| source.id == *id).ok_or(ApiError::NotFound("such source"))?;
    Ok(Json(view(source)))
}

/// Makes a source, with a key of each kind. They can be used at once.
#[utoipa::path(post, path = "/v1/sources", tag = "configuration", request_body = New, security(("token" = [])),
    responses((status = 201, body = Created), (status = 409, body = ErrorBody)))]
pub async fn create(_: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, ApiError> {
    let New { id, name, allowed_origins, requires_signature } = body::object(&request, payload, body::CHANGE).await?;
    let new = NewSource { id, settings: SourceChange { name, allowed_origins, requires_signature } };
    let (source, secret_key) = change(app, |stored| stored.create_source(new)).await?;
    let signing_secret = source.signing_secrets.first().map(|secret| secret.secret.clone()).unwrap_or_default();
    Ok(HttpResponse::Created().json(Created { source: view(&source), secret_key, signing_secret }))
}

/// Changes a source: all of it that can be changed. What is left out gets its default.
#[utoipa::path(put, path = "/v1/sources/{id}", tag = "configuration", params(("id" = String, Path,)), request_body = Change, security(("token" = [])),
    responses((status = 200, body = SourceView), (status = 404, body = ErrorBody)))]
pub async fn update(
    _: Reader,
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    id: Path<String>,
) -> Result<Json<SourceView>, ApiError> {
    let Change { name, allowed_origins, requires_signature } = body::object(&request, payload, body::CHANGE).await?;
    let settings = SourceChange { name, allowed_origins, requires_signature };
    let source = change(app, move |stored| stored.change_source(&id, settings)).await?;
    Ok(Json(view(&source)))
}

/// Removes a source: its keys are refused from now on. Its events stay. The last one cannot be removed.
///
/// For 30 days, what still comes with its keys is refused with 401 and held in the quarantine. `restore` puts the source back.
#[utoipa::path(delete, path = "/v1/sources/{id}", tag = "configuration", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 204, description = "removed"), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub async fn remove(_: Reader, app: Data<App>, id: Path<String>) -> Result<HttpResponse, ApiError> {
    let at = app.clock.now();
    change(app, move |stored| stored.delete_source(&id, at)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Replaces a key without losing anything: the present one can be used beside the new one until `old_valid_until`. At most two of a kind
/// can be used at a time.
#[utoipa::path(post, path = "/v1/sources/{id}/rotate", tag = "configuration", params(("id" = String, Path,)), request_body = Replace, security(("token" = [])),
    responses((status = 200, body = Replaced), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub async fn rotate(
    _: Reader,
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    id: Path<String>,
) -> Result<Json<Replaced>, ApiError> {
    let Replace { which, old_valid_until } = body::object(&request, payload, body::CHANGE).await?;
    let at = app.clock.now();
    let until = old_valid_until.map(|text| Millis::parse(&text).ok_or(ApiError::InvalidParameter("old_valid_until"))).transpose()?;
    let rotation = Rotation { which, old_valid_until: until.unwrap_or(Millis(at.0 + OVERLAP_MS)), at };
    let (source, key) = change(app, move |stored| stored.rotate(&id, &rotation)).await?;
    Ok(Json(Replaced { key, source: view(&source) }))
}

/// Restores a source that was removed, as it was and with its keys; or, of a source that is there, a key that has ended.
///
/// What came meanwhile is in the quarantine, with the reason `invalid_write_key`: `POST /v1/quarantine/replay` takes it from there. The last
/// hundred sources that were removed, and of each source the last twenty keys that have ended, can be restored.
#[utoipa::path(post, path = "/v1/sources/{id}/restore", tag = "configuration", params(("id" = String, Path,)), request_body = Restore, security(("token" = [])),
    responses((status = 200, body = SourceView), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody)))]
pub async fn restore(
    _: Reader,
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    id: Path<String>,
) -> Result<Json<SourceView>, ApiError> {
    let Restore { key } = body::optional(&request, payload, body::CHANGE).await?;
    let now = app.clock.now();
    let source = change(app, move |stored| match key {
        Some(key) => stored.restore_key(&id, &key, now),
        None => stored.restore_source(&id),
    });
    Ok(Json(view(&source.await?)))
}

/// Changes the keys on a thread that may wait for the disk.
pub(super) async fn change<T, F>(app: Data<App>, change: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: FnOnce(&mut Stored) -> Result<T, KeyError> + Send + 'static,
{
    let changed = web::block(move || app.keys.change(change)).await;
    // The thread that writes does not panic, and is not stopped.
    Ok(changed.map_err(|_| ApiError::Unavailable)??)
}

fn view(source: &Source) -> SourceView {
    let view = |key: String, valid_until| KeyView { key, valid_until };
    SourceView {
        id: source.id.clone(),
        name: source.name.clone(),
        allowed_origins: source.allowed_origins.iter().map(ToString::to_string).collect(),
        requires_signature: source.requires_signature,
        write_key: source.write_key().to_owned(),
        write_keys: source.write_keys.iter().map(|key| view(key.key.clone(), key.valid_until)).collect(),
        secret_keys: source.secret_keys.iter().map(|key| view(key.hint.clone(), key.valid_until)).collect(),
        signing_secrets: source.signing_secrets.iter().map(|secret| view(hint(&secret.secret), secret.valid_until)).collect(),
        ended_keys: source.ended_keys.iter().map(ended).collect(),
    }
}

fn ended(key: &EndedKey) -> EndedKeyView {
    let shown = key.key.clone().unwrap_or_else(|| key.hint.clone());
    EndedKeyView { key: shown, is_secret: key.is_secret(), ended_at: key.ended_at }
}
