//! What is known of a customer, in Segment's shape.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::{IntoParams, ToSchema};

use super::{Cursor, Listing, MOST, PAGE, customer, is_on, names};
use crate::app::App;
use crate::http::access::Reader;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::profiles::profile;
use crate::profile::Profile;
use crate::profile::view::Stated;
use crate::time::Millis;

/// Which traits.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Class {
    /// `audience`: the audiences that the customer is in; `computed_trait`: what follows from the events. All but the latter where absent.
    #[serde(default)]
    #[param(pattern = "^(audience|computed_trait)$")]
    class: Option<String>,
}

/// One page of traits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentTraitPage)]
pub struct Page {
    #[schema(value_type = Object)]
    traits: BTreeMap<String, Shown>,
    cursor: Cursor,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Shown {
    Plain(Box<RawValue>),
    Verbose { value: Box<RawValue>, source_id: Option<String>, updated_at: Option<Millis> },
}

/// What is known of a customer, in the order of the names. With `verbose=true` each as `{value,source_id,updated_at}`.
#[utoipa::path(get, path = "/v1/spaces/{space}/collections/users/profiles/{id}/traits", tag = "profile api",
    params(("space" = String, Path, example = "any", description = "any"), ("id" = String, Path, example = "user_id:42", description = "`type:value`, or a profile id"), Class, Listing), security(("token" = [])),
    responses((status = 200, body = Page), (status = 404, body = ErrorBody)))]
pub async fn traits(
    request: HttpRequest,
    _: Reader,
    app: Data<App>,
    path: Path<(String, String)>,
    class: Query<Class>,
    listing: Query<Listing>,
) -> Result<Json<Page>, ApiError> {
    app.caught_up().await?;
    let customer = customer(&app.followed.people(), &path.1)?;
    let mut all = of_class(profile(&app, &customer, true)?, class.class.as_deref())?;
    let wanted = names(listing.include.as_deref());
    if !wanted.is_empty() {
        all.retain(|name, _| wanted.contains(&name.as_str()));
    }
    let limit = listing.limit.unwrap_or(PAGE).clamp(1, MOST);
    // A page begins with the trait that the one before names, or with the one after it where it is gone by now.
    let mut rest = match listing.next.as_deref() {
        Some(next) => all.split_off(next),
        None => all,
    };
    let next = rest.keys().nth(limit).cloned();
    if let Some(next) = &next {
        rest.split_off(next);
    }
    let is_verbose = is_on(listing.verbose.as_deref());
    let shown = rest.into_iter().map(|(name, shown)| match shown {
        Shown::Verbose { value, .. } if !is_verbose => (name, Shown::Plain(value)),
        shown => (name, shown),
    });
    Ok(Json(Page { traits: shown.collect(), cursor: Cursor::new(&request, next, limit) }))
}

fn of_class(profile: Profile, class: Option<&str>) -> Result<BTreeMap<String, Shown>, ApiError> {
    let derived = |value: &Value, at: Millis| {
        let value = to_raw_value(value).map_err(|_| ApiError::Unavailable)?;
        Ok::<_, ApiError>(Shown::Verbose { value, source_id: None, updated_at: Some(at) })
    };
    let at = profile.last_seen;
    let audiences = profile.audiences.iter().map(|name| Ok((name.clone(), derived(&Value::Bool(true), at)?)));
    match class {
        Some("audience") => audiences.collect(),
        Some("computed_trait") => match serde_json::to_value(&profile.computed) {
            Ok(Value::Object(computed)) => computed.iter().map(|(name, value)| Ok((name.clone(), derived(value, at)?))).collect(),
            _ => Err(ApiError::Unavailable),
        },
        Some(_) => Err(ApiError::InvalidParameter("class")),
        None => {
            let mut all: BTreeMap<_, _> = audiences.collect::<Result<_, ApiError>>()?;
            all.extend(profile.traits.into_iter().map(|(name, stated)| match stated {
                Stated::Plain(value) => (name, Shown::Plain(value)),
                Stated::Verbose { value, source, updated_at, .. } => {
                    (name, Shown::Verbose { value, source_id: Some(source), updated_at: Some(updated_at) })
                }
            }));
            Ok(all)
        }
    }
}
