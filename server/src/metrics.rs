//! Figures for whoever runs the server, beside those of [`outcomes`](crate::outcomes). `docs/operations.md` explains each.

mod process;

use std::fmt::Write;
use std::sync::LazyLock;

use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::app::App;

/// How long it took to make a group of events durable. One for the process: there is one disk to look at.
pub static COMMIT: LazyLock<Histogram> = LazyLock::new(|| Histogram::new(exponential_buckets(0.000_5, 2.0, 14)));

/// How many events such a group had.
pub static COMMIT_EVENTS: LazyLock<Histogram> = LazyLock::new(|| Histogram::new(exponential_buckets(1.0, 4.0, 8)));

/// How long the disk took to sync.
pub static SYNC: LazyLock<Histogram> = LazyLock::new(|| Histogram::new(exponential_buckets(0.000_25, 2.0, 14)));

/// Everything that is counted and measured, in the OpenMetrics text format.
pub fn text(app: &App) -> String {
    let mut text = String::new();
    let own = of(app);
    let written = encode_registry(&mut text, app.outcomes.registry()).and_then(|()| encode_registry(&mut text, &own));
    if written.and_then(|()| encode_eof(&mut text)).is_err() {
        let _ = write!(text, "# EOF");
    }
    text
}

fn of(app: &App) -> Registry {
    let mut registry = Registry::with_prefix("nora");
    registry.register("build", "The version that runs", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
    registry.register_with_unit("commit", "Time to make a group of events durable", Unit::Seconds, COMMIT.clone());
    registry.register("commit_events", "Events that were made durable together", COMMIT_EVENTS.clone());
    registry.register_with_unit("disk_sync", "Time that the disk took to sync", Unit::Seconds, SYNC.clone());

    let (requests, bytes) = app.waiting();
    let (log, applied) = (app.store.len(), *app.followed.applied.borrow());
    let (totals, held) = (app.followed.totals(), app.store.held_size());
    let gauge = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let gauges = [
        ("queue_requests", "Requests whose events wait for the disk", requests as u64),
        ("queue_bytes", "Bytes of events that wait for the disk", bytes as u64),
        ("log_events", "Events in the log, with what people decided", log),
        ("follower_lag_events", "Events in the log that profiles do not show yet", log.saturating_sub(applied)),
        ("held_items", "Items in the quarantine", held.items),
        ("held_bytes", "About how many bytes they take", held.bytes),
        ("profiles", "Customers, known or not", totals.profiles),
        ("identifiers", "Identifiers of all customers", totals.identifiers),
        ("data_bytes", "Bytes of the files in the data directory", app.space.used_bytes()),
        ("disk_free_bytes", "Bytes that may still be written to the disk of the data directory", app.space.free_bytes()),
        ("disk_min_free_bytes", "Bytes that are kept free: with less, events are refused", app.space.min_free_bytes()),
        ("disk_full", "1 while events are refused for want of room", u64::from(app.space.is_short())),
        ("store_failed", "1 once the store has failed and the server must be restarted", u64::from(!app.is_ready())),
    ];
    for (name, help, number) in gauges {
        registry.register(name, help, ConstGauge::new(gauge(number)));
    }
    process::register(&mut registry);
    registry
}
