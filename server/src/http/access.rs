//! Who a request is from.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::error::ApiError;
use super::session;
use crate::app::App;

/// Somebody who may query: a parameter of every handler that is not public.
#[derive(Debug, Clone)]
pub struct Reader {
    /// For people.
    pub name: String,
    /// What they may do.
    pub role: String,
}

impl FromRequest for Reader {
    type Error = ApiError;
    type Future = Ready<Result<Reader, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(reader(request).ok_or(ApiError::Unauthorized))
    }
}

fn reader(request: &HttpRequest) -> Option<Reader> {
    let app = request.app_data::<Data<App>>()?;
    if let Some(credentials) = credentials(request) {
        let token = app.keys.token(&credentials)?;
        return Some(Reader { name: token.name.clone(), role: token.role.clone() });
    }
    session::reader(request, app)
}

/// What the `Authorization` header carries: a bearer token, or the user name of Basic authentication, with or without the colon.
pub fn credentials(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(base64(value.trim())?).ok()?;
    Some(text.split_once(':').map_or(text.as_str(), |(user, _)| user).to_owned())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}
