//! Console sessions: a cookie that only this host gets, and only for its own pages.

use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Reader;
use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::keys::{Token, equal, random_hex};

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
    role: String,
    name: String,
}

/// Logs a browser in.
#[utoipa::path(post, path = "/v1/session", tag = "session", request_body = LogIn,
    responses((status = 204, description = "logged in; a cookie is set"), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody)))]
pub async fn log_in(request: HttpRequest, app: Data<App>, codes: Data<LoginCode>, body: Json<LogIn>) -> Result<HttpResponse, ApiError> {
    let by_token = body.token.as_deref().and_then(|token| app.keys.token(token.trim()));
    let by_code = || body.code.as_deref().filter(|code| codes.redeem(code)).and_then(|_| app.keys.tokens.first());
    let token = by_token.or_else(by_code).ok_or(ApiError::Unauthorized)?;
    let expires = app.clock.now().0 + SESSION_MS;
    let claim = claim(token, expires);
    let value = format!("{expires}.{}.{}", hex(&token.name), app.keys.sign(&claim));
    let cookie = cookie(&request, value, Duration::milliseconds(SESSION_MS));
    Ok(HttpResponse::NoContent().cookie(cookie).finish())
}

/// Who is logged in.
#[utoipa::path(get, path = "/v1/session", tag = "session", security(("token" = [])),
    responses((status = 200, body = WhoAmI), (status = 401, body = ErrorBody)))]
pub async fn whoami(reader: Reader) -> Json<WhoAmI> {
    Json(WhoAmI { role: reader.role, name: reader.name })
}

/// Logs the browser out.
#[utoipa::path(delete, path = "/v1/session", tag = "session", responses((status = 204, description = "logged out")))]
pub async fn log_out(request: HttpRequest) -> HttpResponse {
    HttpResponse::NoContent().cookie(cookie(&request, String::new(), Duration::ZERO)).finish()
}

/// Whoever the session of a request belongs to: `expires.name.signature`.
pub(super) fn reader(request: &HttpRequest, app: &App) -> Option<Reader> {
    // SameSite keeps other sites out, but not other hosts of this one: a page at www. could write with the console's cookie.
    let sent_by = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if sent_by.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return None;
    }
    let cookie = request.cookie(COOKIE)?;
    let mut parts = cookie.value().splitn(3, '.');
    let (expires, name, signature) = (parts.next()?.parse::<i64>().ok()?, parts.next()?, parts.next()?);
    let token = app.keys.tokens.iter().find(|token| hex(&token.name) == name)?;
    let is_valid = expires > app.clock.now().0 && equal(app.keys.sign(&claim(token, expires)), signature);
    is_valid.then(|| Reader { name: token.name.clone(), role: token.role.clone() })
}

/// What a session's signature covers: with the token, so that its sessions end when it is revoked.
fn claim(token: &Token, expires: i64) -> String {
    format!("session\n{expires}\n{}\n{}", token.name, token.token)
}

fn cookie(request: &HttpRequest, value: String, age: Duration) -> Cookie<'static> {
    let secure = request.connection_info().scheme() == "https";
    Cookie::build(COOKIE, value).path("/").http_only(true).same_site(SameSite::Strict).secure(secure).max_age(age).finish()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}
