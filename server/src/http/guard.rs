//! The headers that every answer carries, so that a browser does with it what it is for and nothing else.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    self, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;

use super::peer::Peer;

/// Of pages that say nothing of their own: an answer of the API is no page, and nothing in it may run.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// The description of the API is a page of its own, with the scripts that come with it.
const DOCS: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; \
     form-action 'none'";

/// What no page here uses.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Adds them; what an answer says of its own stays.
pub async fn headers(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_docs = request.path().starts_with("/docs");
    let is_https = Peer::of(request.request()).is_https;
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    add(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(headers, REFERRER_POLICY, "strict-origin-when-cross-origin");
    add(headers, CONTENT_SECURITY_POLICY, if is_docs { DOCS } else { NO_PAGE });
    // The answers of the tracking API are for other sites, as far as they may read them; so is the script.
    let is_open = headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    add(headers, HeaderName::from_static("cross-origin-resource-policy"), if is_open { "cross-origin" } else { "same-origin" });
    if is_page {
        add(headers, X_FRAME_OPTIONS, "DENY");
        add(headers, HeaderName::from_static("permissions-policy"), PERMISSIONS);
        add(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    }
    if is_https {
        // Of this host alone: its neighbours are not ours to decide about.
        add(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    Ok(response)
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
