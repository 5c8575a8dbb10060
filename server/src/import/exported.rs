//! Takes in what `nora export events` wrote: sources, times and decisions stay as they were.

use nora_shared::event::Event;

use super::{GROUP, GROUP_BYTES, Report, Row};
use crate::admission::Decision;
use crate::app::App;
use crate::export::Exported;
use crate::keys::is_source_id;
use crate::log::writer::SubmitError;
use crate::log::{Control, Record};

/// Why taking in an export broke off. The rows before are in, and doing it again doubles nothing.
#[derive(Debug, thiserror::Error)]
pub enum ExportedError {
    /// A line is none of an export.
    #[error("line {0} is not one that nora export events wrote as NDJSON; the lines above are imported")]
    Foreign(u64),
    /// The events could not be made durable.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// Takes in records as they were. Whoever may do this can say anything of anybody: it is for files of one's own.
pub async fn exported(app: &App, rows: impl Iterator<Item = Row>) -> Result<Report, ExportedError> {
    let mut report = Report::default();
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let (mut group, mut decisions, mut bytes) = (Vec::new(), Vec::new(), 0);
        while decisions.len() < GROUP
            && bytes < GROUP_BYTES
            && let Some(row) = rows.next()
        {
            bytes += row.text.len();
            let record = record(&row).ok_or(ExportedError::Foreign(row.line))?;
            decisions.push(Decision::Accept { record, clamped: false, link: None, checked: None });
            group.push(row);
        }
        for (row, verdict) in group.iter().zip(app.submit("import", decisions).await?) {
            report.add(row, verdict);
        }
    }
    Ok(report)
}

fn record(row: &Row) -> Option<Record> {
    let record = serde_json::from_str::<Exported<'_>>(&row.text).ok()?.into_record();
    let is_event = is_source_id(&record.source) && Event::parse(&record.json).is_ok();
    (is_event || Control::of(&record).is_some()).then_some(record)
}
