//! Cross-origin calls: open for the tracking API, since a tag may stand on any site; with cookies for pages of this server's own site;
//! absent everywhere else.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use nora_shared::Reason;

use super::error::ApiError;
use super::visitor_id::is_same_site;
use crate::app::App;
use crate::keys::Directory;

/// Every header that a known client sends (COMPAT §2).
const ALLOWED_HEADERS: &str = "authorization, content-type, x-retry-count, x-write-key, anonymousid, sentat, rsa-retry-attempt, \
     rsa-since-last-attempt, rsa-since-first-attempt, rsa-retry-reason, rsa-recovered, x-enable-debug, x-ip-policy";

/// Answers preflights, and lets the caller read answers. No credentials: cookies of the site stay with the site.
///
/// A preflight does not say whose key comes after it, so it is answered for every origin that any source allows. An origin that the source
/// does not allow gets an answer that no page can read.
pub async fn open(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response = answer(request, next).await?;
    if let Some(origin) = origin {
        let is_allowed = if is_preflight { is_known(&response, &origin, Directory::any_allows) } else { !is_refused(&response) };
        if is_allowed {
            allow(response.headers_mut(), origin);
        } else {
            response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
        }
    }
    Ok(response)
}

/// Left with a request by its handler: the page's origin is in the list of the source whose key it is.
pub struct Listed;

/// The same with cookies, for pages of this server's site, and of origins that the source has in its list: one without a list has none, for
/// with cookies not everybody is meant by it.
pub async fn same_site(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let (is_preflight, is_own) = (request.method() == Method::OPTIONS, is_same_site(request.request()));
    let mut response = answer(request, next).await?;
    let origin = origin.filter(|origin| match is_preflight {
        true => is_own || is_known(&response, origin, Directory::any_lists),
        false => (is_own || response.request().extensions().contains::<Listed>()) && !is_refused(&response),
    });
    match origin {
        Some(origin) => {
            allow(response.headers_mut(), origin);
            response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        None => response.headers_mut().append(header::VARY, HeaderValue::from_static("origin")),
    }
    Ok(response)
}

/// Whether the keys know an origin, in this sense.
fn is_known(response: &ServiceResponse<BoxBody>, origin: &HeaderValue, knows: fn(&Directory, &str) -> bool) -> bool {
    let app = response.request().app_data::<Data<App>>();
    app.is_some_and(|app| origin.to_str().is_ok_and(|origin| knows(&app.keys.directory(), origin)))
}

/// Whether the source does not take anything from this origin.
fn is_refused(response: &ServiceResponse<BoxBody>) -> bool {
    let error = response.response().error().and_then(|error| error.as_error::<ApiError>());
    matches!(error, Some(ApiError::Rejected(Reason::OriginNotAllowed)))
}

/// The answer, that to a preflight included.
async fn answer(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method() != Method::OPTIONS {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let mut preflight = HttpResponse::new(StatusCode::NO_CONTENT);
    let headers = preflight.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED_HEADERS));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    Ok(request.into_response(preflight))
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}
