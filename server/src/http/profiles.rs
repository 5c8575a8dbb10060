//! One customer, and the search for them.

use actix_web::web::{Data, Json, Path, Query};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nora_shared::Identifier;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Reader;
use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::follower::People;
use crate::identity::{Customer, NodeId};
use crate::log::Seq;
use crate::profile::Profile;

/// Before a profile id, where an identifier could stand.
const PROFILE_ID: &str = "profile_id";

/// Profiles on one page, at most.
const PAGE: usize = 200;

/// How a profile is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Detail {
    /// `1`: each trait and each answer about consent with who gave it and when, and the history of each trait.
    #[serde(default)]
    verbose: Option<String>,
}

/// Which profiles to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// An identifier, or the beginning of a word in one; all profiles where it is absent.
    #[serde(default)]
    q: String,
    /// At most so many; 50 unless told, never more than 200.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// `0`: without those that are no people (`is_bot`); a page is shorter then.
    #[serde(default)]
    bots: Option<String>,
}

/// A profile, as it is asked for by one of its identifiers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShownProfile)]
pub struct Shown {
    #[serde(flatten)]
    profile: Profile,
    /// The profile id that was asked for, where it is that of a profile which was merged, split off, or has a stronger identifier now.
    redirected_from: Option<String>,
}

/// One page of profiles.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfilePage)]
pub struct Page {
    /// Those who were first seen last come first. A page may be short and still have a `next`.
    data: Vec<Profile>,
    /// For the next page.
    next: Option<String>,
}

/// The profile of whoever an identifier belongs to.
///
/// It includes every event that was acknowledged before the request.
#[utoipa::path(get, path = "/v1/profiles/{id}", tag = "query", params(("id" = String, Path, pattern = "^([^:]+:|p_)", example = "user_id:42", description = "`type:value`, such as `email:ann@example.com`, or a profile id"), Detail),
    security(("token" = [])),
    responses((status = 200, body = Shown), (status = 404, body = ErrorBody)))]
pub async fn show(_: Reader, app: Data<App>, id: Path<String>, detail: Query<Detail>) -> Result<Json<Shown>, ApiError> {
    app.caught_up().await?;
    let people = app.followed.people();
    let (customer, redirected_from) = customer(&people, &id)?;
    let verbose = detail.verbose.as_deref().is_some_and(|verbose| verbose != "0");
    Ok(Json(Shown { profile: profile(&app, &customer, verbose)?, redirected_from }))
}

/// Profiles, those who were first seen last first; or those with an identifier that is `q`, or of which a word begins with it.
#[utoipa::path(get, path = "/v1/profiles", tag = "query", params(Search), security(("token" = [])),
    responses((status = 200, body = Page)))]
pub async fn search(_: Reader, app: Data<App>, search: Query<Search>) -> Result<Json<Page>, ApiError> {
    app.caught_up().await?;
    let limit = search.limit.unwrap_or(50).clamp(1, PAGE);
    let cursor = search.cursor.as_deref();
    let invalid = || ApiError::InvalidParameter("cursor");
    let people = app.followed.people();
    let (customers, next) = match search.q.trim() {
        "" => {
            let before = cursor.map(|cursor| place_of(cursor).ok_or_else(invalid)).transpose()?;
            let (customers, next) = people.newest(before, limit)?;
            (customers, next.map(|(since, id)| format!("{since}_{:032x}", id.0)))
        }
        query => {
            let after = cursor.map(|cursor| URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())).transpose()?;
            let (customers, next) = people.search(query, after.as_deref(), limit)?;
            (customers, next.map(|place| URL_SAFE_NO_PAD.encode(place)))
        }
    };
    let mut data = customers.iter().map(|customer| profile(&app, customer, false)).collect::<Result<Vec<_>, _>>()?;
    data.retain(|profile| !profile.is_bot || search.bots.as_deref() != Some("0"));
    Ok(Json(Page { data, next }))
}

fn place_of(cursor: &str) -> Option<(Seq, NodeId)> {
    let (since, id) = cursor.split_once('_')?;
    Some((since.parse().ok()?, NodeId(u128::from_str_radix(id, 16).ok()?)))
}

/// The customer that `type:value` names, or a profile id; and, where it is an old profile id, that id.
pub(super) fn customer(people: &People<'_>, id: &str) -> Result<(Customer, Option<String>), ApiError> {
    let customer = people.customer_of(node_of(people, id)?)?.ok_or(ApiError::NotFound("such profile"))?;
    let profile_id = id.strip_prefix("profile_id:").or(Some(id).filter(|id| !id.contains(':')));
    let redirected_from = profile_id.filter(|id| *id != customer.profile_id).map(str::to_owned);
    Ok((customer, redirected_from))
}

/// The number of the identifier that `type:value` names, or that a profile id, with `profile_id:` before it or alone, was made of.
pub(super) fn node_of(people: &People<'_>, id: &str) -> Result<NodeId, ApiError> {
    // A profile id alone is taken for what it is: answers have it so.
    let (kind, value) = match id.split_once(':') {
        None if id.starts_with("p_") => (PROFILE_ID, id),
        named => named.ok_or(ApiError::InvalidParameter("id"))?,
    };
    let node = match kind {
        PROFILE_ID => people.of_profile(value)?,
        _ => Identifier::new(kind, value).map(|identifier| NodeId::of(&identifier)),
    };
    node.ok_or(ApiError::NotFound("such profile"))
}

/// What a customer adds up to now.
pub(super) fn profile(app: &App, customer: &Customer, verbose: bool) -> Result<Profile, ApiError> {
    let fragments = customer.anchors.iter().filter_map(|anchor| app.store.fragment(anchor).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok(Profile::new(customer, fragments, app.clock.now(), &app.precedence, verbose))
}
