//! Files of events and customers: every row through the same admission and log as a request.

mod exported;
mod mapping;
mod report;
mod rows;

pub use exported::{ExportedError, exported};
pub use mapping::{Mapping, MappingError};
pub use report::{Problem, Report};
pub use rows::{Format, Row, Rows};

use nora_shared::Reason;
use sha2::{Digest, Sha256};

use crate::admission::{Decision, Origin, admit};
use crate::app::App;
use crate::log::Held;
use crate::log::writer::SubmitError;

/// Rows that are made durable together, and their bytes: well below what may wait for the disk.
const GROUP: usize = 1_000;
const GROUP_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of a bad row that are kept in the quarantine.
const HELD_BYTES: usize = 64 * 1024;

/// Imports rows under a source's name.
///
/// A row without a `messageId` gets one that follows from its text and its line, so that importing a file again changes nothing. A row
/// that cannot be read is reported with its line and kept in the quarantine; it stops nothing.
pub async fn import(app: &App, source: &str, mapping: &Mapping, rows: impl Iterator<Item = Row>) -> Result<Report, SubmitError> {
    let mut report = Report::default();
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let (mut group, mut bytes): (Vec<Row>, usize) = (Vec::new(), 0);
        while group.len() < GROUP
            && bytes < GROUP_BYTES
            && let Some(row) = rows.next()
        {
            bytes += row.text.len();
            group.push(row);
        }
        let now = app.clock.now();
        let (rules, plan) = (app.followed.rules(), app.plans.of_source(source));
        let origin = Origin {
            rules: &rules,
            source,
            // Whoever may import holds a secret: what the file says is believed.
            verified: true,
            signing_secrets: &[],
            requires_signature: false,
            received_at: now,
            sent_at: None,
            context: None,
            integrations: None,
            ip: None,
            user_agent: None,
            pace: None,
            ended_key: None,
            again: None,
            plan: plan.as_deref(),
        };
        let decisions = group.iter().map(|row| decide(row, source, mapping, &origin)).collect();
        let verdicts = app.submit(source, decisions).await?;
        for (row, verdict) in group.iter().zip(verdicts) {
            report.add(row, verdict);
        }
    }
    Ok(report)
}

fn decide(row: &Row, source: &str, mapping: &Mapping, origin: &Origin<'_>) -> Decision {
    let hold = |reason, why: &str| Decision::Quarantine(origin.hold(reason, &format!("line {}: {why}", row.line), held(&row.text)));
    let fields = match &row.fields {
        Ok(fields) => fields,
        Err(why) => return hold(Reason::UnreadableRow, why),
    };
    let mut event = mapping.event(fields);
    if !event.contains_key("messageId") {
        event.insert("messageId".into(), message_id(source, row).into());
    }
    match admit(&serde_json::Value::Object(event).to_string(), None, origin) {
        // The file may be gone tomorrow: what is too large for the log is kept like everything else that is not accepted.
        Decision::Refuse(reason) => hold(reason, "too large"),
        Decision::Quarantine(held) => Decision::Quarantine(at_line(row, held)),
        Decision::OffPlan(held, checked) => Decision::OffPlan(at_line(row, held), checked),
        accepted @ Decision::Accept { .. } => accepted,
    }
}

/// The same, with its line.
fn at_line(row: &Row, held: Held) -> Held {
    Held { detail: format!("line {}: {}", row.line, held.detail), ..held }
}

/// What is kept of a bad row: all of it, nearly always.
fn held(text: &str) -> &str {
    let mut end = text.len().min(HELD_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn message_id(source: &str, row: &Row) -> String {
    let hash = Sha256::new().chain_update(source).chain_update([0]).chain_update(row.line.to_be_bytes()).chain_update(&row.text).finalize();
    let hex: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("import-{hex}")
}

#[cfg(test)]
mod tests;
