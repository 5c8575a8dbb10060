//! How many events had which outcome: for `/metrics`, and for the console's front page.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::atomic::AtomicU64;

use parking_lot::Mutex;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::admission::LinkOutcome;
use crate::links::Refused;
use crate::log::Verdict;
use crate::plans::Checked;
use crate::time::Millis;

/// Minutes that are kept for the chart.
const MINUTES: usize = 60;

/// Counts every event once, by its outcome.
pub struct Outcomes {
    registry: Registry,
    received: Counter<u64, AtomicU64>,
    clamped: Counter<u64, AtomicU64>,
    by_outcome: Family<Labels, Counter>,
    replayed: Family<Labels, Counter>,
    removed: Family<RemovedLabels, Counter>,
    links: Family<LinkLabels, Counter>,
    sdk: SdkCounters,
    limited: Family<LimitLabels, Counter>,
    planned: Family<PlanLabels, Counter>,
    minutes: Mutex<VecDeque<Minute>>,
}

/// One minute's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minute {
    /// When the minute began.
    pub start: Millis,
    /// Events accepted.
    pub accepted: u64,
    /// Events with any other outcome.
    pub other: u64,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    source: String,
    outcome: &'static str,
    reason: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RemovedLabels {
    why: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct LinkLabels {
    kind: &'static str,
    result: &'static str,
}

/// What the browsers' SDKs numbered and did not come. Clones count together.
#[derive(Debug, Default, Clone)]
pub struct SdkCounters {
    /// Numbers that were passed over.
    pub gaps: Counter,
    /// Those of them that came later.
    pub filled: Counter,
    /// Events that an SDK threw away, because too many waited.
    pub dropped: Counter,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct LimitLabels {
    by: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct PlanLabels {
    plan: String,
    result: &'static str,
}

impl Default for Outcomes {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("nora");
        let limited: Family<LimitLabels, Counter> = Family::default();
        registry.register("requests_limited", "Requests that were over a quota, unread", limited.clone());
        let (received, clamped, by_outcome) = (Counter::default(), Counter::default(), Family::default());
        registry.register("events_received", "Events that were read from requests and imports", received.clone());
        registry.register("clock_clamped", "Events whose time was more than five minutes in the future", clamped.clone());
        registry.register("events", "Events by source, outcome and reason", by_outcome.clone());
        let (replayed, removed) = (Family::default(), Family::default());
        registry.register("quarantine_replayed", "Held items that were tried again, by source, outcome and reason", replayed.clone());
        registry.register("quarantine_removed", "Held items that were removed without being accepted, by why", removed.clone());
        let links = Family::default();
        registry.register("links", "Tokens of links that visitors came by, by kind and result", links.clone());
        let sdk = SdkCounters::default();
        registry.register("sdk_gaps", "Events that the SDK numbered and that did not come with those after them", sdk.gaps.clone());
        registry.register("sdk_gaps_filled", "Those of them that came later", sdk.filled.clone());
        registry.register("sdk_dropped", "Events that the SDK threw away because too many waited", sdk.dropped.clone());
        let planned = Family::default();
        registry.register("tracking_plan_events", "Events that were checked against a tracking plan, by plan and result", planned.clone());
        Outcomes { registry, received, clamped, by_outcome, replayed, removed, links, sdk, limited, planned, minutes: Mutex::default() }
    }
}

impl Outcomes {
    /// Counts the verdicts of one request.
    pub fn count(&self, source: &str, verdicts: &[Verdict], now: Millis) {
        self.received.inc_by(verdicts.len() as u64);
        let mut accepted = 0;
        // Nearly always all of them have the same: one look-up a request, and not one an event.
        for same in verdicts.chunk_by(|a, b| (a.outcome(), a.reason()) == (b.outcome(), b.reason())) {
            let Some(first) = same.first() else { continue };
            let reason = first.reason().map_or("", nora_shared::Reason::code);
            let count = same.len() as u64;
            self.by_outcome.get_or_create(&Labels { source: source.to_owned(), outcome: first.outcome(), reason }).inc_by(count);
            accepted += if matches!(first, Verdict::Accepted(_)) { count } else { 0 };
        }
        let start = Millis(now.0 - now.0.rem_euclid(60_000));
        let mut minutes = self.minutes.lock();
        if minutes.back().is_none_or(|minute| minute.start < start) {
            minutes.push_back(Minute { start, accepted: 0, other: 0 });
            while minutes.len() > MINUTES {
                minutes.pop_front();
            }
        }
        if let Some(minute) = minutes.back_mut() {
            minute.accepted += accepted;
            minute.other += verdicts.len() as u64 - accepted;
        }
    }

    /// Counts what became of a held item that was tried again. The event itself was counted when it came, as quarantined.
    pub fn count_replayed(&self, source: &str, verdict: Verdict) {
        let reason = verdict.reason().map_or("", nora_shared::Reason::code);
        self.replayed.get_or_create(&Labels { source: source.to_owned(), outcome: verdict.outcome(), reason }).inc();
    }

    /// Counts held items that were removed: `deleted` by somebody, or for their `age` or want of `room`.
    pub fn count_removed(&self, why: &'static str, items: u64) {
        self.removed.get_or_create(&RemovedLabels { why }).inc_by(items);
    }

    /// Counts events whose time was replaced by that of their receipt.
    pub fn count_clamped(&self, events: u64) {
        self.clamped.inc_by(events);
    }

    /// Counts what became of a newsletter's token.
    pub fn count_link(&self, outcome: LinkOutcome) {
        self.links.get_or_create(&LinkLabels { kind: "newsletter", result: outcome.name() }).inc();
    }

    /// Counts what became of the token of a link from another domain.
    pub fn count_cross_domain(&self, refused: Option<Refused>) {
        let outcome = match refused {
            None => LinkOutcome::Believed,
            Some(Refused::Invalid) => LinkOutcome::Invalid,
            Some(Refused::Expired) => LinkOutcome::Expired,
        };
        self.links.get_or_create(&LinkLabels { kind: "cross_domain", result: outcome.name() }).inc();
    }

    /// Counts what a tracking plan said to one event: how it is not as planned stands in no label.
    pub fn count_checked(&self, checked: &Checked, is_held: bool) {
        let result = match &checked.broken {
            None => "planned",
            Some(_) if is_held => "quarantined",
            Some(_) => "observed",
        };
        self.planned.get_or_create(&PlanLabels { plan: checked.plan.to_string(), result }).inc();
    }

    /// What the browsers' SDKs numbered and did not come.
    pub fn sdk(&self) -> SdkCounters {
        self.sdk.clone()
    }

    /// Counts a request that was over the quota of an `address`, a `write_key` or a `secret_key`. Its events were not read, and are in no
    /// other count.
    pub fn count_limited(&self, by: &'static str) {
        self.limited.get_or_create(&LimitLabels { by }).inc();
    }

    /// The events of the hour that ends with `now`, one entry a minute, also for those without any.
    pub fn last_hour(&self, now: Millis) -> Vec<Minute> {
        let minutes = self.minutes.lock();
        let last = now.0 - now.0.rem_euclid(60_000);
        (0..MINUTES as i64)
            .rev()
            .map(|back| Millis(last - back * 60_000))
            .map(|start| minutes.iter().find(|minute| minute.start == start).copied().unwrap_or(Minute { start, accepted: 0, other: 0 }))
            .collect()
    }

    /// Events with this outcome since the process started.
    pub fn total(&self, outcome: &str) -> u64 {
        // The family offers no iteration; its text form is what monitoring reads, too.
        self.text()
            .lines()
            .filter(|line| line.starts_with("nora_events_total{") && line.contains(&format!("outcome=\"{outcome}\"")))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
            .sum()
    }

    /// The counters themselves.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Everything counted, in the OpenMetrics text format.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if prometheus_client::encoding::text::encode(&mut text, &self.registry).is_err() {
            let _ = write!(text, "# EOF");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nora_shared::Reason;

    #[test]
    fn the_counts_balance() {
        let outcomes = Outcomes::default();
        let verdicts = [Verdict::Accepted(0), Verdict::Accepted(1), Verdict::Duplicate, Verdict::Quarantined(Reason::MissingId)];
        outcomes.count("web", &verdicts, Millis(61_000));
        outcomes.count("app", &[Verdict::Refused(Reason::EventTooLarge)], Millis(125_000));
        let totals: Vec<_> = ["accepted", "duplicate", "quarantined", "refused"].iter().map(|name| outcomes.total(name)).collect();
        assert_eq!(totals, [2, 1, 1, 1]);
        assert!(outcomes.text().contains("nora_events_received_total 5"));
        let hour = outcomes.last_hour(Millis(125_000));
        assert_eq!(hour.len(), MINUTES);
        assert_eq!(
            hour[58..],
            [Minute { start: Millis(60_000), accepted: 2, other: 2 }, Minute { start: Millis(120_000), accepted: 0, other: 1 }]
        );
    }
}
