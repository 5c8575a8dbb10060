//! What identifies a customer, in Segment's shape.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Query};
use nora_shared::Identifier;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Cursor, Listing, MOST, PAGE, customer, names, page};
use crate::app::App;
use crate::http::access::Reader;
use crate::http::error::{ApiError, ErrorBody};
use crate::identity::NodeId;
use crate::time::Millis;

/// One page of identifiers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentIdPage)]
pub struct Page {
    data: Vec<ExternalId>,
    cursor: Cursor,
}

/// One identifier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SegmentId)]
pub struct ExternalId {
    /// The source of the event that brought it.
    source_id: Option<String>,
    collection: &'static str,
    id: String,
    r#type: String,
    /// The time of the first event that carried it.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    encoding: &'static str,
    /// The event that brought it.
    first_message_id: Option<String>,
}

/// What identifies a customer, the strongest first. `include` names types.
#[utoipa::path(get, path = "/v1/spaces/{space}/collections/users/profiles/{id}/external_ids", tag = "profile api",
    params(("space" = String, Path, example = "any", description = "any"), ("id" = String, Path, example = "user_id:42", description = "`type:value`, or a profile id"), Listing), security(("token" = [])),
    responses((status = 200, body = Page), (status = 404, body = ErrorBody)))]
pub async fn external_ids(
    request: HttpRequest,
    _: Reader,
    app: Data<App>,
    path: Path<(String, String)>,
    listing: Query<Listing>,
) -> Result<Json<Page>, ApiError> {
    app.caught_up().await?;
    let people = app.followed.people();
    let customer = customer(&people, &path.1)?;
    let wanted = names(listing.include.as_deref());
    let limit = listing.limit.unwrap_or(PAGE).clamp(1, MOST);
    let from = listing.next.as_deref().map_or(Ok(0), str::parse).map_err(|_| ApiError::InvalidParameter("next"))?;
    let found = customer.identifiers.iter().filter(|carried| wanted.is_empty() || wanted.contains(&carried.identifier.kind()));
    let (found, next) = page(found, from, limit);
    let first = |identifier: &Identifier| match people.node(NodeId::of(identifier))? {
        Some(node) => app.store.event(node.since),
        None => Ok(None),
    };
    let mut data = Vec::with_capacity(found.len());
    for carried in found {
        let record = first(&carried.identifier)?;
        data.push(ExternalId {
            source_id: record.as_ref().map(|record| record.source.clone()),
            collection: "users",
            id: carried.identifier.value().to_owned(),
            r#type: carried.identifier.kind().to_owned(),
            created_at: carried.first,
            encoding: "none",
            first_message_id: record.map(|record| record.message_id.clone()),
        });
    }
    Ok(Json(Page { data, cursor: Cursor::new(&request, next.map(|next| next.to_string()), limit) }))
}
