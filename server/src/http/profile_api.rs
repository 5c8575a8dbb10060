//! Profiles in the shape of Segment's Profile API (COMPAT §3), for tools that are there already. Never across origins.
//!
//! An installation is one space, whatever its name in the address. The token is the user name of Basic authentication.

pub mod events;
pub mod external_ids;
pub mod links;
pub mod metadata;
pub mod traits;

use actix_web::HttpRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::ApiError;
use super::profiles;
use crate::follower::People;
use crate::identity::Customer;

/// Items on one page, unless told.
const PAGE: usize = 10;

/// Items on one page, at most.
const MOST: usize = 200;

/// Which page, and how it is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// Only these, by name, separated by commas.
    #[serde(default)]
    include: Option<String>,
    /// At most so many; 10 unless told, never more than 200.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `cursor.next` of the page before.
    #[serde(default)]
    next: Option<String>,
    /// `true`: with where it is from and when.
    #[serde(default)]
    verbose: Option<String>,
}

/// Where the next page is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentCursor)]
pub struct Cursor {
    /// Its path and query; empty where there is none.
    url: String,
    /// Whether there is one.
    has_more: bool,
    /// The parameter `next` of its request.
    next: String,
    /// How many items a page has, at most.
    limit: usize,
}

impl Cursor {
    fn new(request: &HttpRequest, next: Option<String>, limit: usize) -> Cursor {
        let url = next.as_ref().map_or_else(String::new, |next| {
            let query = request.query_string().split('&').filter(|part| !part.is_empty() && !part.starts_with("next="));
            let next = format!("next={}", encoded(next));
            format!("{}?{}", request.path(), query.chain([next.as_str()]).collect::<Vec<_>>().join("&"))
        });
        Cursor { url, has_more: next.is_some(), next: next.unwrap_or_default(), limit }
    }
}

/// Text for a query: everything but letters and digits as `%XX`.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

/// Whether a parameter that is a switch is on.
fn is_on(parameter: Option<&str>) -> bool {
    parameter.is_some_and(|text| !matches!(text, "0" | "false"))
}

/// The names in a list with commas; none where it is absent or empty.
fn names(list: Option<&str>) -> Vec<&str> {
    list.into_iter().flat_map(|list| list.split(',')).map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// The items of one page of a list, and the place that the next one begins at.
fn page<T>(items: impl Iterator<Item = T>, from: usize, limit: usize) -> (Vec<T>, Option<usize>) {
    let mut items = items.skip(from);
    let page: Vec<T> = items.by_ref().take(limit).collect();
    let next = from.saturating_add(page.len());
    (page, items.next().map(|_| next))
}

/// The customer that `type:value` names, or a profile id alone.
fn customer(people: &People<'_>, id: &str) -> Result<Customer, ApiError> {
    let id = if id.contains(':') { id.to_owned() } else { format!("profile_id:{id}") };
    profiles::customer(people, &id).map(|(customer, _)| customer)
}
