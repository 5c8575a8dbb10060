//! The tracking API: what clients of Segment's HTTP API send (COMPAT §1), and the raw calls of a browser without WebAssembly.

mod batch;

use actix_web::http::header::ORIGIN;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use nora_shared::call::RawBatch;
use nora_shared::event::{Event, Sent};
use nora_shared::{Kind, Reason, limits};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body;
use super::error::{ApiError, ErrorBody};
use super::openapi::event::{EventBatch, EventFields, RawCalls};
use super::sender::{Sender, enter};
use crate::admission::{Decision, Origin, admit, decide};
use crate::app::App;
use crate::log::Verdict;
use crate::time::Millis;
pub use batch::Batch;
use batch::EXPANDED_BYTES;

/// The label in the metrics of what belongs to no source.
const NO_SOURCE: &str = "";

/// How to answer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Answer {
    /// `1`: one verdict an event.
    #[serde(default)]
    verbose: Option<String>,
}

impl Answer {
    pub(super) fn is_verbose(&self) -> bool {
        self.verbose.as_deref().is_some_and(|verbose| verbose != "0")
    }
}

/// The answer to a tracking call.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    success: bool,
    /// One verdict an event, with `verbose=1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    results: Option<Vec<VerdictView>>,
}

/// What became of one event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerdictView {
    message_id: Option<String>,
    outcome: &'static str,
    reason: Option<&'static str>,
}

/// One event.
///
/// What is sent with a secret key is believed. So is an event whose `context.identity.signature` is the HMAC-SHA256 of its `userId` (lower-case
/// hexadecimal, with the source's signing secret), or whose `context.identity.token` is a JWT of that user (HS256, `sub`, `exp`). One that is
/// wrong puts the event into the quarantine (`invalid_signature`); neither is kept with the event. The same holds in batches and raw calls.
///
/// Where the source demands signatures, an `identify` or `alias` without one is quarantined (`missing_signature`), and all other events of
/// a browser are kept without what they say of who somebody is. Where it names the origins that its tag may stand on, requests from others
/// are refused (403, `origin_not_allowed`). Over a quota, 429 says in `Retry-After` when to come again; nothing of the request is kept.
///
/// The path names its kind: `identify`, `track`, `page`, `screen`, `group`, `alias`, or the first letter (`/v1/t`); there, pages get an empty answer
/// unless they ask for verdicts. The content type of the body is not looked at, here and in all tracking calls.
#[utoipa::path(post, path = "/v1/{kind}", tag = "collect", params(("kind" = String, Path, description = "the kind of event, or its first letter"), Answer),
    request_body(content = EventFields, content_type = "application/json"), security(("write_key" = []), ()),
    responses((status = 200, description = "durable", body = Taken), (status = 507, body = ErrorBody)))]
pub async fn one(request: HttpRequest, mut payload: Payload, app: Data<App>, answer: Query<Answer>) -> Result<HttpResponse, ApiError> {
    enter(&app, &request)?;
    let text = body::text(&request, &mut payload, body::TRACKING).await?;
    let kind = request.path().rsplit('/').next();
    let taken = take_one(&app, &request, &text, kind, &[], &answer).await?;
    Ok(unless_unread(&request, &answer, taken))
}

/// The answer, or an empty one for a page that calls a path of one letter: analytics.js does, and reads no answer. With `keepalive`, what is left
/// unread would count against the 64 KiB that the browser lets a page have on its way.
fn unless_unread(request: &HttpRequest, answer: &Answer, taken: HttpResponse) -> HttpResponse {
    let is_short = request.path().rsplit('/').next().is_some_and(|name| name.len() == 1);
    if is_short && request.headers().contains_key(ORIGIN) && !answer.is_verbose() { HttpResponse::Ok().finish() } else { taken }
}

/// Takes one event: `kind` is the one that the address names, `keys` are write keys that neither the body nor `Authorization` has.
pub(super) async fn take_one(
    app: &App,
    request: &HttpRequest,
    text: &str,
    kind: Option<&str>,
    keys: &[&str],
    answer: &Answer,
) -> Result<HttpResponse, ApiError> {
    let (id, verdict) = admit_one(app, request, text, kind, keys).await?;
    match verdict {
        Verdict::Quarantined(reason) => Err(ApiError::Quarantined(reason)),
        Verdict::Refused(reason) => Err(reason.into()),
        Verdict::Accepted(_) | Verdict::Duplicate => Ok(taken(answer, &[verdict], || vec![id])),
    }
}

