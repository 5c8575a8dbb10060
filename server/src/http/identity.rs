//! Why identifiers are one person: the graph of a customer, the evidence between two identifiers, and what became of profiles.

pub mod decisions;
pub mod preview;
pub mod refs;

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Reader;
use super::error::{ApiError, ErrorBody};
use super::profiles::node_of;
use crate::app::App;
use crate::follower::People;
use crate::identity::engine::ChangeKind;
use crate::identity::evidence::{EdgeState, Evidence};
use crate::identity::node::{Link, Mode, Node, NodeId};
use crate::identity::why::{Barrier, BarrierRule, Why};
use crate::identity::words;
use crate::storage::{Result as StoreResult, StoreError};
use crate::time::Millis;
use refs::Ref;

/// Changes on one page, at most; those of one profile are searched among ten times as many.
const PAGE: usize = 200;

/// The evidence around a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct GraphView {
    profile_id: String,
    /// `whole`: it is all that hangs together. `solved`: it is a part of something with conflicting keys. `large`: the same, and so large that
    /// each identifier decides alone.
    mode: &'static str,
    /// Whether there is more than is shown.
    truncated: bool,
    /// The customer's identifiers, the strongest first, and those that something links them with.
    nodes: Vec<NodeView>,
    edges: Vec<EdgeView>,
}

/// One identifier in the graph.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeView {
    #[serde(flatten)]
    identifier: Ref,
    /// How strongly its type identifies: 0 is the strongest.
    rank: u8,
    /// The profile that it belongs to.
    profile_id: Option<String>,
    /// Whether that is this one.
    is_member: bool,
    is_representative: bool,
    /// Whether events are recorded under it.
    is_anchor: bool,
    /// `identifying`, `over_limit` or `blocked`.
    state: &'static str,
    /// The limits that it is over.
    over: Vec<OverView>,
    #[schema(value_type = Option<String>, format = DateTime)]
    first_seen: Option<Millis>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_seen: Option<Millis>,
    event_count: u64,
    sources: Vec<String>,
}

/// A limit that an identifier is over.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverView {
    /// The type of the neighbours.
    #[serde(rename = "type")]
    kind: String,
    neighbours: u32,
    limit: u32,
}

/// What links two identifiers.
#[derive(Debug, Serialize, ToSchema)]
pub struct EdgeView {
    a: Ref,
    b: Ref,
    /// `seen_together` or `alias`.
    kind: &'static str,
    /// 0 is the strongest.
    level: u8,
    /// Whether it came with a secret key or a signature.
    verified: bool,
    count: u64,
    #[schema(value_type = Option<String>, format = DateTime)]
    first_seen: Option<Millis>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_seen: Option<Millis>,
    sources: Vec<String>,
    /// The message id of one event that shows it.
    example: Option<String>,
    /// `joins`, `cut`, `over_limit`, `severed` or `blocked`.
    state: &'static str,
    /// Why it does not join, for a person.
    reason: Option<String>,
}

/// Why two identifiers are one person, or what keeps them apart.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyView {
    together: bool,
    a: EndView,
    b: EndView,
    /// What leads from one to the other; empty where they are apart.
    path: Vec<EdgeView>,
    /// What keeps them apart; empty where they are one.
    barriers: Vec<BarrierView>,
    explanation: String,
}

impl WhyView {
    /// Whether they are one person.
    fn together(&self) -> bool {
        self.together
    }
}

/// An identifier and its profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndView {
    #[serde(flatten)]
    identifier: Ref,
    profile_id: Option<String>,
}

/// What keeps two identifiers apart.
#[derive(Debug, Serialize, ToSchema)]
pub struct BarrierView {
    /// `R2` too many neighbours, `R5` conflicting keys, `R6` the same in a large component, `sever` and `block` decisions of people,
    /// `unconnected`.
    rule: &'static str,
    at: Vec<Ref>,
    explanation: String,
}

/// Two identifiers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Between {
    /// `type:value`.
    #[param(pattern = "^[^:]+:", example = "user_id:42")]
    a: String,
    /// `type:value`.
    #[param(pattern = "^[^:]+:", example = "email:ann@example.com")]
    b: String,
}

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Listing {
    /// Only those that this profile came from or became.
    #[serde(default)]
    profile_id: Option<String>,
    /// At most so many; 50 unless told, never more than 200.
    #[serde(default, deserialize_with = "crate::http::limit::limit")]
    limit: Option<usize>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,18}$")]
    cursor: Option<u64>,
}

