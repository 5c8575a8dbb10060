//! Tries again what was not accepted, once the cause is mended.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Payload};
use nora_shared::Reason;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{filter, find, id_in, item};
use crate::app::App;
use crate::http::access::{Reader, allowed};
use crate::http::body;
use crate::http::error::{ApiError, ErrorBody};
use crate::keys::Scope;
use crate::log::Verdict;
use crate::quarantine::{Found, Replayed, Trust, replay};

/// Items that one request tries, unless told; and at most.
const USUAL: usize = 1_000;
const MOST: usize = 10_000;

/// Items that are read at once.
const GROUP: usize = 200;

/// How one item is tried again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Once {
    /// What you vouch for; nothing where absent. Needs the scope `owner`.
    #[serde(default)]
    trust: Trust,
}

/// Which items are tried again, and how. All of them, where nothing is said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Those that are held for this reason, as a code.
    #[serde(default)]
    reason: Option<String>,
    /// Those from this source.
    #[serde(default)]
    source: Option<String>,
    /// Those received at this time or later (RFC 3339).
    #[serde(default)]
    since: Option<String>,
    /// Those received before this time (RFC 3339).
    #[serde(default, alias = "before")]
    until: Option<String>,
    /// At most so many; 1,000 unless told, never more than 10,000.
    #[serde(default)]
    limit: Option<usize>,
    /// `next` of the answer before.
    #[serde(default)]
    cursor: Option<String>,
    /// What you vouch for; nothing where absent. Needs the scope `owner`.
    #[serde(default)]
    trust: Trust,
}

/// What became of one item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayedView {
    id: String,
    /// `accepted` and `duplicate`: it is in the log, and no longer in the quarantine. `quarantined` and `refused`: it is still there.
    outcome: &'static str,
    /// The code of what still keeps it from being accepted.
    reason: Option<&'static str>,
    /// The same, for a person.
    message: Option<&'static str>,
    /// How to mend it.
    hint: Option<&'static str>,
    /// The message id that it has in the log.
    message_id: Option<String>,
}

/// What became of many.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ReplayReport {
    /// Now in the log.
    accepted: u64,
    /// In the log already.
    duplicate: u64,
    /// Still in the quarantine.
    quarantined: u64,
    /// Still in the quarantine: it is over a limit.
    refused: u64,
    /// What keeps those that are still there, by its code.
    reasons: BTreeMap<&'static str, u64>,
    /// For the next request, where there are more.
    next: Option<String>,
}

/// Tries an item again: by the rules, the plan and the keys of now, and with all that was known of it when it came.
///
/// It is accepted as it would have been then: with its own time, context and sender, and its message id. Replaying the same item twice
/// changes nothing.
///
/// Identity signatures are not kept. An event that came with a valid one is still taken as signed. What was held for a wrong or a missing
/// one stays, unless an owner vouches for it: `{"trust":"unsigned"}` takes it as an event that shows nothing, `{"trust":"verified"}` as
/// one that was signed. Both also take what came with a key that has ended, which otherwise has to be restored first.
#[utoipa::path(post, path = "/v1/quarantine/{id}/replay", tag = "quarantine", params(("id" = String, Path,)), request_body = Once, security(("token" = [])),
    responses((status = 200, body = ReplayedView), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 415, body = ErrorBody), (status = 503, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn one(
    _: Reader,
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    id: Path<String>,
) -> Result<Json<ReplayedView>, ApiError> {
    let Once { trust } = body::optional(&request, payload, body::CHANGE).await?;
    check(&request, trust)?;
    let replayed = replay(&app, &[item(&*app.store, &id)?], trust).await?;
    replayed.into_iter().next().map(|replayed| Json(view(replayed))).ok_or(ApiError::Unavailable)
}

/// Tries many items again, the newest first; see `/v1/quarantine/{id}/replay`. Where the answer has a `next`, go on with it as `cursor`.
#[utoipa::path(post, path = "/v1/quarantine/replay", tag = "quarantine", request_body = Wanted, security(("token" = [])),
    responses((status = 200, body = ReplayReport), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody), (status = 503, body = ErrorBody), (status = 507, body = ErrorBody)))]
pub async fn many(_: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<ReplayReport>, ApiError> {
    let Wanted { reason, source, since, until, limit, cursor, trust } = body::optional(&request, payload, body::CHANGE).await?;
    check(&request, trust)?;
    let filter = filter(reason, source, since, until)?;
    let (mut left, mut before) = (limit.unwrap_or(USUAL).clamp(1, MOST), id_in(cursor)?);
    let mut report = ReplayReport::default();
    loop {
        let Found { items, next } = find(&app, filter.clone(), before, left.min(GROUP)).await?;
        report.add(&replay(&app, &items, trust).await?);
        left -= items.len();
        before = next;
        // A search that found nothing has looked at as much as one request may.
        if next.is_none() || left == 0 || items.is_empty() {
            report.next = next.map(|id| id.to_string());
            return Ok(Json(report));
        }
    }
}

/// Whoever vouches for an event says who somebody is.
fn check(request: &HttpRequest, trust: Trust) -> Result<(), ApiError> {
    if trust == Trust::Nothing { Ok(()) } else { allowed(request, Scope::Owner).map(drop) }
}

impl ReplayReport {
    fn add(&mut self, replayed: &[Replayed]) {
        for Replayed { verdict, .. } in replayed {
            let count = match verdict {
                Verdict::Accepted(_) => &mut self.accepted,
                Verdict::Duplicate => &mut self.duplicate,
                Verdict::Quarantined(_) => &mut self.quarantined,
                Verdict::Refused(_) => &mut self.refused,
            };
            *count += 1;
            if let Some(reason) = verdict.reason() {
                *self.reasons.entry(reason.code()).or_default() += 1;
            }
        }
    }
}

fn view(replayed: Replayed) -> ReplayedView {
    let Replayed { id, verdict, message_id } = replayed;
    let reason = verdict.reason();
    ReplayedView {
        id: id.to_string(),
        outcome: verdict.outcome(),
        reason: reason.map(Reason::code),
        message: reason.map(Reason::message),
        hint: reason.map(Reason::hint),
        message_id,
    }
}
