//! Who sends something with a key, and whether the door lets it in: every route that takes a write key asks here.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{ORIGIN, USER_AGENT};
use actix_web::web::Data;
use nora_shared::Reason;

use super::access::credentials;
use super::door::Door;
use super::error::ApiError;
use super::peer::Peer;
use super::quota;
use crate::admission::Origin;
use crate::app::App;
use crate::identity::Rules;
use crate::keys::Source;
use crate::plans::Plan;
use crate::time::Millis;

/// Takes a request out of the quota of its address, before it is read; servers have the quota of their secret key alone, if it is in the head.
pub(super) fn enter(app: &App, request: &HttpRequest) -> Result<(), ApiError> {
    let source = credentials(request).and_then(|key| app.keys.source(&key, app.clock.now()));
    if source.is_some_and(|(_, is_secret)| is_secret) { Ok(()) } else { quota::address(request) }
}

/// Whoever sent a request: its source, and what the server knows of the visitor.
pub(super) struct Sender {
    pub(super) source: Arc<Source>,
    key: String,
    /// Whether it is a server, with a secret key.
    pub(super) verified: bool,
    pub(super) received_at: Millis,
    /// A server's own address would be taken for the visitor's, so that of a secret key is nobody's; likewise the user agent and the pace.
    ip: Option<String>,
    user_agent: Option<String>,
    door: Option<Data<Door>>,
    plan: Option<Arc<Plan>>,
    /// Whether the source has the page's origin in its list.
    pub(super) is_listed: bool,
    /// SHA-256 of the key, if it has ended: then its events are held, and nobody is served.
    ended_key: Option<[u8; 32]>,
}

impl Sender {
    /// The sender with the key of the `Authorization`, else with the `writeKey` in the body, else with one of those that a client puts elsewhere.
    pub(super) fn of(app: &App, request: &HttpRequest, in_body: Option<&str>, others: &[&str]) -> Result<Sender, Reason> {
        let find = |key: &str, now| app.keys.source(key, now).map(|(source, verified)| (source, verified, None));
        Sender::with(app, request, in_body, others, find)
    }

    /// The same for events, also with a key that has ended lately: whoever forgot to replace it would lose them.
    pub(super) fn of_events(app: &App, request: &HttpRequest, in_body: Option<&str>, others: &[&str]) -> Result<Sender, Reason> {
        let find = |key: &str, now| app.keys.ended(key, now).map(|ended| (ended.source, ended.is_secret, Some(ended.hash)));
        match Sender::of(app, request, in_body, others) {
            Err(Reason::InvalidWriteKey) => Sender::with(app, request, in_body, others, find),
            known => known,
        }
    }

    fn with(
        app: &App,
        request: &HttpRequest,
        in_body: Option<&str>,
        others: &[&str],
        find: impl Fn(&str, Millis) -> Option<(Arc<Source>, bool, Option<[u8; 32]>)>,
    ) -> Result<Sender, Reason> {
        let (now, in_header) = (app.clock.now(), credentials(request));
        let keys = [in_header.as_deref(), in_body].into_iter().flatten().chain(others.iter().copied()).filter(|key| !key.is_empty());
        let mut given = false;
        for key in keys {
            given = true;
            let Some((source, verified, ended_key)) = find(key, now) else { continue };
            let origin = request.headers().get(ORIGIN).map(|origin| origin.to_str().unwrap_or("?"));
            if !verified && !source.allows(origin) {
                return Err(Reason::OriginNotAllowed);
            }
            let agent = request.headers().get(USER_AGENT).and_then(|text| text.to_str().ok());
            return Ok(Sender {
                is_listed: origin.is_some_and(|origin| source.lists(origin)),
                plan: app.plans.of_source(&source.id),
                source,
                key: key.to_owned(),
                verified,
                received_at: now,
                ip: Peer::of(request).ip.filter(|_| !verified).map(|ip| ip.to_string()),
                user_agent: agent.filter(|_| !verified).map(|text| text.chars().take(1_000).collect()),
                door: request.app_data::<Data<Door>>().filter(|_| !verified).cloned(),
                ended_key,
            });
        }
        Err(if given { Reason::InvalidWriteKey } else { Reason::MissingWriteKey })
    }

    /// Takes a request with so many events out of the quotas.
    pub(super) fn take(&self, request: &HttpRequest, events: usize) -> Result<(), ApiError> {
        if !self.verified || self.ended_key.is_some() {
            quota::address_events(request, events)?;
        }
        quota::key(request, &self.key, self.verified, events)
    }

    /// Fails where the key has ended, once its events are held.
    pub(super) fn check_key(&self) -> Result<(), ApiError> {
        if self.ended_key.is_some() { Err(ApiError::Quarantined(Reason::InvalidWriteKey)) } else { Ok(()) }
    }

    /// What its user ids and links may have been signed with, the newest first.
    pub(super) fn signing_secrets(&self) -> Vec<&str> {
        self.source.live_signing_secrets(self.received_at)
    }

    /// What all events of the request share.
    pub(super) fn origin<'a>(&'a self, rules: &'a Rules, signing_secrets: &'a [&'a str]) -> Origin<'a> {
        Origin {
            rules,
            source: &self.source.id,
            verified: self.verified,
            signing_secrets,
            requires_signature: self.source.requires_signature,
            received_at: self.received_at,
            sent_at: None,
            context: None,
            integrations: None,
            ip: self.ip.as_deref(),
            user_agent: self.user_agent.as_deref(),
            pace: self.door.as_deref().map(|door| &door.pace),
            ended_key: self.ended_key,
            again: None,
            plan: self.plan.as_deref(),
        }
    }
}
