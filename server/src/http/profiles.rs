//! One customer, and the search for them.

use actix_web::web::{Data, Json, Path, Query};
use nora_shared::{Identifier, normalize};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Reader;
use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::identity::graph::Customer;
use crate::profile::Profile;

/// Profiles on one page, at most.
const PAGE: usize = 200;

/// How a profile is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Detail {
    /// `1`: each trait with who wrote it and when.
    #[serde(default)]
    verbose: Option<String>,
}

/// Which profiles to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Part of an identifier; all profiles where it is absent.
    #[serde(default)]
    q: String,
    /// At most so many; 50 unless told, never more than 200.
    #[serde(default)]
    limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    cursor: Option<u32>,
}

/// One page of profiles.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page {
    /// Those who were first seen last come first.
    data: Vec<Profile>,
    /// For the next page.
    next: Option<String>,
}

/// The profile of whoever an identifier belongs to.
///
/// It includes every event that was acknowledged before the request.
#[utoipa::path(get, path = "/v1/profiles/{id}", tag = "query", params(("id" = String, Path, description = "`type:value`, such as `email:ann@example.com`, or `profile_id:p_…`"), Detail),
    security(("token" = [])),
    responses((status = 200, body = Profile), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn show(_: Reader, app: Data<App>, id: Path<String>, detail: Query<Detail>) -> Result<Json<Profile>, ApiError> {
    app.caught_up().await?;
    let customer = customer(&app, &id)?;
    let verbose = detail.verbose.as_deref().is_some_and(|verbose| verbose != "0");
    Ok(Json(profile(&app, &customer, verbose)?))
}

/// Profiles, those who were first seen last first.
#[utoipa::path(get, path = "/v1/profiles", tag = "query", params(Search), security(("token" = [])),
    responses((status = 200, body = Page), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn search(_: Reader, app: Data<App>, search: Query<Search>) -> Result<Json<Page>, ApiError> {
    app.caught_up().await?;
    let limit = search.limit.unwrap_or(50).clamp(1, PAGE);
    let (customers, next) = app.followed.graph.read().customers(search.q.trim(), search.cursor, limit);
    let data = customers.iter().map(|customer| profile(&app, customer, false)).collect::<Result<_, _>>()?;
    Ok(Json(Page { data, next: next.map(|cursor| cursor.to_string()) }))
}

/// The customer that `type:value` names.
pub(super) fn customer(app: &App, id: &str) -> Result<Customer, ApiError> {
    let (kind, value) = id.split_once(':').ok_or(ApiError::InvalidParameter("id"))?;
    let graph = app.followed.graph.read();
    let found = match kind {
        "profile_id" => graph.customer_by_profile_id(value),
        _ => normalize::identifier(kind, value).and_then(|value| graph.customer(&Identifier::from_normalized(kind, value))),
    };
    found.ok_or(ApiError::NotFound("such profile"))
}

fn profile(app: &App, customer: &Customer, verbose: bool) -> Result<Profile, ApiError> {
    let fragments = customer.anchors.iter().filter_map(|anchor| app.store.fragment(anchor).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok(Profile::new(customer, fragments, verbose))
}
