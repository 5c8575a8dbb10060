//! Tracking plans, as resources: what the events of each source should look like.

pub mod infer;
pub mod violations;

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{self, Data, Json, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Reader;
use super::body;
use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::plans::{Current, Document, Mode, PlanError, Plans, Rule, Version, typescript};
use crate::time::Millis;

/// Bytes of a plan, at most.
pub const PLAN_BYTES: usize = 512 * 1024;

/// All tracking plans.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackingPlans)]
pub struct Page {
    data: Vec<Summary>,
    next: Option<String>,
}

/// A tracking plan without its rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackingPlanSummary)]
pub struct Summary {
    id: String,
    /// The version that is in force.
    version: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    name: String,
    sources: Vec<String>,
    mode: Mode,
    allow_unplanned: bool,
    /// How many rules it has.
    rules: usize,
}

/// A version of a tracking plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackingPlan)]
pub struct PlanView {
    id: String,
    /// 1, 2, 3, …: each change makes one.
    version: u32,
    /// When this version was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    name: String,
    /// The ids of the sources whose events are checked; `*` for all that no other plan names. A source has one plan at most.
    sources: Vec<String>,
    mode: Mode,
    /// Whether an event without a rule is as planned.
    allow_unplanned: bool,
    /// One for each event.
    rules: Vec<Rule>,
}

/// A tracking plan to be made or changed. What `GET` answers can be sent back with a change in it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTrackingPlan)]
pub struct New {
    /// 1 to 64 of `a-z`, `0-9`, `_` and `-`; follows from the name where absent. It never changes.
    #[serde(default)]
    id: Option<String>,
    /// With `PUT`: the version that was changed. Where another is in force by now, nothing is changed (409).
    #[serde(default)]
    version: Option<u32>,
    /// Not looked at.
    #[serde(default, rename = "created_at")]
    _created_at: Option<String>,
    name: String,
    /// The ids of the sources whose events are checked; `*` for all that no other plan names. They need not exist yet.
    #[serde(default)]
    sources: Vec<String>,
    /// `observe` where absent.
    #[serde(default)]
    mode: Mode,
    /// Whether an event that no rule is about is as planned; `true` where absent. An `alias` is never unplanned.
    #[serde(default = "yes")]
    allow_unplanned: bool,
    /// At most 500.
    #[serde(default)]
    rules: Vec<Rule>,
}

/// The versions of a tracking plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackingPlanVersions)]
pub struct Versions {
    /// The newest first; the last 100.
    data: Vec<VersionView>,
    next: Option<String>,
}

/// A version of a tracking plan, without what it says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackingPlanVersion)]
pub struct VersionView {
    version: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The one that is in force, where absent.
    #[serde(default)]
    version: Option<u32>,
}

/// All tracking plans, without their rules.
#[utoipa::path(get, path = "/v1/tracking_plans", tag = "configuration", security(("token" = [])),
    responses((status = 200, body = Page), (status = 401, body = ErrorBody)))]
pub async fn list(_: Reader, app: Data<App>) -> Json<Page> {
    Json(Page { data: app.plans.directory().plans().map(|plan| summary(plan)).collect(), next: None })
}

/// A tracking plan, as it is in force.
#[utoipa::path(get, path = "/v1/tracking_plans/{id}", tag = "configuration", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 200, body = PlanView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(_: Reader, app: Data<App>, id: Path<String>) -> Result<Json<PlanView>, ApiError> {
    let plan = app.plans.directory().get(&id).ok_or(PlanError::NotFound)?;
    Ok(Json(view(&id, Version::from(&*plan))))
}

/// Makes a tracking plan. It is in force with the next request.
///
/// Each rule has a JSON Schema of the `properties` of `track`, `page` and `screen`, or of the `traits` of `identify` and `group`. `$ref` leads
/// to parts of the same schema, in no circles; nothing is fetched. Formats are checked. Patterns take linear time, so they have no
/// look-around and no back-references.
///
/// With `mode` `observe` events that are not as planned are accepted and counted; with `quarantine` they are held (`tracking_plan_violation`).
#[utoipa::path(post, path = "/v1/tracking_plans", tag = "configuration", request_body = New, security(("token" = [])),
    responses((status = 201, body = PlanView), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody)))]
pub async fn create(_: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, ApiError> {
    let (id, _, document) = body::object::<New>(&request, payload, PLAN_BYTES).await?.parts();
    let now = app.clock.now();
    let plan = on_disk(app, move |plans| plans.create(id, document, now)).await?;
    Ok(HttpResponse::Created().json(view(&plan.id, Version::from(&*plan))))
}

/// Makes the next version of a tracking plan. What is left out gets its default. It is in force with the next request.
#[utoipa::path(put, path = "/v1/tracking_plans/{id}", tag = "configuration", params(("id" = String, Path,)), request_body = New, security(("token" = [])),
    responses((status = 200, body = PlanView), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody)))]
