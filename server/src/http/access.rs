//! Who a request is from, and whether they may do what it asks.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, ResponseError};

use super::error::ApiError;
use super::session;
use crate::app::App;
use crate::keys::{Scope, Token, allows};

/// Somebody who may do what their request asks: a parameter of every handler that is not public.
#[derive(Debug, Clone)]
pub struct Reader {
    /// For people.
    pub name: String,
    /// What they may do.
    pub scopes: Vec<Scope>,
}

/// What a route needs: a token or a console session with this scope. Others are answered with 401, or 403 if they are somebody.
pub fn needs<S>(
    scope: Scope,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error, InitError = ()> + 'static
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
{
    from_fn(move |request: ServiceRequest, next: Next<BoxBody>| async move {
        match allowed(request.request(), scope) {
            Ok(reader) => {
                request.extensions_mut().insert(reader);
                next.call(request).await
            }
            Err(error) => Ok(request.into_response(error.error_response())),
        }
    })
}

/// Whoever sent a request, if they may do what needs this scope.
pub fn allowed(request: &HttpRequest, scope: Scope) -> Result<Reader, ApiError> {
    let reader = whoever(request).ok_or(ApiError::Unauthorized)?;
    if allows(&reader.scopes, scope) { Ok(reader) } else { Err(ApiError::Forbidden(scope)) }
}

/// Whoever sent a request, whatever they may do.
pub fn whoever(request: &HttpRequest) -> Option<Reader> {
    let app = request.app_data::<Data<App>>()?;
    let token: Arc<Token> = match credentials(request) {
        Some(credentials) => app.keys.token(&credentials, app.clock.now())?,
        None => session::token(request, app)?,
    };
    Some(Reader { name: token.name.clone(), scopes: token.scopes.clone() })
}

impl FromRequest for Reader {
    type Error = ApiError;
    type Future = Ready<Result<Reader, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Reader>().cloned();
        // A route that forgot to say what it needs is for owners alone.
        ready(known.map_or_else(|| allowed(request, Scope::Owner), Ok))
    }
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