/// What became of one event, with its message id.
pub(super) async fn admit_one(
    app: &App,
    request: &HttpRequest,
    text: &str,
    kind: Option<&str>,
    keys: &[&str],
) -> Result<(Option<String>, Verdict), ApiError> {
    let sent = batch::one(text)?;
    let key = sent.event.as_ref().and_then(|event| event.write_key.as_str());
    let sender = Sender::of_events(app, request, key, keys)?;
    sender.take(request, 1)?;
    // What is held is shown to people: a secret key is for none of them.
    let masked = key.filter(|_| sender.verified).map(|secret| text.replace(secret, "***"));
    let sent = masked.as_deref().map_or(sent, Sent::parse);
    let secrets = sender.signing_secrets();
    let rules = app.followed.rules();
    let kind = kind.and_then(Kind::from_name).map(Kind::name);
    let decision = decide(sent, kind, &sender.origin(&rules, &secrets));
    let id = message_id(&decision, text);
    let verdicts = app.submit(&sender.source.id, vec![decision]).await?;
    Ok((id, verdicts.first().copied().ok_or(ApiError::Unavailable)?))
}

/// What became of something that cannot be read as an event at all: it is held where a key says whose it is, and only counted where none does.
pub(super) async fn hold(app: &App, request: &HttpRequest, keys: &[&str], reason: Reason, sent: &str) -> Result<Verdict, ApiError> {
    let sender = match Sender::of_events(app, request, None, keys) {
        Ok(sender) => sender,
        Err(unknown) => {
            let verdict = Verdict::Refused(if reason == Reason::InvalidWriteKey { reason } else { unknown });
            app.outcomes.count(NO_SOURCE, &[verdict], app.clock.now());
            return Ok(verdict);
        }
    };
    sender.take(request, 1)?;
    // What is held is shown to people: a secret key is for none of them.
    let sent = if sender.verified {
        keys.iter().filter(|key| !key.is_empty()).fold(sent.to_owned(), |sent, key| sent.replace(key, "***"))
    } else {
        sent.to_owned()
    };
    let (secrets, rules) = (sender.signing_secrets(), app.followed.rules());
    let held = sender.origin(&rules, &secrets).hold(reason, "", &sent);
    let verdicts = app.submit(&sender.source.id, vec![Decision::Quarantine(held)]).await?;
    verdicts.first().copied().ok_or(ApiError::Unavailable)
}

/// Many events: `{"batch":[event,…]}`.
///
/// What is wrong with one event does not touch the others: ask for `verbose=1` to be told what became of each. Also at `/v1/b`, which is
/// where analytics.js sends them.
#[utoipa::path(post, path = "/v1/batch", tag = "collect", params(Answer), request_body(content = EventBatch, content_type = "application/json"),
    security(("write_key" = []), ()),
    responses((status = 200, description = "durable", body = Taken), (status = 507, body = ErrorBody)))]
pub async fn batch(request: HttpRequest, mut payload: Payload, app: Data<App>, answer: Query<Answer>) -> Result<HttpResponse, ApiError> {
    enter(&app, &request)?;
    let text = body::text(&request, &mut payload, body::TRACKING).await?;
    let taken = take_batch(&app, &request, &text, &[], &answer).await?;
    Ok(unless_unread(&request, &answer, taken))
}

/// Takes a batch: `keys` are write keys that neither the body nor `Authorization` has.
pub(super) async fn take_batch(
    app: &App,
    request: &HttpRequest,
    text: &str,
    keys: &[&str],
    answer: &Answer,
) -> Result<HttpResponse, ApiError> {
    let batch = Batch::read(text)?;
    let sender = Sender::of_events(app, request, batch.write_key(), keys)?;
    batch.check()?;
    sender.take(request, batch.len())?;
    let secrets = sender.signing_secrets();
    let rules = app.followed.rules();
    let texts = if answer.is_verbose() { batch.texts() } else { Vec::new() };
    let decisions = batch.decide(sender.origin(&rules, &secrets));
    let ids = decisions.iter().zip(texts).map(|(decision, json)| message_id(decision, json)).collect();
    let verdicts = app.submit(&sender.source.id, decisions).await?;
    sender.check_key()?;
    Ok(taken(answer, &verdicts, || ids))
}

