//! What people decide about identifiers, and its undo.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Payload, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::refs::Ref;
use super::{WhyView, why_view};
use crate::app::App;
use crate::http::access::Reader;
use crate::http::body;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::profiles::node_of;
use crate::identity::{Decision, DecisionKind, NodeId};
use crate::log::Control;
use crate::time::Millis;

/// Characters of a note.
const NOTE_CHARS: usize = 2_000;

/// Decisions on one page, at most.
const PAGE: usize = 200;

/// A decision about two identifiers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecidePair)]
pub struct Pair {
    a: Ref,
    b: Ref,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: String,
    /// For a sever: whether events that carry both are left out of every profile, until it is undone.
    #[serde(default)]
    set_aside: bool,
}

/// A decision about one identifier.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecideOne)]
pub struct One {
    #[serde(alias = "a")]
    identifier: Ref,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: String,
}

/// A decision, as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// `sever`, `block` or `alias`.
    kind: &'static str,
    a: Ref,
    b: Option<Ref>,
    /// `false` once it was undone.
    is_active: bool,
    set_aside: bool,
    note: String,
    /// Who decided.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Millis,
}

/// What a decision did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decided {
    decision: DecisionView,
    /// Whether the two identifiers are one person now.
    #[serde(skip_serializing_if = "Option::is_none")]
    together: Option<bool>,
    /// And why.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<WhyView>,
}

/// Which decisions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// Only those about this identifier, `type:value`; or about any of a profile's, `profile_id:p_…`.
    #[serde(default)]
    #[param(pattern = "^[^:]+:")]
    identifier: Option<String>,
    /// At most so many; 50 unless told, never more than 200.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,18}$")]
    cursor: Option<usize>,
}

/// One page of decisions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecisionPage)]
pub struct Page {
    /// The newest first; the last one about the same identifiers.
    data: Vec<DecisionView>,
    /// For the next page.
    next: Option<String>,
}

/// Decides that two identifiers are not of one person. What carries both, now and later, says nothing about the weaker of them.
#[utoipa::path(post, path = "/v1/identity/sever", tag = "identity", request_body = Pair, security(("token" = [])),
    responses((status = 200, description = "durable", body = Decided), (status = 507, body = ErrorBody)))]
pub async fn sever(reader: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Decided>, ApiError> {
    pair(reader, &request, payload, &app, DecisionKind::Sever, true).await
}

/// Undoes that.
#[utoipa::path(delete, path = "/v1/identity/sever", tag = "identity", request_body = Pair, security(("token" = [])),
    responses((status = 200, description = "durable", body = Decided), (status = 507, body = ErrorBody)))]
pub async fn unsever(reader: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Decided>, ApiError> {
    pair(reader, &request, payload, &app, DecisionKind::Sever, false).await
}

/// Decides that two values of a key type are one person.
#[utoipa::path(post, path = "/v1/identity/alias", tag = "identity", request_body = Pair, security(("token" = [])),
    responses((status = 200, description = "durable", body = Decided), (status = 507, body = ErrorBody)))]
pub async fn alias(reader: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Decided>, ApiError> {
    pair(reader, &request, payload, &app, DecisionKind::Alias, true).await
}

/// Undoes that. They are not one person then, whatever events declare.
#[utoipa::path(delete, path = "/v1/identity/alias", tag = "identity", request_body = Pair, security(("token" = [])),
    responses((status = 200, description = "durable", body = Decided), (status = 507, body = ErrorBody)))]
pub async fn unalias(reader: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Decided>, ApiError> {
    pair(reader, &request, payload, &app, DecisionKind::Alias, false).await
}

/// Decides that an identifier identifies nobody.
#[utoipa::path(post, path = "/v1/identity/block", tag = "identity", request_body = One, security(("token" = [])),
    responses((status = 200, description = "durable", body = Decided), (status = 507, body = ErrorBody)))]
pub async fn block(reader: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Decided>, ApiError> {
    one(reader, &request, payload, &app, true).await
}

/// Undoes that.
#[utoipa::path(delete, path = "/v1/identity/block", tag = "identity", request_body = One, security(("token" = [])),
    responses((status = 200, description = "durable", body = Decided), (status = 507, body = ErrorBody)))]
pub async fn unblock(reader: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<Decided>, ApiError> {
    one(reader, &request, payload, &app, false).await
}

/// What people have decided about identifiers, newest first.
#[utoipa::path(get, path = "/v1/identity/decisions", tag = "identity", params(Listing), security(("token" = [])),
    responses((status = 200, body = Page), (status = 404, body = ErrorBody)))]
