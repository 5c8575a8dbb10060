//! A tracking plan that follows from what has arrived.

use actix_web::HttpRequest;
use actix_web::web::{self, Data, Json, Payload};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::access::Reader;
use super::super::body;
use super::super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::keys::is_source_id;
use crate::plans::{Document, Inferred, Mode, PlannedKind, Rule, Sample, infer as inferred};
use crate::time::Millis;

/// Events that a plan rests on where nobody says.
const EVENTS: usize = 10_000;

/// Events that a plan rests on, at most.
const MOST_EVENTS: usize = 100_000;

/// What a plan is to rest on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InferTrackingPlan)]
pub struct Ask {
    /// The id of the source.
    source: String,
    /// Not those events that were received before.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<String>,
    /// At most so many events, the newest: 10,000 unless told, never more than 100,000.
    #[serde(default)]
    limit: Option<usize>,
}

/// A plan, and what it rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InferredTrackingPlan)]
pub struct Answer {
    /// Ready for `POST /v1/tracking_plans`. It observes, and takes what is unplanned.
    plan: Draft,
    counts: CountsView,
}

/// A plan that is not made yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackingPlanDraft)]
pub struct Draft {
    name: String,
    sources: Vec<String>,
    mode: Mode,
    allow_unplanned: bool,
    rules: Vec<Rule>,
}

/// What a plan rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InferredCounts)]
pub struct CountsView {
    /// Records of the log that were looked through: at most about 1,000,000.
    scanned: u64,
    /// Events of the source that the plan rests on.
    events: u64,
    /// When the first of them was received.
    #[schema(value_type = Option<String>, format = DateTime)]
    first_received_at: Option<Millis>,
    /// When the last of them was received.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_received_at: Option<Millis>,
    /// Events by rule.
    rules: Vec<RuleCountView>,
    /// Events without a rule: aliases, and those of names beyond the first 200.
    unplanned: u64,
}

/// Events that one rule rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InferredRuleCount)]
pub struct RuleCountView {
    #[serde(rename = "type")]
    kind: PlannedKind,
    event: Option<String>,
    events: u64,
}

/// Makes a tracking plan of the newest accepted events of a source; nothing is kept. All of these events would pass it.
///
/// Types, nested objects and lists; required is what was in all of at least 20; a format (`date-time`, `email`, `uri`) where all of at least 20
/// texts have it. An `enum` stands only for up to 10 words, each sent by at least three people, among at least 50: so no value of somebody's own
/// gets into a plan. Pages and screens have one rule for all of them.
#[utoipa::path(post, path = "/v1/tracking_plans/infer", tag = "configuration", request_body = Ask, security(("token" = [])),
    responses((status = 200, body = Answer), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn infer(_: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Answer>, ApiError> {
    let Ask { source, since, limit } = body::object(&request, payload, body::CHANGE).await?;
    if !is_source_id(&source) {
        return Err(ApiError::InvalidParameter("source"));
    }
    let since = since.map(|text| Millis::parse(&text).ok_or(ApiError::InvalidParameter("since"))).transpose()?;
    let sample = Sample { source, since, limit: limit.unwrap_or(EVENTS).clamp(1, MOST_EVENTS) };
    // The thread that reads does not panic, and is not stopped.
    let made = web::block(move || inferred(&*app.store, &sample)).await.map_err(|_| ApiError::Unavailable)??;
    let Inferred { document: Document { name, sources, mode, allow_unplanned, rules }, counts } = made;
    let rules_of = counts.rules.into_iter().map(|rule| RuleCountView { kind: rule.kind, event: rule.event, events: rule.events });
    Ok(Json(Answer {
        plan: Draft { name, sources, mode, allow_unplanned, rules },
        counts: CountsView {
            scanned: counts.scanned,
            events: counts.events,
            first_received_at: counts.first,
            last_received_at: counts.last,
            rules: rules_of.collect(),
            unplanned: counts.unplanned,
        },
    }))
}
