//! The visitor's anonymous id in a cookie that this server sets, for sites of which it is a part.
//!
//! A cookie that a script sets lives seven days in Safari; one that a server of the site sets, 400 (Chrome's bound). Scripts cannot read
//! it, and so neither can what is injected into a page. It is useful only where the page and this server are of one site, which the
//! browser says itself (`Sec-Fetch-Site`); to pages of other sites nothing is set, and what they say is answered as it came.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header::{HeaderValue, ORIGIN, SET_COOKIE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use nora_shared::identifier::ANONYMOUS_ID;
use nora_shared::{Reason, limits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body;
use super::cors::Listed;
use super::error::ApiError;
use super::peer::Peer;
use super::sender::{Sender, enter};
use crate::app::App;
use crate::identity::Rules;
use crate::links::{Seal, Visitor};

/// The name of the cookie.
const COOKIE: &str = "nora_id";

/// How long the cookie lives: 400 days, the most that Chrome allows.
const DAYS: i64 = 400;

/// The domain of the cookie; where there is none, it is this host's alone.
#[derive(Debug, Clone, Default)]
pub struct CookieDomain(pub Option<String>);

/// What a page knows of its visitor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AskedId)]
pub struct Asked {
    /// The source's public write key.
    #[serde(default)]
    write_key: Option<String>,
    /// The id that the browser has.
    #[serde(default)]
    anonymous_id: Option<String>,
    /// The id is a new one and takes the place of the cookie's, as after a log-out.
    #[serde(default)]
    reset: Option<bool>,
    /// Remove the cookie: the visitor does not want it.
    #[serde(default)]
    forget: Option<bool>,
    /// The token of a link from another of the site's domains.
    #[serde(default)]
    link: Option<String>,
}

/// Who the visitor is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KnownId)]
pub struct Known {
    anonymous_id: String,
}

/// The visitor's anonymous id, kept in a cookie (`nora_id`, HttpOnly, SameSite=Lax, 400 days) where the page is of this server's site.
///
/// It is that of a valid `link`; else, with `reset`, the one given; else the cookie's, else the one given, else a new one. With `forget`
/// the cookie is removed and nothing is answered. Across origins the answer can be read by pages of the same site, and by those whose origin
/// the source has in its list.
#[utoipa::path(post, path = "/v1/id", tag = "collect", request_body(content = Asked, content_type = "application/json"), security(("write_key" = []), ()),
    responses((status = 200, description = "the id; a cookie is set", body = Known), (status = 204, description = "forgotten")))]
pub async fn id(request: HttpRequest, payload: Payload, app: Data<App>, domain: Data<CookieDomain>) -> Result<HttpResponse, ApiError> {
    enter(&app, &request)?;
    let asked: Asked = body::object(&request, payload, body::TRACKING).await?;
    let sender = Sender::of(&app, &request, asked.write_key.as_deref(), &[])?;
    if sender.verified {
        // It stands in a page.
        return Err(Reason::InvalidWriteKey.into());
    }
    if sender.is_listed {
        request.extensions_mut().insert(Listed);
    }
    sender.take(&request, 0)?;
    let is_other_site = fetch_site(&request) == Some("cross-site");
    if asked.forget == Some(true) {
        let mut response = HttpResponse::NoContent().finish();
        set(&mut response, &request, &domain, String::new(), Duration::ZERO, is_other_site);
        return Ok(response);
    }
    let rules = app.followed.rules();
    let secrets = sender.signing_secrets();
    let seal = Seal::new(&sender.source.id, &secrets);
    // One that is not believed says nothing: the visitor goes on under an id of their own.
    let linked = asked.link.as_deref().filter(|token| !token.is_empty()).and_then(|token| {
        let opened = seal.open::<Visitor>(token, sender.received_at);
        app.outcomes.count_cross_domain(opened.as_ref().err().copied());
        opened.ok()
    });
    let given = asked.anonymous_id.filter(|id| !id.trim().is_empty()).map(|id| valid(&rules, &id)).transpose()?;
    let kept = || {
        let cookie = request.cookie(COOKIE).filter(|_| !is_other_site)?;
        valid(&rules, cookie.value()).ok()
    };
    let own = if asked.reset == Some(true) { given } else { kept().or(given) };
    let anonymous_id = linked.map(|visitor| visitor.anonymous_id).or(own).unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let mut response = HttpResponse::Ok().json(Known { anonymous_id: anonymous_id.clone() });
    set(&mut response, &request, &domain, anonymous_id, Duration::days(DAYS), is_other_site);
    Ok(response)
}