/// Raw calls of the loader, where WebAssembly cannot run: the server makes the events, with the same code as the browser.
#[utoipa::path(post, path = "/v1/raw", tag = "collect", params(Answer), request_body(content = RawCalls, content_type = "application/json"),
    security(("write_key" = []), ()),
    responses((status = 200, description = "durable", body = Taken), (status = 507, body = ErrorBody)))]
pub async fn raw(request: HttpRequest, mut payload: Payload, app: Data<App>, answer: Query<Answer>) -> Result<HttpResponse, ApiError> {
    enter(&app, &request)?;
    let text = body::text(&request, &mut payload, body::TRACKING).await?;
    let batch = read_raw(&text)?;
    let sender = Sender::of_events(&app, &request, batch.write_key.as_deref(), &[])?;
    let secrets = sender.signing_secrets();
    let rules = app.followed.rules();
    let sent_at = batch.sent_at.as_deref().and_then(Millis::parse);
    let (decisions, ids) = decide_raw(&batch, Origin { sent_at, ..sender.origin(&rules, &secrets) })?;
    sender.take(&request, decisions.len())?;
    let verdicts = app.submit(&sender.source.id, decisions).await?;
    sender.check_key()?;
    Ok(taken(&answer, &verdicts, || ids))
}

/// Figures that Segment's clients report of themselves: not wanted, and not an error.
#[utoipa::path(post, path = "/v1/m", tag = "collect",
    responses((status = 204, description = "dropped")))]
pub async fn metrics() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// Reads raw calls: an error is text that is none.
pub fn read_raw(text: &str) -> Result<RawBatch<'_>, Reason> {
    parse(text)
}

/// Decides about each raw call, in their order; with their message ids.
pub fn decide_raw(batch: &RawBatch<'_>, origin: Origin<'_>) -> Result<(Vec<Decision>, Vec<Option<String>>), Reason> {
    let (mut decisions, mut ids, mut bytes) = (Vec::new(), Vec::new(), 0);
    for call in batch.expand() {
        if decisions.len() == limits::BATCH_EVENTS {
            return Err(Reason::TooManyEvents);
        }
        bytes += call.bytes.max(call.event.as_ref().map_or(0, String::len));
        if bytes > EXPANDED_BYTES {
            return Err(Reason::BatchTooLarge);
        }
        decisions.push(match &call.event {
            Ok(event) => admit(event, None, &origin),
            Err(Reason::EventTooLarge) => Decision::Refuse(Reason::EventTooLarge),
            Err(reason) => Decision::Quarantine(origin.hold(*reason, "m", call.raw)),
        });
        ids.push(Some(call.id));
    }
    Ok((decisions, ids))
}

/// Tells text that is no JSON from JSON of another form.
fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Reason> {
    if !text.trim_ascii_start().starts_with('{') {
        // Serde would take the elements of an array for the fields of an object.
        return Err(if serde_json::from_str::<IgnoredAny>(text).is_ok() { Reason::InvalidBody } else { Reason::MalformedJson });
    }
    serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Reason::InvalidBody,
        _ => Reason::MalformedJson,
    })
}

fn message_id(decision: &Decision, json: &str) -> Option<String> {
    match decision {
        Decision::Accept { record, .. } => Some(record.message_id.clone()),
        _ => Event::parse(json).ok().and_then(|event| event.message_id.as_str().map(str::to_owned)),
    }
}

fn taken(answer: &Answer, verdicts: &[Verdict], ids: impl FnOnce() -> Vec<Option<String>>) -> HttpResponse {
    let view = |(verdict, message_id): (&Verdict, Option<String>)| VerdictView {
        message_id,
        outcome: verdict.outcome(),
        reason: verdict.reason().map(Reason::code),
    };
    let results = answer.is_verbose().then(|| verdicts.iter().zip(ids()).map(view).collect());
    HttpResponse::Ok().json(Taken { success: true, results })
}
