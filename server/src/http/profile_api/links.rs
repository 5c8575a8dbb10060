//! The accounts that a customer belongs to, in Segment's shape.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Query};
use nora_shared::Kind;
use nora_shared::event::Event;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Cursor, customer, page};
use crate::app::App;
use crate::http::access::Reader;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::events::{EXAMINED, entries};

/// Accounts on one page, at most.
const MOST: usize = 20;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// At most so many; 20 unless told, never more.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `cursor.next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,18}$")]
    next: Option<usize>,
}

/// One page of accounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentAccountPage)]
pub struct Page {
    data: Vec<Link>,
    cursor: Cursor,
}

/// One account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentAccount)]
pub struct Link {
    to_collection: &'static str,
    external_ids: Vec<AccountId>,
}

/// What an account is known by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentAccountId)]
pub struct AccountId {
    collection: &'static str,
    r#type: &'static str,
    id: String,
    encoding: &'static str,
}

/// The accounts that `group` calls have named, the latest first; of the last 10,000 events.
#[utoipa::path(get, path = "/v1/spaces/{space}/collections/users/profiles/{id}/links", tag = "profile api",
    params(("space" = String, Path, example = "any", description = "any"), ("id" = String, Path, example = "user_id:42", description = "`type:value`, or a profile id"), Listing), security(("token" = [])),
    responses((status = 200, body = Page), (status = 404, body = ErrorBody)))]
pub async fn links(
    request: HttpRequest,
    _: Reader,
    app: Data<App>,
    path: Path<(String, String)>,
    listing: Query<Listing>,
) -> Result<Json<Page>, ApiError> {
    app.caught_up().await?;
    let people = app.followed.people();
    let customer = customer(&people, &path.1)?;
    let mut entries = entries(&app, &customer)?;
    entries.sort_unstable_by(|a, b| b.cmp(a));
    let mut accounts: Vec<String> = Vec::new();
    for entry in entries.iter().take(EXAMINED) {
        let Some(record) = app.store.event(entry.seq)?.filter(|record| !people.is_set_aside(record)) else { continue };
        let event = Event::known(&record.json);
        let account = event.group_id.as_str().filter(|_| event.known_kind() == Some(Kind::Group));
        if let Some(account) = account.filter(|account| accounts.iter().all(|known| known != account)) {
            accounts.push(account.to_owned());
        }
    }
    let limit = listing.limit.unwrap_or(MOST).clamp(1, MOST);
    let (found, next) = page(accounts.into_iter(), listing.next.unwrap_or(0), limit);
    let account = |id: String| AccountId { collection: "accounts", r#type: "group_id", id, encoding: "none" };
    let link = |id: String| Link { to_collection: "accounts", external_ids: vec![account(id)] };
    let cursor = Cursor::new(&request, next.map(|next| next.to_string()), limit);
    Ok(Json(Page { data: found.into_iter().map(link).collect(), cursor }))
}
