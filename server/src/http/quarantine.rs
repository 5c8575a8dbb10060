//! What was not accepted, and why.

pub mod replay;

use actix_web::web::{self, Data, Json, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use nora_shared::Reason;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::access::Reader;
use super::body;
use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::log::{Held, Settled};
use crate::quarantine::{self, Filter, Found};
use crate::storage::Store;
use crate::time::Millis;

/// Items on one page, at most.
const PAGE: usize = 200;

/// Items that one request removes, at most.
const REMOVED: usize = 10_000;

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// Only those that are held for this reason, as a code.
    #[serde(default)]
    reason: Option<String>,
    /// Only those from this source.
    #[serde(default)]
    source: Option<String>,
    /// Only those received at this time or later (RFC 3339).
    #[serde(default)]
    since: Option<String>,
    /// Only those received before this time (RFC 3339).
    #[serde(default)]
    until: Option<String>,
    /// At most so many; 50 unless told, never more than 200. A page may hold fewer and still have a `next`.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

/// One page of the quarantine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldPage)]
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
    /// How to mend it.
    hint: &'static str,
    /// Where in it, or more about it.
    detail: String,
    #[schema(value_type = String, format = DateTime)]
    received_at: Millis,
    source: String,
    /// Whether it came with a secret key.
    verified: bool,
    /// How often it was tried again and not accepted.
    attempts: u32,
    /// Whether it can be replayed: it is an event.
    is_event: bool,
    /// What was sent, as it was sent but for secrets.
    payload: String,
    /// The kind of event that the address named.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// `sentAt` of its batch.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Millis>,
    /// `context` of its batch.
    #[schema(value_type = Option<Object>)]
    context: Option<Box<RawValue>>,
    /// `integrations` of its batch.
    #[schema(value_type = Option<Object>)]
    integrations: Option<Box<RawValue>>,
}

/// The quarantine at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub struct Summary {
    /// By source and reason.
    data: Vec<GroupView>,
    next: Option<String>,
}

/// What one source has there for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    source: String,
    /// The code of the reason.
    reason: &'static str,
    /// The same, for a person.
    message: &'static str,
    /// How to mend it.
    hint: &'static str,
    count: u64,
    /// When the first of them was received.
    #[schema(value_type = String, format = DateTime)]
    first: Millis,
    /// When the last of them was received.
    #[schema(value_type = String, format = DateTime)]
    last: Millis,
}

/// Which items are removed. At least one of these, or `all`.
#[derive(Debug, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// Those that are held for this reason, as a code.
    #[serde(default)]
    reason: Option<String>,
    /// Those from this source.
    #[serde(default)]
    source: Option<String>,
    /// Those received at this time or later (RFC 3339).
    #[serde(default)]
    since: Option<String>,
    /// Those received before this time (RFC 3339).
    #[serde(default, alias = "before")]
    until: Option<String>,
    /// Whatever is there.
    #[serde(default)]
    all: bool,
}

/// What was removed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Removed {
    /// Items.
    removed: u64,
    /// Whether there are more of them: one request removes 10,000 at most.
    more: bool,
}

/// What was not accepted, newest first.
#[utoipa::path(get, path = "/v1/quarantine", tag = "quarantine", params(Listing), security(("token" = [])),
    responses((status = 200, body = Page), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn list(_: Reader, app: Data<App>, listing: Query<Listing>) -> Result<Json<Page>, ApiError> {
    let Listing { reason, source, since, until, limit, cursor } = listing.into_inner();
    let filter = filter(reason, source, since, until)?;
    let before = id_in(cursor)?;
    let Found { items, next } = find(&app, filter, before, limit.unwrap_or(50).clamp(1, PAGE)).await?;
    Ok(Json(Page { data: items.into_iter().map(view).collect(), next: next.map(|id| id.to_string()) }))
}

/// One item.
#[utoipa::path(get, path = "/v1/quarantine/{id}", tag = "quarantine", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 200, body = HeldView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn show(_: Reader, app: Data<App>, id: Path<String>) -> Result<Json<HeldView>, ApiError> {
    Ok(Json(view(item(&*app.store, &id)?)))
}