/// One page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangePage {
    /// The newest first.
    data: Vec<ChangeView>,
    /// For the next page.
    next: Option<String>,
}

/// What became of profiles.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeView {
    /// `merge`, `split` or `rekey`.
    kind: &'static str,
    #[schema(value_type = String, format = DateTime)]
    at: Millis,
    /// The profiles that there were.
    from: Vec<String>,
    /// The profiles that there are.
    to: Vec<String>,
    /// The same for a person.
    cause: &'static str,
}

/// The graph of whoever an identifier belongs to.
#[utoipa::path(get, path = "/v1/profiles/{id}/identity", tag = "identity", params(("id" = String, Path, pattern = "^([^:]+:|p_)", example = "user_id:42", description = "`type:value`, or a profile id")),
    security(("token" = [])),
    responses((status = 200, body = GraphView), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn graph(_: Reader, app: Data<App>, id: Path<String>) -> Result<Json<GraphView>, ApiError> {
    app.caught_up().await?;
    let people = app.followed.people();
    let id = node_of(&people, &id)?;
    let representative = people.view().representative(id)?.ok_or(ApiError::NotFound("such profile"))?;
    let picture = people.view().picture(id)?.ok_or(ApiError::NotFound("such profile"))?;
    let nodes = picture.nodes.iter().map(|(id, node)| node_view(&people, *id, node, representative, picture.members.contains(id)));
    let nodes = nodes.collect::<StoreResult<_>>()?;
    let mode = match picture.mode {
        Mode::Whole => "whole",
        Mode::Solved => "solved",
        Mode::Large => "large",
    };
    let edges = picture.edges.iter().map(|evidence| edge_view(&people, evidence)).collect::<StoreResult<_>>()?;
    Ok(Json(GraphView { profile_id: representative.profile_id(), mode, truncated: picture.is_truncated, nodes, edges }))
}

/// Why two identifiers are one person, or what keeps them apart.
#[utoipa::path(get, path = "/v1/identity/why", tag = "identity", params(Between), security(("token" = [])),
    responses((status = 200, body = WhyView)))]
pub async fn why(_: Reader, app: Data<App>, between: Query<Between>) -> Result<Json<WhyView>, ApiError> {
    let (a, b) = (Ref::parse(&between.a, "a")?, Ref::parse(&between.b, "b")?);
    app.caught_up().await?;
    Ok(Json(why_view(&app.followed.people(), &a, &b)?))
}

/// What became of profiles: merged, split, or known by a stronger identifier; newest first.
#[utoipa::path(get, path = "/v1/identity/changes", tag = "identity", params(Listing), security(("token" = [])),
    responses((status = 200, body = ChangePage)))]
pub async fn changes(_: Reader, app: Data<App>, listing: Query<Listing>) -> Result<Json<ChangePage>, ApiError> {
    app.caught_up().await?;
    let limit = listing.limit.unwrap_or(50).clamp(1, PAGE);
    let read = if listing.profile_id.is_some() { 10 * PAGE } else { limit };
    let found = app.store.changes(listing.cursor, read)?;
    let mut next = found.last().filter(|(place, _)| found.len() == read && *place > 0).map(|(place, _)| place.to_string());
    let mut data = Vec::new();
    for (place, change) in found {
        if listing.profile_id.as_ref().is_some_and(|id| !change.from.contains(id) && !change.to.contains(id)) {
            continue;
        }
        let (kind, cause) = match change.kind {
            ChangeKind::Merge => ("merge", "Evidence showed that they are one person."),
            ChangeKind::Split => ("split", "They turned out to be several people, or somebody decided so."),
            ChangeKind::Rekey => ("rekey", "A stronger identifier of the same person became known."),
        };
        data.push(ChangeView { kind, at: change.at, from: change.from, to: change.to, cause });
        if data.len() == limit {
            next = (place > 0).then(|| place.to_string());
            break;
        }
    }
    Ok(Json(ChangePage { data, next }))
}