/// An anonymous id that the tracking API would take, in its normal form.
pub(super) fn valid(rules: &Rules, id: &str) -> Result<String, Reason> {
    if id.chars().count() > limits::ID_CHARS {
        return Err(Reason::TooLong);
    }
    rules.identifier(ANONYMOUS_ID, id).map(|id| id.value().to_owned()).ok_or(Reason::BlockedId)
}

/// What the browser says of the page that asks: `same-origin`, `same-site`, `cross-site` or `none`. Scripts cannot change it.
fn fetch_site(request: &HttpRequest) -> Option<&str> {
    request.headers().get("sec-fetch-site")?.to_str().ok()
}

/// Whether the page that asks is of this server's site. Browsers of before 2023 do not say; there it is a page of the same host, or one
/// below the domain of the cookie.
pub(super) fn is_same_site(request: &HttpRequest) -> bool {
    if let Some(site) = fetch_site(request) {
        return matches!(site, "same-origin" | "same-site");
    }
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let Some(page) = origin.and_then(|origin| host(origin.split_once("://")?.1)) else { return false };
    let Some(own) = host(&Peer::of(request).host) else { return false };
    let domain = request.app_data::<Data<CookieDomain>>().and_then(|domain| domain.0.clone());
    page == own || domain.is_some_and(|domain| [page, own].iter().all(|host| is_below(host, &domain)))
}

/// The host of `host:port`, in lower case.
fn host(authority: &str) -> Option<String> {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let host = authority.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(authority, |(host, _)| host);
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn set(response: &mut HttpResponse, request: &HttpRequest, domain: &CookieDomain, value: String, age: Duration, is_other_site: bool) {
    if is_other_site {
        return;
    }
    let is_secure = Peer::of(request).is_https;
    let mut cookie = Cookie::build(COOKIE, value).path("/").http_only(true).same_site(SameSite::Lax).secure(is_secure).max_age(age);
    if let Some(domain) = &domain.0 {
        cookie = cookie.domain(domain.clone());
    }
    // An id may be any text; what a cookie cannot hold is percent-encoded.
    if let Ok(header) = HeaderValue::from_str(&cookie.finish().encoded().to_string()) {
        response.headers_mut().append(SET_COOKIE, header);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn old_browsers_are_judged_by_host_and_cookie_domain() {
        let is_same = |origin: &str, host: &str, domain: Option<&str>| {
            let request = TestRequest::post().insert_header(("origin", origin)).insert_header(("host", host));
            is_same_site(&request.app_data(Data::new(CookieDomain(domain.map(Into::into)))).to_http_request())
        };
        let domain = Some("shop.example");
        for (origin, host, domain, expected) in [
            ("https://Shop.example", "shop.example:443", None, true),
            ("https://shop.example:8443", "shop.example", None, true),
            ("http://[::1]:8080", "[::1]", None, true),
            ("https://www.shop.example", "cdp.shop.example", None, false),
            ("https://www.shop.example", "cdp.shop.example", domain, true),
            ("https://shop.example", "cdp.shop.example", domain, true),
            ("https://bad-shop.example", "cdp.shop.example", domain, false),
            ("https://shop.example.evil", "cdp.shop.example", domain, false),
            ("null", "cdp.shop.example", domain, false),
        ] {
            assert_eq!(is_same(origin, host, domain), expected, "{origin} {host} {domain:?}");
        }
        let says = |site: &'static str| is_same_site(&TestRequest::post().insert_header(("sec-fetch-site", site)).to_http_request());
        assert_eq!(["same-origin", "same-site", "cross-site", "none", "?"].map(says), [true, true, false, false, false]);
    }
}
