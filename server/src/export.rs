//! What is kept, as files: the log, which another installation can take in whole; profiles; every identifier with its profile; and what is held.
//!
//! Everything is read a page at a time, so that memory does not grow with it.

mod table;

use std::io::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::app::App;
use crate::follower::people::Identity;
use crate::identity::NodeId;
use crate::log::{Control, Record, Seq};
use crate::profile::Profile;
use crate::storage::StoreError;
use crate::time::Millis;
use table::Table;

/// Records that are read at once.
const PAGE: usize = 1_000;

/// Held items that are read at once: they can be larger.
const HELD_PAGE: usize = 50;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated values with a header line; what is an object or a list is JSON.
    Csv,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        match text {
            "ndjson" | "jsonl" => Ok(Format::Ndjson),
            "csv" => Ok(Format::Csv),
            _ => Err(format!("{text:?} is no format: use ndjson or csv")),
        }
    }
}

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file cannot be written.
    #[error("the export cannot be written: {0}")]
    Io(#[from] io::Error),
    /// A record cannot be written as text.
    #[error("the export cannot be written: {0}")]
    Csv(#[from] csv::Error),
    /// The same.
    #[error("the export cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One record of the log, as it is exported and taken in again: an event, or what somebody decided.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exported<'a> {
    /// The id of the source; `$nora` for a decision.
    source: String,
    /// Whether its identifiers can be believed.
    verified: bool,
    message_id: String,
    #[serde(deserialize_with = "moment")]
    received_at: Millis,
    /// When it happened, corrected for the sender's clock.
    #[serde(deserialize_with = "moment")]
    timestamp: Millis,
    /// The event, or the decision, as it is kept.
    #[serde(borrow)]
    event: &'a RawValue,
}

impl<'a> Exported<'a> {
    fn of(record: &'a Record) -> Result<Exported<'a>, serde_json::Error> {
        let Record { received_at, timestamp, source, verified, message_id, json } = record;
        let (source, message_id, event) = (source.clone(), message_id.clone(), serde_json::from_str(json)?);
        Ok(Exported { source, verified: *verified, message_id, received_at: *received_at, timestamp: *timestamp, event })
    }

    /// The record that was exported.
    pub fn into_record(self) -> Record {
        let Exported { source, verified, message_id, received_at, timestamp, event } = self;
        Record { received_at, timestamp, source, verified, message_id, json: event.get().to_owned() }
    }
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Millis, D::Error> {
    let text = String::deserialize(deserializer)?;
    Millis::parse(&text).ok_or_else(|| serde::de::Error::custom("no moment"))
}

/// One held item.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Quarantined<'a> {
    id: u64,
    received_at: Millis,
    source: &'a str,
    verified: bool,
    reason: &'static str,
    detail: &'a str,
    attempts: u32,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    sent_at: Option<Millis>,
    context: Option<&'a RawValue>,
    integrations: Option<&'a RawValue>,
    payload: &'a str,
}

/// One identifier, and whose it is.
#[derive(Serialize)]
struct Identified<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    value: &'a str,
    representative_type: &'a str,
    representative_value: &'a str,
    profile_id: &'a str,
}

/// Writes every record of the log but those that were erased, in order; how many.
pub fn events(app: &App, format: Format, out: impl Write) -> Result<u64, ExportError> {
    let mut table = Table::new(out, format, &["source", "verified", "messageId", "receivedAt", "timestamp", "event"])?;
    let mut next: Seq = 0;
    loop {
        let page = app.store.read(next, PAGE)?;
        let Some((last, _)) = page.last() else { return table.finish() };
        next = last + 1;
        for (_, record) in page.iter().filter(|(_, record)| !Control::is_erased(record)) {
            table.row(&Exported::of(record)?)?;
        }
    }
}

/// Writes every profile, in no particular order; how many.
pub fn profiles(app: &App, format: Format, out: impl Write) -> Result<u64, ExportError> {
    let columns = ["profile_id", "first_seen", "last_seen", "event_count", "identifiers", "traits", "consent", "computed", "audiences"];
    let mut table = Table::new(out, format, &columns)?;
    let mut after: Option<NodeId> = None;
    loop {
        let people = app.followed.people();
        let page = app.store.nodes(after, PAGE)?;
        for (id, node) in page.iter().filter(|(_, node)| node.is_shown()) {
            // Each profile once: at its strongest identifier.
            if people.view().representative(*id)? == Some(*id)
                && let Some(customer) = people.customer(&node.identifier)?
            {
                let fragments = customer.anchors.iter().filter_map(|anchor| app.store.fragment(anchor).transpose());
                let fragments = fragments.collect::<Result<Vec<_>, _>>()?;
                table.row(&Profile::new(&customer, fragments, app.clock.now(), &app.precedence, false))?;
            }
        }
        match page.last() {
            Some((last, _)) if page.len() == PAGE => after = Some(*last),
            _ => return table.finish(),
        }
    }
}

/// Writes every identifier that an event carried, with its profile; how many.
pub fn identities(app: &App, format: Format, out: impl Write) -> Result<u64, ExportError> {
    let mut table = Table::new(out, format, &["type", "value", "representative_type", "representative_value", "profile_id"])?;
    let mut after = None;
    loop {
        let (page, next) = app.followed.people().identities(after, PAGE)?;
        for Identity { identifier, representative, profile_id } in &page {
            table.row(&Identified {
                kind: identifier.kind(),
                value: identifier.value(),
                representative_type: representative.kind(),
                representative_value: representative.value(),
                profile_id,
            })?;
        }
        match next {
            Some(next) => after = Some(next),
            None => return table.finish(),
        }
    }
}

/// Writes everything that is held, the newest first; how many.
pub fn quarantine(app: &App, format: Format, out: impl Write) -> Result<u64, ExportError> {
    let columns =
        ["id", "receivedAt", "source", "verified", "reason", "detail", "attempts", "type", "sentAt", "context", "integrations", "payload"];
    let mut table = Table::new(out, format, &columns)?;
    let mut before = None;
    loop {
        let page = app.store.held(before, HELD_PAGE)?;
        let Some((last, _)) = page.last() else { return table.finish() };
        before = Some(*last);
        for (id, held) in &page {
            let raw = |json: &Option<String>| json.clone().and_then(|json| RawValue::from_string(json).ok());
            let (context, integrations) = (raw(&held.sent.context), raw(&held.sent.integrations));
            table.row(&Quarantined {
                id: *id,
                received_at: held.received_at,
                source: &held.source,
                verified: held.verified,
                reason: held.reason.code(),
                detail: &held.detail,
                attempts: held.attempts,
                kind: held.sent.kind.as_deref(),
                sent_at: held.sent.sent_at,
                context: context.as_deref(),
                integrations: integrations.as_deref(),
                payload: &held.payload,
            })?;
        }
    }
}
