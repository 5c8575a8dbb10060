//! A customer's timeline, in Segment's shape.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Query};
use nora_shared::event::{Event, Text};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{Cursor, MOST, PAGE, customer, names};
use crate::app::App;
use crate::context::Context;
use crate::http::access::Reader;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::events::{EXAMINED, cursor, entries, parse_cursor};
use crate::identity::{Rules, carried};
use crate::log::Record;
use crate::time::Millis;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Not before this time: RFC 3339, a date, or a number of seconds or milliseconds since 1970.
    #[serde(default)]
    #[param(format = DateTime)]
    start: Option<String>,
    /// Before this time.
    #[serde(default)]
    #[param(format = DateTime)]
    end: Option<String>,
    /// Only events of these names or kinds, separated by commas.
    #[serde(default)]
    include: Option<String>,
    /// No events of these names or kinds.
    #[serde(default)]
    exclude: Option<String>,
    /// At most so many; 10 unless told, never more than 200. A page may hold fewer and still have a next one.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `desc`, the newest first, or `asc`.
    #[serde(default)]
    #[param(pattern = "^(asc|desc)$")]
    sort: Option<String>,
    /// `cursor.next` of the page before.
    #[serde(default)]
    #[param(pattern = "^-?[0-9]{1,18}_[0-9]{1,18}$")]
    next: Option<String>,
}

/// One page of events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentEventPage)]
pub struct Page {
    data: Vec<EventView>,
    cursor: Cursor,
}

/// One event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentEvent)]
pub struct EventView {
    external_ids: Vec<ExternalId>,
    #[schema(value_type = Option<Object>)]
    context: Option<Box<RawValue>>,
    r#type: String,
    message_id: String,
    source_id: String,
    #[schema(value_type = String, format = DateTime)]
    timestamp: Millis,
    #[schema(value_type = Option<Object>)]
    properties: Option<Box<RawValue>>,
    /// Of `identify` and `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    traits: Option<Box<RawValue>>,
    /// What was tracked; of a page or a screen, its name.
    event: Option<String>,
    /// The account of a `group`.
    #[schema(value_type = Object)]
    related: Map<String, Value>,
}

/// One identifier that an event carried.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentEventId)]
pub struct ExternalId {
    collection: &'static str,
    r#type: String,
    id: String,
    encoding: &'static str,
}

/// The whole timeline of a customer, as long as it is.
#[utoipa::path(get, path = "/v1/spaces/{space}/collections/users/profiles/{id}/events", tag = "profile api",
    params(("space" = String, Path, example = "any", description = "any"), ("id" = String, Path, example = "user_id:42", description = "`type:value`, or a profile id"), Filter), security(("token" = [])),
    responses((status = 200, body = Page), (status = 404, body = ErrorBody)))]
pub async fn events(
    request: HttpRequest,
    _: Reader,
    app: Data<App>,
    path: Path<(String, String)>,
    filter: Query<Filter>,
) -> Result<Json<Page>, ApiError> {
    app.caught_up().await?;
    let people = app.followed.people();
    let customer = customer(&people, &path.1)?;
    let time =
        |text: &Option<String>, name| text.as_deref().map(|text| Millis::parse(text).ok_or(ApiError::InvalidParameter(name))).transpose();
    let (start, end) = (time(&filter.start, "start")?, time(&filter.end, "end")?);
    let place = filter.next.as_deref().map(|next| parse_cursor(next).ok_or(ApiError::InvalidParameter("next"))).transpose()?;
    let is_ascending = match filter.sort.as_deref() {
        None | Some("desc") => false,
        Some("asc") => true,
        Some(_) => return Err(ApiError::InvalidParameter("sort")),
    };
    let mut entries = entries(&app, &customer)?;
    entries.retain(|entry| {
        start.is_none_or(|start| entry.timestamp >= start)
            && end.is_none_or(|end| entry.timestamp < end)
            && place.is_none_or(|place| if is_ascending { *entry > place } else { *entry < place })
    });
    entries.sort_unstable_by(|a, b| if is_ascending { a.cmp(b) } else { b.cmp(a) });
    let (include, exclude) = (names(filter.include.as_deref()), names(filter.exclude.as_deref()));
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, MOST);
    let (mut data, mut last) = (Vec::new(), None);
    for entry in entries.iter().take(EXAMINED) {
        if data.len() == limit {
            break;
        }
        last = Some(entry);
        let Some(record) = app.store.event(entry.seq)?.filter(|record| !people.is_set_aside(record)) else { continue };
        let view = view(&record, people.rules());
        let is_named = |names: &[&str]| names.iter().any(|name| view.event.as_deref() == Some(name) || view.r#type == *name);
        if (include.is_empty() || is_named(&include)) && !is_named(&exclude) {
            data.push(view);
        }
    }
    let next = last.filter(|last| Some(*last) != entries.last()).map(|entry| cursor(entry.timestamp, entry.seq));
    Ok(Json(Page { data, cursor: Cursor::new(&request, next, limit) }))
}

fn view(record: &Record, rules: &Rules) -> EventView {
    let event = Event::known(&record.json);
    let text = |text: &Text<'_>| text.as_str().map(str::to_owned);
    let object = |json: Option<nora_shared::event::Json<'_>>| json.and_then(|json| RawValue::from_string(json.get().to_owned()).ok());
    let identifiers = carried::identifiers(&event, &Context::of(&event), rules);
    let external_id = |identifier: &nora_shared::Identifier| ExternalId {
        collection: "users",
        r#type: identifier.kind().to_owned(),
        id: identifier.value().to_owned(),
        encoding: "none",
    };
    EventView {
        external_ids: identifiers.iter().map(external_id).collect(),
        context: object(event.context),
        r#type: text(&event.kind).unwrap_or_default(),
        message_id: record.message_id.clone(),
        source_id: record.source.clone(),
        timestamp: record.timestamp,
        properties: object(event.properties),
        traits: object(event.traits),
        event: text(&event.event).or_else(|| text(&event.name)),
        related: text(&event.group_id).map(|id| ("group_id".to_owned(), Value::from(id))).into_iter().collect(),
    }
}
