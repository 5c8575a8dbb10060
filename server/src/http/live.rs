//! What arrives now, as server-sent events.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;

use super::access::Reader;
use crate::app::App;
use crate::live::LiveEvent;
use crate::stop::asked_to_stop;

/// How often a silent stream says that it is there, so that proxies keep it open.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Events as they are taken, with their outcome and the profile they land on.
///
/// `event: event` with a [`LiveEvent`] as data. A watcher that reads too slowly misses events and is told how many: `event: missed`.
#[utoipa::path(get, path = "/v1/events/live", tag = "query", security(("token" = [])),
    responses((status = 200, body = LiveEvent, content_type = "text/event-stream")))]
pub async fn stream(_: Reader, app: Data<App>) -> HttpResponse {
    let (applied, others) = (app.followed.events.subscribe(), app.live.subscribe());
    // A stream that went on would hold the process up for all the time that requests under way get.
    let stop = Box::pin(asked_to_stop());
    let messages = stream::unfold((applied, others, stop), |(mut applied, mut others, mut stop)| async {
        let text = tokio::select! {
            () = &mut stop => return None,
            event = applied.recv() => match event {
                Ok(event) => message(&event.into()),
                Err(RecvError::Lagged(count)) => missed(count),
                Err(RecvError::Closed) => return None,
            },
            event = others.recv() => match event {
                Ok(event) => message(&event),
                Err(RecvError::Lagged(count)) => missed(count),
                Err(RecvError::Closed) => return None,
            },
            () = tokio::time::sleep(HEARTBEAT) => ": here\n\n".to_owned(),
        };
        Some((Ok::<_, actix_web::Error>(Bytes::from(text)), (applied, others, stop)))
    });
    let greeting = stream::once(std::future::ready(Ok(Bytes::from_static(b": here\n\n"))));
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(futures_util::StreamExt::chain(greeting, messages))
}

fn message(event: &LiveEvent) -> String {
    serde_json::to_string(event).map(|data| format!("event: event\ndata: {data}\n\n")).unwrap_or_default()
}

fn missed(count: u64) -> String {
    format!("event: missed\ndata: {count}\n\n")
}
