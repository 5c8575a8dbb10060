//! Cross-origin calls: open for the tracking API, since a tag may stand on any site; with cookies for pages of this server's own site;
//! absent everywhere else.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

use super::visitor_id;

/// Every header that a known client sends (COMPAT §2).
const ALLOWED_HEADERS: &str = "authorization, content-type, x-retry-count, x-write-key, anonymousid, sentat, rsa-retry-attempt, \
     rsa-since-last-attempt, rsa-since-first-attempt, rsa-retry-reason, rsa-recovered, x-enable-debug, x-ip-policy";

/// Answers preflights, and lets the caller read answers. No credentials: cookies of the site stay with the site.
pub async fn open(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = answer(request, next).await?;
    if let Some(origin) = origin {
        allow(response.headers_mut(), origin);
    }
    Ok(response)
}

/// The same with cookies, for pages of this server's site alone.
pub async fn same_site(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let origin = request.headers().get(header::ORIGIN).cloned().filter(|_| visitor_id::is_same_site(request.request()));
    let mut response = answer(request, next).await?;
    match origin {
        Some(origin) => {
            allow(response.headers_mut(), origin);
            response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        None => response.headers_mut().append(header::VARY, HeaderValue::from_static("origin")),
    }
    Ok(response)
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
