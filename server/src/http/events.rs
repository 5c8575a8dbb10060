//! A customer's timeline.

use actix_web::web::{Data, Json, Path, Query};
use nora_shared::event::{Event, Text};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::access::Reader;
use super::error::{ApiError, ErrorBody};
use super::profiles::customer;
use crate::app::App;
use crate::identity::Customer;
use crate::log::{Record, Seq};
use crate::storage::TimelineEntry;
use crate::time::Millis;

/// Events on one page, at most.
const PAGE: usize = 1_000;

/// Events that one request looks at, at most: a name that is rare costs several pages, some of them empty, and not one long answer.
pub(super) const EXAMINED: usize = 10_000;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Not before this time: RFC 3339, a date, or a number of seconds or milliseconds since 1970.
    #[serde(default)]
    #[param(format = DateTime)]
    since: Option<String>,
    /// Before this time.
    #[serde(default)]
    #[param(format = DateTime)]
    until: Option<String>,
    /// Only events of this name, or of this kind (`track`, `page`, …). A page may hold fewer than `limit` of them and still have a `next`.
    #[serde(default)]
    event: Option<String>,
    /// At most so many; 50 unless told, never more than 1,000.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(pattern = "^-?[0-9]{1,18}_[0-9]{1,18}$")]
    cursor: Option<String>,
}

/// One page of events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventPage)]
pub struct Page {
    /// The newest first.
    data: Vec<EventView>,
    /// For the next page.
    next: Option<String>,
}

/// One event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventView {
    message_id: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    event: Option<String>,
    name: Option<String>,
    category: Option<String>,
    group_id: Option<String>,
    previous_id: Option<String>,
    /// When it happened, corrected for the sender's clock.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Millis,
    /// When it happened by the sender's clock.
    original_timestamp: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    received_at: Millis,
    user_id: Option<String>,
    anonymous_id: Option<String>,
    source: String,
    /// Whether it came with a secret key.
    verified: bool,
    #[schema(value_type = Option<Object>)]
    properties: Option<Box<RawValue>>,
    #[schema(value_type = Option<Object>)]
    traits: Option<Box<RawValue>>,
    #[schema(value_type = Option<Object>)]
    context: Option<Box<RawValue>>,
}

/// The whole timeline of whoever an identifier belongs to, newest first.
#[utoipa::path(get, path = "/v1/profiles/{id}/events", tag = "query", params(("id" = String, Path, pattern = "^([^:]+:|p_)", example = "user_id:42", description = "`type:value`, or a profile id"), Filter),
    security(("token" = [])),
    responses((status = 200, body = Page), (status = 404, body = ErrorBody)))]
pub async fn timeline(_: Reader, app: Data<App>, id: Path<String>, filter: Query<Filter>) -> Result<Json<Page>, ApiError> {
    app.caught_up().await?;
    let people = app.followed.people();
    let (customer, _) = customer(&people, &id)?;
    let time =
        |text: &Option<String>, name| text.as_deref().map(|text| Millis::parse(text).ok_or(ApiError::InvalidParameter(name))).transpose();
    let (since, until) = (time(&filter.since, "since")?, time(&filter.until, "until")?);
    let before = filter.cursor.as_deref().map(|cursor| parse_cursor(cursor).ok_or(ApiError::InvalidParameter("cursor"))).transpose()?;
    let limit = filter.limit.unwrap_or(50).clamp(1, PAGE);
    let mut entries = entries(&app, &customer)?;
    entries.retain(|entry| {
        since.is_none_or(|since| entry.timestamp >= since)
            && until.is_none_or(|until| entry.timestamp < until)
            && before.is_none_or(|before| *entry < before)
    });
    entries.sort_unstable_by(|a, b| b.cmp(a));
    let (mut data, mut last) = (Vec::new(), None);
    for entry in entries.iter().take(EXAMINED) {
        if data.len() == limit {
            break;
        }
        last = Some(entry);
        let Some(record) = app.store.event(entry.seq)? else { continue };
        if people.is_set_aside(&record) {
            continue;
        }
        let view = view(&record);
        if filter.event.as_ref().is_none_or(|wanted| view.event.as_ref() == Some(wanted) || view.kind.as_ref() == Some(wanted)) {
            data.push(view);
        }
    }
    let is_end = last == entries.last();
    let next = last.filter(|_| !is_end).map(|entry| cursor(entry.timestamp, entry.seq));
    Ok(Json(Page { data, next }))
}

/// Where a customer's events are, in no particular order.
pub(super) fn entries(app: &App, customer: &Customer) -> Result<Vec<TimelineEntry>, ApiError> {
    let mut entries = Vec::new();
    for anchor in &customer.anchors {
        entries.extend(app.store.timeline(anchor)?);
    }
    Ok(entries)
}

pub(super) fn cursor(timestamp: Millis, seq: Seq) -> String {
    format!("{}_{seq}", timestamp.0)
}

pub(super) fn parse_cursor(text: &str) -> Option<TimelineEntry> {
    let (timestamp, seq) = text.split_once('_')?;
    Some(TimelineEntry { timestamp: Millis(timestamp.parse().ok()?), seq: seq.parse().ok()? })
}

fn view(record: &Record) -> EventView {
    let event = Event::known(&record.json);
    let text = |text: &Text<'_>| text.as_str().map(str::to_owned);
    let object = |json: Option<nora_shared::event::Json<'_>>| json.and_then(|json| RawValue::from_string(json.get().to_owned()).ok());
    EventView {
        kind: text(&event.kind),
        event: text(&event.event),
        name: text(&event.name),
        category: text(&event.category),
        group_id: text(&event.group_id),
        previous_id: text(&event.previous_id),
        timestamp: record.timestamp,
        original_timestamp: text(&event.original_timestamp),
        received_at: record.received_at,
        user_id: text(&event.user_id),
        anonymous_id: text(&event.anonymous_id),
        verified: record.verified,
        properties: object(event.properties),
        traits: object(event.traits),
        context: object(event.context),
        message_id: record.message_id.clone(),
        source: record.source.clone(),
    }
}
