//! Whether the server lives, whether it can take work, and its figures.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::error::{ApiError, ErrorBody};
use crate::app::App;
use crate::metrics;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, description = "alive", body = String, content_type = "text/plain")))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Events can be taken and profiles are up to date.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses((status = 200, description = "ready", body = String, content_type = "text/plain"), (status = 503, body = ErrorBody, description = "not ready: `not_caught_up`, or `restart_needed`"),
    (status = 507, body = ErrorBody, description = "the disk is nearly full: queries are answered, events are not taken")))]
pub async fn readyz(app: Data<App>) -> Result<&'static str, ApiError> {
    if !app.is_ready() {
        return Err(ApiError::RestartNeeded);
    }
    if app.space.is_short() {
        return Err(ApiError::DiskFull);
    }
    app.caught_up().await?;
    Ok("ready\n")
}

/// Figures for Prometheus, in the OpenMetrics text format. They name no customer.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, description = "figures", body = String, content_type = "application/openmetrics-text")))]
pub async fn figures(app: Data<App>) -> HttpResponse {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    HttpResponse::Ok().content_type(content_type).body(metrics::text(&app))
}