pub async fn update(
    _: Reader,
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    id: Path<String>,
) -> Result<Json<PlanView>, ApiError> {
    let (named, of, document) = body::object::<New>(&request, payload, PLAN_BYTES).await?.parts();
    if named.is_some_and(|named| named != *id) {
        return Err(ApiError::InvalidBody("its id is not that of the address".to_owned()));
    }
    let now = app.clock.now();
    let plan = on_disk(app, move |plans| plans.change(&id, of, document, now)).await?;
    Ok(Json(view(&plan.id, Version::from(&*plan))))
}

/// Removes a tracking plan with all its versions and what was counted. Events are not checked against it any more; none is removed.
#[utoipa::path(delete, path = "/v1/tracking_plans/{id}", tag = "configuration", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 204, description = "removed"), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn remove(_: Reader, app: Data<App>, id: Path<String>) -> Result<HttpResponse, ApiError> {
    on_disk(app, move |plans| plans.remove(&id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The versions of a tracking plan.
#[utoipa::path(get, path = "/v1/tracking_plans/{id}/versions", tag = "configuration", params(("id" = String, Path,)), security(("token" = [])),
    responses((status = 200, body = Versions), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn versions(_: Reader, app: Data<App>, id: Path<String>) -> Result<Json<Versions>, ApiError> {
    let versions = on_disk(app, move |plans| plans.versions(&id)).await?;
    Ok(Json(Versions { data: versions.into_iter().map(|(version, created_at)| VersionView { version, created_at }).collect(), next: None }))
}

/// A version of a tracking plan.
#[utoipa::path(get, path = "/v1/tracking_plans/{id}/versions/{version}", tag = "configuration", params(("id" = String, Path,), ("version" = u32, Path,)), security(("token" = [])),
    responses((status = 200, body = PlanView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn version(_: Reader, app: Data<App>, path: Path<(String, String)>) -> Result<Json<PlanView>, ApiError> {
    let (id, version) = path.into_inner();
    let number = version.parse().map_err(|_| PlanError::NotFound)?;
    let (id, found) = on_disk(app, move |plans| plans.version(&id, number).map(|found| (id, found))).await?;
    Ok(Json(view(&id, found)))
}

/// A tracking plan as TypeScript: a type and a function for each event, on top of the SDK's calls. For a file of the site's own code.
#[utoipa::path(get, path = "/v1/tracking_plans/{id}/typescript", tag = "configuration", params(("id" = String, Path,), Which), security(("token" = [])),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn client(_: Reader, app: Data<App>, id: Path<String>, which: Query<Which>) -> Result<HttpResponse, ApiError> {
    let id = id.into_inner();
    let found = match which.version {
        None => Version::from(&*app.plans.directory().get(&id).ok_or(PlanError::NotFound)?),
        Some(number) => {
            let id = id.clone();
            on_disk(app, move |plans| plans.version(&id, number)).await?
        }
    };
    let disposition = (CONTENT_DISPOSITION, format!("inline; filename=\"{id}.ts\""));
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").insert_header(disposition).body(typescript(&id, &found)))
}

/// Asks the plans on a thread that may wait for the disk.
async fn on_disk<T, F>(app: Data<App>, ask: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: FnOnce(&Plans) -> Result<T, PlanError> + Send + 'static,
{
    let answer = web::block(move || ask(&app.plans)).await;
    // The thread that does it does not panic, and is not stopped.
    Ok(answer.map_err(|_| ApiError::Unavailable)??)
}

impl New {
    fn parts(self) -> (Option<String>, Option<u32>, Document) {
        let New { id, version, _created_at: _, name, sources, mode, allow_unplanned, rules } = self;
        (id, version, Document { name: name.trim().to_owned(), sources, mode, allow_unplanned, rules })
    }
}

fn yes() -> bool {
    true
}

fn view(id: &str, Version { version, created_at, document }: Version) -> PlanView {
    let Document { name, sources, mode, allow_unplanned, rules } = document;
    PlanView { id: id.to_owned(), version, created_at, name, sources, mode, allow_unplanned, rules }
}

fn summary(plan: &Current) -> Summary {
    let Current { id, version, created_at, document, .. } = plan;
    Summary {
        id: id.clone(),
        version: *version,
        created_at: *created_at,
        name: document.name.clone(),
        sources: document.sources.clone(),
        mode: document.mode,
        allow_unplanned: document.allow_unplanned,
        rules: document.rules.len(),
    }
}
