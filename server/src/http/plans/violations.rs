//! What was not as planned: how often, since when, and what was wrong.

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::access::Reader;
use super::super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::plans::{PlanError, PlannedKind, Row, Total};
use crate::time::Millis;

/// Which of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// Those of one version.
    #[serde(default)]
    version: Option<u32>,
    /// Those of one source.
    #[serde(default)]
    source: Option<String>,
    /// Those of one event, by its name.
    #[serde(default)]
    event: Option<String>,
}

/// What was not as planned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Violations)]
pub struct Page {
    /// That which was seen last first: up to 500 of events that have a rule, and 200 of events that have none. Where there are more, those that
    /// were not seen for longest are forgotten; the totals have them.
    data: Vec<ViolationView>,
    next: Option<String>,
    /// All events that were checked, by version and source.
    totals: Vec<TotalView>,
}

/// One thing that was wrong with events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Violation)]
pub struct ViolationView {
    /// The version of the plan.
    version: u32,
    source: String,
    #[serde(rename = "type")]
    kind: PlannedKind,
    /// The name of the event, or that of the rule for a page or a screen.
    event: Option<String>,
    /// Which part of the rule's schema, as a JSON pointer; empty where there is no rule.
    rule: String,
    /// The schema's keyword: `type`, `required`, `enum`, `additionalProperties`, …; `unplanned` where there is no rule.
    keyword: String,
    /// In how many events.
    count: u64,
    #[schema(value_type = String, format = DateTime)]
    first_seen: Millis,
    #[schema(value_type = String, format = DateTime)]
    last_seen: Millis,
    /// What was wrong with the last of them.
    sample: SampleView,
}

/// What was wrong with an event, in words that repeat no value of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ViolationSample)]
pub struct SampleView {
    /// Where in the event, as a JSON pointer; names that may be somebody's are `…`.
    pointer: String,
    message: String,
}

/// All events of a source that were checked against a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ViolationTotal)]
pub struct TotalView {
    version: u32,
    source: String,
    /// How many were checked.
    checked: u64,
    /// Of these, were not as planned.
    violating: u64,
    /// Of these, are held in the quarantine.
    quarantined: u64,
}

/// What was not as planned, since the plan was made.
///
/// Counted as it arrives; repeats of an event are not counted. It is written every two seconds and when the server stops: a crash loses what
/// was counted since.
#[utoipa::path(get, path = "/v1/tracking_plans/{id}/violations", tag = "configuration", params(("id" = String, Path,), Listing), security(("token" = [])),
    responses((status = 200, body = Page), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(_: Reader, app: Data<App>, id: Path<String>, listing: Query<Listing>) -> Result<Json<Page>, ApiError> {
    app.plans.directory().get(&id).ok_or(PlanError::NotFound)?;
    let tally = app.plans.tally(&id);
    let is_asked = |version: u32, source: &str| {
        listing.version.is_none_or(|asked| asked == version) && listing.source.as_deref().is_none_or(|asked| asked == source)
    };
    let rows = tally.rows().into_iter().filter(|row| {
        is_asked(row.key.version, &row.key.source) && listing.event.as_ref().is_none_or(|asked| row.key.name.as_ref() == Some(asked))
    });
    let totals = tally.totals().filter(|total| is_asked(total.version, &total.source));
    Ok(Json(Page { data: rows.map(view).collect(), next: None, totals: totals.map(total).collect() }))
}

fn view(Row { key, seen }: Row) -> ViolationView {
    ViolationView {
        version: key.version,
        source: key.source,
        kind: key.kind,
        event: key.name,
        rule: key.rule,
        keyword: key.keyword,
        count: seen.events,
        first_seen: Millis(seen.first_ms),
        last_seen: Millis(seen.last_ms),
        sample: SampleView { pointer: seen.at, message: seen.message },
    }
}

fn total(Total { version, source, numbers }: Total) -> TotalView {
    TotalView { version, source, checked: numbers.checked, violating: numbers.violating, quarantined: numbers.quarantined }
}
