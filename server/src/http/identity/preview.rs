//! The rules of identity, and what others would do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::web::{self, Data, Json, Payload};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::access::Reader;
use crate::http::body;
use crate::http::error::{ApiError, ErrorBody};
use crate::identity::engine::{Change, ChangeKind};
use crate::identity::node::NodeId;
use crate::identity::preview::{Preview, Previewer};
use crate::identity::{Rules, RulesConfig};
use crate::log::Control;

/// How long a preview looks, at most.
const TIME: Duration = Duration::from_secs(10);

/// Identifiers that are read under one lock, so that a long preview holds up nobody.
const PAGE: usize = 200;

/// Other rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// All of the rules; what is absent has its default.
    rules: RulesConfig,
}

/// What other rules would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewView {
    /// Identifiers that were looked at: all, or a fair sample of as many as there was time for.
    examined: u64,
    /// Identifiers that there are.
    identifiers: u64,
    /// Whether all were looked at.
    complete: bool,
    /// Profiles, among those looked at, that would be several.
    splits: u64,
    /// Profiles that would be made of several.
    merges: u64,
    /// Profiles that would have another id.
    rekeys: u64,
    /// Some of them.
    samples: Vec<SampleView>,
}

/// One profile that would change.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleView {
    /// `merge`, `split` or `rekey`.
    kind: &'static str,
    /// The profiles that there are.
    from: Vec<String>,
    /// The profiles that there would be.
    to: Vec<String>,
}

/// The rules that are in force.
#[utoipa::path(get, path = "/v1/identity/rules", tag = "identity", security(("token" = [])),
    responses((status = 200, body = RulesConfig)))]
pub async fn rules(_: Reader, app: Data<App>) -> Json<RulesConfig> {
    Json(app.followed.rules().config().clone())
}

/// Puts other rules in force. Everything is derived again from the log: until that is done, profiles answer 503.
#[utoipa::path(put, path = "/v1/identity/rules", tag = "identity", request_body = RulesConfig, security(("token" = [])),
    responses((status = 200, description = "durable", body = RulesConfig), (status = 507, body = ErrorBody)))]
pub async fn change_rules(reader: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<RulesConfig>, ApiError> {
    let config: RulesConfig = body::object(&request, payload, body::CHANGE).await?;
    Rules::new(config.clone()).map_err(|error| ApiError::InvalidBody(error.to_string()))?;
    app.decide(&Control::Rules { rules: config.clone(), by: reader.name }).await?;
    Ok(Json(config))
}

/// What other rules would do to profiles, before they are put in force.
#[utoipa::path(post, path = "/v1/identity/preview", tag = "identity", request_body = Proposal, security(("token" = [])),
    responses((status = 200, body = PreviewView)))]
pub async fn preview(_: Reader, request: HttpRequest, payload: Payload, app: Data<App>) -> Result<Json<PreviewView>, ApiError> {
    let Proposal { rules } = body::object(&request, payload, body::CHANGE).await?;
    let rules = Rules::new(rules).map_err(|error| ApiError::InvalidBody(error.to_string()))?;
    app.caught_up().await?;
    let identifiers = app.followed.totals().identifiers;
    let looking = web::block(move || look(&app, Arc::new(rules))).await;
    // The thread that looks does not panic, and is not stopped.
    let (preview, complete) = looking.map_err(|_| ApiError::Unavailable)??;
    let samples = preview.samples.iter().map(sample).collect();
    let Preview { examined, splits, merges, rekeys, .. } = preview;
    Ok(Json(PreviewView { examined, identifiers, complete, splits, merges, rekeys, samples }))
}

fn look(app: &App, rules: Arc<Rules>) -> Result<(Preview, bool), ApiError> {
    let start = Instant::now();
    let decisions = app.followed.people().decisions().clone();
    let mut previewer = Previewer::new(Arc::clone(&app.store), app.followed.rules(), rules, decisions)?;
    let mut after: Option<NodeId> = None;
    // The numbers of identifiers are hashes, so the first ones are a fair sample of all.
    while start.elapsed() < TIME {
        let people = app.followed.people();
        let page = app.store.nodes(after, PAGE)?;
        for (id, _) in &page {
            previewer.look(*id)?;
        }
        drop(people);
        after = page.last().map(|(id, _)| *id);
        if page.len() < PAGE {
            return Ok((previewer.finish(), true));
        }
    }
    Ok((previewer.finish(), false))
}

fn sample(change: &Change) -> SampleView {
    let ids = |ids: &[NodeId]| ids.iter().map(|id| id.profile_id()).collect();
    let kind = match change.kind {
        ChangeKind::Merge => "merge",
        ChangeKind::Split => "split",
        ChangeKind::Rekey => "rekey",
    };
    SampleView { kind, from: ids(&change.from), to: ids(&change.to) }
}
