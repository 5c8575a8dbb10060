//! The script, the demo shop and the console: files inside the binary.

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, LOCATION, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

use super::error::ApiError;
use crate::app::App;
use crate::assets::{self, File};

/// What the shop's pages say where the write key of the installation belongs.
const WRITE_KEY: &str = "__NORA_WRITE_KEY__";

const CONSOLE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const SHOP_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// A file, or the way to one.
pub fn file(request: &HttpRequest, app: &App) -> Result<HttpResponse, ApiError> {
    let path = request.path().trim_start_matches('/');
    if let Some(to) = match path {
        "" | "console" => Some("/console/"),
        "shop" => Some("/shop/"),
        _ => None,
    } {
        return Ok(HttpResponse::Found().insert_header((LOCATION, to)).finish());
    }
    let file = assets::find(path).ok_or(ApiError::NotFound("such page"))?;
    if path.starts_with("shop/") && file.content_type.starts_with("text/html") {
        return Ok(shop_page(file, app));
    }
    Ok(answer(request, file))
}

fn shop_page(file: &File, app: &App) -> HttpResponse {
    let directory = app.keys.directory();
    let key = directory.sources.first().map_or("", |source| source.write_key());
    let page = String::from_utf8_lossy(file.raw).replace(WRITE_KEY, &attribute(key));
    let mut response = HttpResponse::Ok();
    response
        .content_type(file.content_type)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, SHOP_POLICY));
    response.body(page)
}

fn answer(request: &HttpRequest, file: &'static File) -> HttpResponse {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts =
        |name: &str| header(ACCEPT_ENCODING).split(',').any(|part| part.split(';').next().is_some_and(|part| part.trim() == name));
    let (encoding, body) = match (file.br, file.gz) {
        (Some(body), _) if accepts("br") => (Some("br"), body),
        (_, Some(body)) if accepts("gzip") => (Some("gzip"), body),
        _ => (None, file.raw),
    };
    // Each form is a representation of its own (RFC 9110 §8.8.3).
    let etag = format!("\"{}{}\"", file.etag, encoding.map(|name| format!("-{name}")).unwrap_or_default());
    let is_known = header(IF_NONE_MATCH) == etag;
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    let cache = if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.insert_header((ETAG, etag)).insert_header((CACHE_CONTROL, cache)).insert_header((VARY, "accept-encoding"));
    if file.path.starts_with("console/") {
        response.insert_header((CONTENT_SECURITY_POLICY, CONSOLE_POLICY));
    } else if file.path == "nora.js" || file.path.starts_with("nora/") {
        // The tag stands on other sites: theirs must be able to load it, also with `crossorigin`.
        response.insert_header(("access-control-allow-origin", "*")).insert_header(("cross-origin-resource-policy", "cross-origin"));
    }
    if is_known {
        return response.finish();
    }
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    response.content_type(file.content_type).body(body)
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
