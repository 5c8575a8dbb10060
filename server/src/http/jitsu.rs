//! The calls of Jitsu's clients (COMPAT §2).

use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::body;
use super::collect::{self, Answer};
use super::error::{ApiError, ErrorBody};
use super::openapi::event::EventFields;
use super::sender::enter;
use crate::app::App;

/// One event, as Jitsu's clients send it: like `/v1/{kind}`, with the write key in the header `X-Write-Key`.
///
/// Jitsu's keys have two parts, `id:secret`. Either part may be the write key: `nora:WRITE_KEY` is a key that its clients take. Servers send
/// to `/api/s/s2s/{kind}`.
#[utoipa::path(post, path = "/api/s/{kind}", tag = "collect", params(("kind" = String, Path, description = "the kind of event"),
        ("X-Write-Key" = Option<String>, Header, description = "the write key, or two parts of which one is it"), Answer),
    request_body(content = EventFields, content_type = "application/json"), security(("write_key" = []), ()),
    responses((status = 200, description = "durable", body = collect::Taken), (status = 507, body = ErrorBody)))]
pub async fn one(
    request: HttpRequest,
    mut payload: Payload,
    app: Data<App>,
    kind: Path<String>,
    answer: Query<Answer>,
) -> Result<HttpResponse, ApiError> {
    enter(&app, &request)?;
    let text = body::text(&request, &mut payload, body::TRACKING).await?;
    let header = request.headers().get("x-write-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, secret) = header.split_once(':').unwrap_or((header, ""));
    collect::take_one(&app, &request, &text, Some(&kind), &[secret, id], &answer).await
}