fn why_view(people: &People<'_>, a: &Ref, b: &Ref) -> StoreResult<WhyView> {
    let (first, second) = (a.id(), b.id());
    let Why { is_together, path, barriers, explanation } = people.view().why(first, second)?;
    let end = |named: &Ref, id| -> StoreResult<EndView> {
        Ok(EndView { identifier: named.clone(), profile_id: people.view().representative(id)?.map(NodeId::profile_id) })
    };
    let path = path.iter().map(|evidence| edge_view(people, evidence)).collect::<StoreResult<_>>()?;
    let barriers = barriers.into_iter().map(|barrier| barrier_view(people, barrier)).collect::<StoreResult<_>>()?;
    Ok(WhyView { together: is_together, a: end(a, first)?, b: end(b, second)?, path, barriers, explanation })
}

fn barrier_view(people: &People<'_>, Barrier { rule, at, explanation }: Barrier) -> StoreResult<BarrierView> {
    let rule = match rule {
        BarrierRule::Limit => "R2",
        BarrierRule::Conflict => "R5",
        BarrierRule::LargeConflict => "R6",
        BarrierRule::Sever => "sever",
        BarrierRule::Block => "block",
        BarrierRule::Unconnected => "unconnected",
    };
    let at = at.into_iter().filter_map(|id| people.node(id).transpose()).map(|node| Ok::<_, StoreError>(Ref::of(&node?.identifier)));
    Ok(BarrierView { rule, at: at.collect::<Result<_, _>>()?, explanation })
}

fn node_view(people: &People<'_>, id: NodeId, node: &Node, representative: NodeId, is_member: bool) -> StoreResult<NodeView> {
    let view = people.view();
    let is_blocked = people.decisions().is_blocked(id);
    let over = view.over(id, node).into_iter().map(|over| {
        let kind = people.rules().kind(over.code).unwrap_or("other").to_owned();
        OverView { kind, neighbours: over.neighbours, limit: over.limit }
    });
    let over: Vec<OverView> = over.collect();
    let seen = node.seen.as_ref();
    Ok(NodeView {
        identifier: Ref::of(&node.identifier),
        rank: people.rules().rank(node.code),
        profile_id: if is_member { Some(representative) } else { view.representative(id)? }.map(NodeId::profile_id),
        is_member,
        is_representative: id == representative,
        is_anchor: node.is_anchor,
        state: match (is_blocked, over.is_empty()) {
            (true, _) => "blocked",
            (false, false) => "over_limit",
            (false, true) => "identifying",
        },
        over,
        first_seen: seen.map(|seen| seen.first),
        last_seen: seen.map(|seen| seen.last),
        event_count: seen.map_or(0, |seen| seen.count),
        sources: seen.map(|seen| people.names_of(&seen.sources)).unwrap_or_default(),
    })
}

fn edge_view(people: &People<'_>, evidence: &Evidence) -> StoreResult<EdgeView> {
    let Evidence { a: (a, from), b: (_, to), link, edge, state } = evidence;
    let seen = edge.seen.as_ref();
    let (state_name, reason) = match state {
        EdgeState::Joins => ("joins", None),
        EdgeState::Cut => ("cut", people.view().barrier(evidence)?.map(|barrier| barrier.explanation)),
        EdgeState::OverLimit(_) => ("over_limit", people.view().barrier(evidence)?.map(|barrier| barrier.explanation)),
        EdgeState::Severed => ("severed", people.view().barrier(evidence)?.map(|barrier| barrier.explanation)),
        EdgeState::Blocked(id) => {
            let who = if id == a { from } else { to };
            ("blocked", Some(format!("Somebody decided that {} identifies nobody.", words::name(&who.identifier))))
        }
    };
    Ok(EdgeView {
        a: Ref::of(&from.identifier),
        b: Ref::of(&to.identifier),
        kind: if *link == Link::Alias { "alias" } else { "seen_together" },
        level: if seen.is_some() { edge.level } else { 0 },
        verified: edge.level & 1 == 0,
        count: seen.map_or(0, |seen| seen.count),
        first_seen: seen.map(|seen| seen.first),
        last_seen: seen.map(|seen| seen.last),
        sources: seen.map(|seen| people.names_of(&seen.sources)).unwrap_or_default(),
        example: seen.map(|_| edge.example.to_string()),
        state: state_name,
        reason,
    })
}
