//! Page views of visitors of whom nothing is recorded: counted, and shown. See [`counts`](crate::counts).

use std::collections::BTreeMap;

use actix_web::http::header::ORIGIN;
use actix_web::web::{self, Data, Json, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Reader;
use super::body;
use super::error::ApiError;
use super::sender::{Sender, enter};
use crate::app::App;
use crate::counts::{DAYS, OTHER, date};
use crate::time::Millis;

/// Days on one page, at most.
const PAGE: usize = 100;

/// Days on one page, unless told.
const SHOWN: usize = 30;

/// One page view, of nobody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PageView)]
pub struct View {
    /// The source's public write key.
    #[serde(default)]
    write_key: Option<String>,
    /// The path of the page, from `/`. Query and fragment are cut off; longer than 200 characters, it is counted as `other`.
    #[schema(pattern = r"^/[^\x00-\x1f\x7f-\x9f?#]*([?#]|$)")]
    path: String,
    /// The host of the site that the visitor came from, where it is another.
    #[serde(default)]
    referrer_host: Option<String>,
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// Of this source alone.
    #[serde(default)]
    source: Option<String>,
    /// From this day on, `2026-01-31`; the last 400 days unless told.
    #[serde(default)]
    #[param(format = Date)]
    since: Option<String>,
    /// Up to this day; today unless told.
    #[serde(default)]
    #[param(format = Date)]
    until: Option<String>,
    /// At most so many days; 30 unless told, never more than 100.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(format = Date)]
    cursor: Option<String>,
}

/// Some days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CountPage)]
pub struct Page {
    /// The latest first, those without any left out.
    data: Vec<DayView>,
    /// For the next page.
    next: Option<String>,
}

/// One day (UTC) of one source.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayView {
    day: String,
    source: String,
    /// Page views.
    views: u64,
    /// By path, most first; at most 1,000, and the rest as `other`.
    paths: Vec<Counted>,
    /// Those from other sites by their hosts, most first; at most 200, and the rest as `other`.
    referrers: Vec<Counted>,
}

/// How often.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counted {
    name: String,
    views: u64,
}

/// Counts a page view without an identifier, an address or a browser: for visitors who have not consented, where the site says so.
///
/// Counters are on disk within seconds; what was counted since is lost where the power fails.
#[utoipa::path(post, path = "/v1/count", tag = "collect", request_body(content = View, content_type = "application/json"), security(("write_key" = []), ()),
    responses((status = 204, description = "counted")))]
pub async fn count(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, ApiError> {
    enter(&app, &request)?;
    let view: View = body::object(&request, payload, body::TRACKING).await?;
    let sender = Sender::of(&app, &request, view.write_key.as_deref(), &[])?;
    sender.take(&request, 1)?;
    // What stands behind may well be about the visitor.
    let path = view.path.split(['?', '#']).next().unwrap_or_default();
    if !path.starts_with('/') || path.contains(char::is_control) {
        return Err(ApiError::InvalidBody("path begins with / and has no control characters".to_owned()));
    }
    let referrer = view.referrer_host.as_deref().map(str::trim).filter(|host| !host.is_empty()).map(str::to_ascii_lowercase);
    let referrer =
        referrer.filter(|host| own_host(&request).as_ref() != Some(host)).map(|host| if is_host(&host) { host } else { OTHER.to_owned() });
    app.counts.add(&sender.source.id, sender.received_at, path, referrer.as_deref());
    Ok(HttpResponse::NoContent().finish())
}

/// The host of the page that asks: whoever comes from there comes from no other site.
fn own_host(request: &HttpRequest) -> Option<String> {
    let origin = request.headers().get(ORIGIN)?.to_str().ok()?;
    Some(origin.split_once("://")?.1.to_ascii_lowercase())
}

/// Whether this is a host name, in lower case, or an address, with or without a port.
fn is_host(text: &str) -> bool {
    text.len() <= 253 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
}

/// Page views of visitors of whom nothing is recorded, by day, source, path and referring site; the latest day first.
#[utoipa::path(get, path = "/v1/counts", tag = "query", params(Listing), security(("token" = [])),
    responses((status = 200, body = Page)))]
pub async fn list(_: Reader, app: Data<App>, listing: Query<Listing>) -> Result<Json<Page>, ApiError> {
    let day = |text: &Option<String>, name| match text.as_deref() {
        // A date alone: what stands in a cursor and in the answer.
        Some(text) if text.len() == 10 && text.as_bytes()[4] == b'-' => {
            Millis::parse(text).map(|at| Some(at.day())).ok_or(ApiError::InvalidParameter(name))
        }
        Some(_) => Err(ApiError::InvalidParameter(name)),
        None => Ok(None),
    };
    let today = app.clock.now().day();
    let since = day(&listing.since, "since")?.unwrap_or(today - DAYS).max(today - DAYS);
    let until = day(&listing.cursor, "cursor")?.or(day(&listing.until, "until")?).unwrap_or(today).min(today);
    let limit = listing.limit.unwrap_or(SHOWN).clamp(1, PAGE);
    let (counts, source) = (app.counts.clone(), listing.into_inner().source);
    let page = web::block(move || {
        let (mut data, mut days) = (Vec::new(), 0);
        for day in (since..=until).rev() {
            if days == limit {
                return Page { data, next: Some(date(day)) };
            }
            let before = data.len();
            for (id, counted) in counts.day(day).into_iter().filter(|(id, _)| source.as_ref().is_none_or(|source| source == id)) {
                let (views, paths, referrers) = (counted.views, sorted(counted.paths), sorted(counted.referrers));
                data.push(DayView { day: date(day), source: id, views, paths, referrers });
            }
            days += usize::from(data.len() > before);
        }
        Page { data, next: None }
    });
    Ok(Json(page.await.map_err(|_| ApiError::Unavailable)?))
}

fn sorted(counts: BTreeMap<String, u64>) -> Vec<Counted> {
    let mut sorted: Vec<_> = counts.into_iter().map(|(name, views)| Counted { name, views }).collect();
    sorted.sort_by_key(|counted| std::cmp::Reverse(counted.views));
    sorted
}
