//! Rows of a file, as JSON or as CSV.

use std::io::Write;

use serde::Serialize;
use serde_json::Value;

use super::{ExportError, Format};

/// A file that is written row by row.
pub(super) struct Table<'c, W: Write> {
    out: Out<W>,
    columns: &'c [&'static str],
    rows: u64,
}

enum Out<W: Write> {
    Ndjson(W),
    Csv(Box<csv::Writer<W>>),
}

impl<'c, W: Write> Table<'c, W> {
    /// Begins one; a CSV file has these fields of a row as its columns.
    pub(super) fn new(out: W, format: Format, columns: &'c [&'static str]) -> Result<Table<'c, W>, ExportError> {
        let out = match format {
            Format::Ndjson => Out::Ndjson(out),
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(columns)?;
                Out::Csv(Box::new(writer))
            }
        };
        Ok(Table { out, columns, rows: 0 })
    }

    pub(super) fn row(&mut self, row: &impl Serialize) -> Result<(), ExportError> {
        self.rows += 1;
        match &mut self.out {
            Out::Ndjson(out) => {
                serde_json::to_writer(&mut *out, row)?;
                Ok(out.write_all(b"\n")?)
            }
            Out::Csv(writer) => {
                let value = serde_json::to_value(row)?;
                let field = |name: &&'static str| match &value[*name] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                Ok(writer.write_record(self.columns.iter().map(field))?)
            }
        }
    }

    /// How many rows there are, once all of them are written.
    pub(super) fn finish(self) -> Result<u64, ExportError> {
        match self.out {
            Out::Ndjson(mut out) => out.flush()?,
            Out::Csv(mut writer) => writer.flush()?,
        }
        Ok(self.rows)
    }
}
