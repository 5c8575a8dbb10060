//! Console sessions: a cookie that only this host gets, and only for its own pages.

use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::web::{Data, Json, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{Reader, whoever};
use super::body;
use super::error::{ApiError, ErrorBody};
use super::peer::Peer;
use super::quota;
use crate::app::App;
use crate::keys::{Scope, Token, equal, random_hex};

const COOKIE: &str = "nora_session";

/// How long a session lasts.
const SESSION_MS: i64 = 12 * 60 * 60 * 1000;

/// A code that logs one browser in, once. Printed at start, for whoever started the server.
#[derive(Clone, Default)]
pub struct LoginCode(Arc<Mutex<Option<String>>>);

impl LoginCode {
    /// A new code.
    pub fn new() -> std::io::Result<LoginCode> {
        Ok(LoginCode(Arc::new(Mutex::new(Some(random_hex()?)))))
    }

    /// The code, until it has been used.
    pub fn text(&self) -> Option<String> {
        self.0.lock().clone()
    }

    fn redeem(&self, code: &str) -> bool {
        let mut kept = self.0.lock();
        let is_right = kept.as_deref().is_some_and(|kept| equal(kept, code));
        if is_right {
            *kept = None;
        }
        is_right
    }
}

/// What to log in with: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LogIn {
    /// The one-time code of the link that the server prints at start.
    #[serde(default)]
    code: Option<String>,
    /// An access token.
    #[serde(default)]
    token: Option<String>,
}

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhoAmI {
    /// `owner`, or the scopes.
    role: String,
    name: String,
    /// What they may do.
    scopes: Vec<Scope>,
}

/// Logs a browser in.
#[utoipa::path(post, path = "/v1/session", tag = "session", request_body = LogIn,
    responses((status = 204, description = "logged in; a cookie is set"), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub async fn log_in(request: HttpRequest, payload: Payload, app: Data<App>, codes: Data<LoginCode>) -> Result<HttpResponse, ApiError> {
    quota::address(&request)?;
    // No page of another site can send this type without asking first: nobody is logged in as somebody else by one.
    if !request.content_type().eq_ignore_ascii_case("application/json") {
        return Err(ApiError::UnsupportedMediaType("application/json"));
    }
    let LogIn { code, token } = body::object(&request, payload, body::CHANGE).await?;
    let (now, directory) = (app.clock.now(), app.keys.directory());
    let by_token = token.as_deref().and_then(|token| directory.token(token.trim(), now));
    // Whoever started the server may do everything.
    let by_code = || code.as_deref().filter(|code| codes.redeem(code)).and_then(|_| directory.token_of_id("local", now));
    let token = by_token.or_else(by_code).ok_or(ApiError::Unauthorized)?;
    let expires = (now.0 + SESSION_MS).min(token.expires_at.map_or(i64::MAX, |at| at.0));
    let value = format!("{expires}.{}.{}", token.id, directory.sign(&claim(&token, expires)));
    let cookie = cookie(&request, value, Duration::milliseconds(expires - now.0));
    Ok(HttpResponse::NoContent().cookie(cookie).finish())
}

/// Who is logged in.
#[utoipa::path(get, path = "/v1/session", tag = "session", security(("token" = [])),
    responses((status = 200, body = WhoAmI)))]
pub async fn whoami(request: HttpRequest) -> Result<Json<WhoAmI>, ApiError> {
    let Reader { name, scopes } = whoever(&request).ok_or(ApiError::Unauthorized)?;
    let role = if scopes.contains(&Scope::Owner) { vec![Scope::Owner.name()] } else { scopes.iter().map(|scope| scope.name()).collect() };
    Ok(Json(WhoAmI { role: role.join(", "), name, scopes }))
}

/// Logs the browser out.
#[utoipa::path(delete, path = "/v1/session", tag = "session", responses((status = 204, description = "logged out")))]
pub async fn log_out(request: HttpRequest) -> HttpResponse {
    HttpResponse::NoContent().cookie(cookie(&request, String::new(), Duration::ZERO)).finish()
}

/// The token that the session of a request was opened with: `expires.id.signature`.
pub(super) fn token(request: &HttpRequest, app: &App) -> Option<Arc<Token>> {
    if !is_own_page(request) {
        return None;
    }
    let cookie = request.cookie(COOKIE)?;
    let mut parts = cookie.value().splitn(3, '.');
    let (expires, id, signature) = (parts.next()?.parse::<i64>().ok()?, parts.next()?, parts.next()?);
    let (now, directory) = (app.clock.now(), app.keys.directory());
    let token = directory.token_of_id(id, now)?;
    let is_valid = expires > now.0 && equal(directory.sign(&claim(&token, expires)), signature);
    is_valid.then_some(token)
}

/// Whether a request that carries the cookie comes from a page of this very host. `SameSite` keeps other sites out, but not other hosts of
/// this one: a page at www. could write with the console's cookie. Browsers that do not say `Sec-Fetch-Site` send `Origin` with every
/// request that changes something.
fn is_own_page(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").is_some_and(|(_, host)| host == Peer::of(request).host),
        (None, None) => true,
    }
}

/// What a session's signature covers: with the token, so that its sessions end when it is revoked.
fn claim(token: &Token, expires: i64) -> String {
    format!("session\n{expires}\n{}\n{}", token.id, token.hash.text())
}

fn cookie(request: &HttpRequest, value: String, age: Duration) -> Cookie<'static> {
    let secure = Peer::of(request).is_https;
    Cookie::build(COOKIE, value).path("/").http_only(true).same_site(SameSite::Strict).secure(secure).max_age(age).finish()
}