/// How much each source has there for each reason, and since when.
#[utoipa::path(get, path = "/v1/quarantine/summary", tag = "quarantine", security(("token" = [])),
    responses((status = 200, body = Summary), (status = 401, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn summary(_: Reader, app: Data<App>) -> Result<Json<Summary>, ApiError> {
    let groups = read(&app, |store| quarantine::summary(store)).await?;
    let view = |((source, reason), group): ((String, Reason), quarantine::Group)| GroupView {
        source,
        reason: reason.code(),
        message: reason.message(),
        hint: reason.hint(),
        count: group.count,
        first: group.first,
        last: group.last,
    };
    Ok(Json(Summary { data: groups.into_iter().map(view).collect(), next: None }))
}

/// Removes an item for good.
#[utoipa::path(delete, path = "/v1/quarantine/{id}", tag = "quarantine", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 204, description = "removed"), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn remove(_: Reader, app: Data<App>, id: Path<String>) -> Result<HttpResponse, ApiError> {
    let (id, _) = item(&*app.store, &id)?;
    settle_removed(&app, &[id]).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Removes items for good: those that a body or the query describes.
#[utoipa::path(delete, path = "/v1/quarantine", tag = "quarantine", params(Removal), request_body = Removal, security(("token" = [])),
    responses((status = 200, body = Removed), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn empty(_: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Removed>, ApiError> {
    let Removal { reason, source, since, until, all } = body::object(&request, payload, body::CHANGE).await?;
    let filter = filter(reason, source, since, until)?;
    if filter == Filter::default() && !all {
        return Err(ApiError::InvalidBody("name reason, source, since or until; or say all=true".to_owned()));
    }
    let (mut removed, mut before) = (0, None);
    loop {
        let Found { items, next } = find(&app, filter.clone(), before, PAGE).await?;
        let ids: Vec<u64> = items.into_iter().map(|(id, _)| id).collect();
        settle_removed(&app, &ids).await?;
        removed += ids.len();
        before = next;
        if next.is_none() || removed >= REMOVED {
            return Ok(Json(Removed { removed: removed as u64, more: next.is_some() }));
        }
    }
}

async fn settle_removed(app: &App, ids: &[u64]) -> Result<(), ApiError> {
    if ids.is_empty() {
        return Ok(());
    }
    app.settle(Vec::new(), ids.iter().map(|id| Settled { id: *id, still: None }).collect()).await?;
    app.outcomes.count_removed("deleted", ids.len() as u64);
    Ok(())
}

fn filter(reason: Option<String>, source: Option<String>, since: Option<String>, until: Option<String>) -> Result<Filter, ApiError> {
    let time = |text: Option<String>, name| text.map(|text| Millis::parse(&text).ok_or(ApiError::InvalidParameter(name))).transpose();
    let reason = reason.map(|code| Reason::from_code(&code).ok_or(ApiError::InvalidParameter("reason"))).transpose()?;
    Ok(Filter { reason, source, since: time(since, "since")?, until: time(until, "until")? })
}

fn id_in(cursor: Option<String>) -> Result<Option<u64>, ApiError> {
    cursor.map(|text| text.parse().map_err(|_| ApiError::InvalidParameter("cursor"))).transpose()
}

/// The item that an address names.
fn item(store: &dyn Store, id: &str) -> Result<(u64, Held), ApiError> {
    let none = ApiError::NotFound("such item in the quarantine");
    let Ok(id) = id.parse() else { return Err(none) };
    store.held_item(id)?.map(|held| (id, held)).ok_or(none)
}

async fn find(app: &App, filter: Filter, before: Option<u64>, limit: usize) -> Result<Found, ApiError> {
    read(app, move |store| quarantine::find(store, &filter, before, limit)).await
}

/// Reads on a thread that may wait for the disk: there may be much to look through.
async fn read<T, F>(app: &App, read: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: FnOnce(&dyn Store) -> crate::storage::Result<T> + Send + 'static,
{
    let store = app.store.clone();
    // The thread that reads does not panic, and is not stopped.
    Ok(web::block(move || read(&*store)).await.map_err(|_| ApiError::Unavailable)??)
}

fn view((id, held): (u64, Held)) -> HeldView {
    let raw = |json: Option<String>| json.and_then(|json| RawValue::from_string(json).ok());
    let message = match held.detail.as_str() {
        "" => held.reason.message().to_owned(),
        detail => format!("{} ({detail})", held.reason.message()),
    };
    HeldView {
        id: id.to_string(),
        reason: held.reason.code(),
        message,
        hint: held.reason.hint(),
        detail: held.detail,
        received_at: held.received_at,
        source: held.source,
        verified: held.verified,
        attempts: held.attempts,
        is_event: held.sent.is_event,
        payload: held.payload,
        kind: held.sent.kind,
        sent_at: held.sent.sent_at,
        context: raw(held.sent.context),
        integrations: raw(held.sent.integrations),
    }
}