pub async fn list(_: Reader, app: Data<App>, listing: Query<Listing>) -> Result<Json<Page>, ApiError> {
    app.caught_up().await?;
    let people = app.followed.people();
    let about = match listing.identifier.as_deref() {
        Some(id) if id.starts_with("profile_id:") => {
            let members = people.view().members(node_of(&people, id)?)?;
            Some(members.into_iter().map(|(id, _)| id).collect())
        }
        Some(id) => Some(vec![Ref::parse(id, "identifier")?.id()]),
        None => None,
    };
    let is_about = |decision: &&Decision| {
        let ends = [Some(&decision.a), decision.b.as_ref()];
        let mut ids = ends.into_iter().flatten().map(|end| NodeId::of(&end.identifier()));
        about.as_ref().is_none_or(|about: &Vec<NodeId>| ids.any(|id| about.contains(&id)))
    };
    let mut decisions: Vec<&Decision> = people.decisions().iter().filter(is_about).collect();
    decisions.sort_by_key(|decision| std::cmp::Reverse(decision.at));
    let (start, limit) = (listing.cursor.unwrap_or(0), listing.limit.unwrap_or(50).clamp(1, PAGE));
    let next = start.saturating_add(limit);
    Ok(Json(Page {
        next: (next < decisions.len()).then(|| next.to_string()),
        data: decisions.into_iter().skip(start).take(limit).map(DecisionView::from).collect(),
    }))
}

async fn pair(
    reader: Reader,
    request: &HttpRequest,
    payload: Payload,
    app: &App,
    kind: DecisionKind,
    is_active: bool,
) -> Result<Json<Decided>, ApiError> {
    let Pair { a, b, note, set_aside } = body::object(request, payload, body::CHANGE).await?;
    if a == b {
        return Err(ApiError::InvalidParameter("b"));
    }
    let rules = app.followed.rules();
    if kind == DecisionKind::Alias && (a.kind != b.kind || rules.key(rules.code(&a.kind)).is_none()) {
        return Err(ApiError::InvalidParameter("b"));
    }
    let set_aside = set_aside && kind == DecisionKind::Sever && is_active;
    let mut ends = [a.clone(), b.clone()];
    ends.sort_by(|a, b| rules.order(&a.identity().identifier(), &b.identity().identifier()));
    let [strong, weak] = ends.map(|end| end.identity());
    let decision =
        decide(reader, app, Control::Decide { kind, a: strong, b: Some(weak), is_active, set_aside, note, by: String::new() }).await?;
    let why = why_view(&app.followed.people(), &a, &b)?;
    Ok(Json(Decided { decision, together: Some(why.together()), why: Some(why) }))
}

async fn one(reader: Reader, request: &HttpRequest, payload: Payload, app: &App, is_active: bool) -> Result<Json<Decided>, ApiError> {
    let One { identifier, note } = body::object(request, payload, body::CHANGE).await?;
    let control = Control::Decide {
        kind: DecisionKind::Block,
        a: identifier.identity(),
        b: None,
        is_active,
        set_aside: false,
        note,
        by: String::new(),
    };
    Ok(Json(Decided { decision: decide(reader, app, control).await?, together: None, why: None }))
}

/// Makes a decision durable and waits until it shows.
async fn decide(reader: Reader, app: &App, mut control: Control) -> Result<DecisionView, ApiError> {
    if let Control::Decide { kind, a, b, is_active, note, by, .. } = &mut control {
        by.clone_from(&reader.name);
        // Whoever undoes a decision without a word leaves the reason that it was made for.
        if !*is_active && note.is_empty() {
            let ends = (NodeId::of(&a.identifier()), b.as_ref().map(|b| NodeId::of(&b.identifier())));
            note.clone_from(
                &app.followed.people().decisions().get(*kind, ends.0, ends.1).map(|known| known.note.clone()).unwrap_or_default(),
            );
        }
        if note.chars().count() > NOTE_CHARS {
            return Err(ApiError::InvalidParameter("note"));
        }
    }
    let now = app.clock.now();
    app.decide(&control).await?;
    app.caught_up().await?;
    control.decision(now).as_ref().map(DecisionView::from).ok_or(ApiError::Unavailable)
}

impl From<&Decision> for DecisionView {
    fn from(decision: &Decision) -> DecisionView {
        let Decision { kind, a, b, is_active, set_aside, note, by, at } = decision;
        DecisionView {
            kind: match kind {
                DecisionKind::Sever => "sever",
                DecisionKind::Block => "block",
                DecisionKind::Alias => "alias",
            },
            a: Ref::from(a),
            b: b.as_ref().map(Ref::from),
            is_active: *is_active,
            set_aside: *set_aside,
            note: note.clone(),
            by: by.clone(),
            at: *at,
        }
    }
}
