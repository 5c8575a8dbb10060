//! Whether the server lives, whether it can take work, and its figures.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::error::ApiError;
use crate::app::App;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, description = "alive")))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Events can be taken and profiles are up to date.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses((status = 200, description = "ready"), (status = 503, description = "not ready")))]
pub async fn readyz(app: Data<App>) -> Result<&'static str, ApiError> {
    app.caught_up().await?;
    if !app.is_ready() {
        return Err(ApiError::Unavailable);
    }
    Ok("ready\n")
}

/// Figures for Prometheus, in the OpenMetrics text format. They name no customer.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, description = "figures")))]
pub async fn metrics(app: Data<App>) -> HttpResponse {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    HttpResponse::Ok().content_type(content_type).body(app.outcomes.text())
}
