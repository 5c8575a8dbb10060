//! The figures of the console's front page.

use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Reader;
use crate::app::App;
use crate::time::Millis;

/// How much there is, and how much arrives.
#[derive(Debug, Serialize, ToSchema)]
pub struct Overview {
    events: EventCounts,
    /// Customers, known or not.
    profiles: u64,
    /// Identifiers of all customers.
    identifiers: u64,
    /// What the browsers' SDKs numbered and did not come.
    sdk: SdkView,
    /// The last hour, one entry a minute.
    per_minute: Vec<MinuteView>,
}

/// Events by outcome.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventCounts {
    /// In the log.
    accepted: u64,
    /// Since the server started.
    duplicate: u64,
    /// In the quarantine.
    quarantined: u64,
    /// Since the server started.
    refused: u64,
}

/// What the browsers' SDKs numbered and did not come, since the server started.
#[derive(Debug, Serialize, ToSchema)]
pub struct SdkView {
    /// Events that did not come with those after them.
    gaps: u64,
    /// Those of them that came later.
    gaps_filled: u64,
    /// Events that an SDK threw away, because too many waited.
    dropped: u64,
}

/// One minute.
#[derive(Debug, Serialize, ToSchema)]
pub struct MinuteView {
    #[schema(value_type = String, format = DateTime)]
    minute: Millis,
    accepted: u64,
    other: u64,
}

/// How much there is, and how much arrives.
#[utoipa::path(get, path = "/v1/overview", tag = "query", security(("token" = [])),
    responses((status = 200, body = Overview)))]
pub async fn overview(_: Reader, app: Data<App>) -> Json<Overview> {
    let totals = app.followed.totals();
    let sdk = app.outcomes.sdk();
    let minutes = app.outcomes.last_hour(app.clock.now());
    Json(Overview {
        events: EventCounts {
            accepted: app.store.len(),
            duplicate: app.outcomes.total("duplicate"),
            quarantined: app.store.held_size().items,
            refused: app.outcomes.total("refused"),
        },
        profiles: totals.profiles,
        identifiers: totals.identifiers,
        sdk: SdkView { gaps: sdk.gaps.get(), gaps_filled: sdk.filled.get(), dropped: sdk.dropped.get() },
        per_minute: minutes
            .into_iter()
            .map(|minute| MinuteView { minute: minute.start, accepted: minute.accepted, other: minute.other })
            .collect(),
    })
}
