//! What no route takes: a file where there is one, else 404; or 405, where the address is that of another method.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::error::ApiError;
use super::{openapi, static_files};
use crate::app::App;

/// The methods that each address takes, as its description says.
static METHODS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let document = openapi::described();
    let methods = document.paths.paths.iter().map(|(path, item)| {
        let known = [("GET", &item.get), ("PUT", &item.put), ("POST", &item.post), ("DELETE", &item.delete)];
        let known: Vec<_> = known.into_iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| name).collect();
        (path.clone(), known.join(", "))
    });
    methods.collect()
});

/// Answers what no route of the table has taken.
pub async fn unknown(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, ApiError> {
    if let Some(pattern) = request.resource_map().match_pattern(request.path()).filter(|pattern| pattern != "/docs/{_:.*}") {
        return Err(ApiError::MethodNotAllowed(allowed(&pattern)));
    }
    match *request.method() {
        Method::GET | Method::HEAD => static_files::file(&request, &app),
        _ => Err(ApiError::NotFound("such page")),
    }
}

/// The methods that the address of a route takes. `{kind:a|b}` is `{kind}` in the description.
fn allowed(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| part.split_once(':').map_or(part.to_owned(), |(name, _)| format!("{name}}}")));
    let path = parts.collect::<Vec<_>>().join("/");
    // Other names of some addresses are not described on their own.
    let path = match &*path {
        "/v1/b" => "/v1/batch",
        "/v1/t" | "/v1/p" | "/v1/i" => "/v1/track",
        "/sourceConfig/" => "/sourceConfig",
        "/api/s/s2s/{kind}" => "/api/s/{kind}",
        path => path,
    };
    // Those that name a kind are described for each.
    METHODS.get(&path.replace("{kind}", "track")).cloned().unwrap_or_else(|| "GET".to_owned())
}
