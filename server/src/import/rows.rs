//! A file's rows, one at a time, whatever is wrong with some of them.

use std::io::{BufRead, Read};
use std::str::FromStr;

use serde_json::{Map, Value};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        match text {
            "csv" => Ok(Format::Csv),
            "ndjson" | "jsonl" | "json" => Ok(Format::Ndjson),
            _ => Err(format!("{text:?} is no format: use csv or ndjson")),
        }
    }
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The row as it stands in the file.
    pub text: String,
    /// Its fields by column, or why it cannot be read.
    pub fields: Result<Map<String, Value>, String>,
}

/// The rows of a file.
pub enum Rows<R> {
    /// Of a CSV file.
    Csv(Box<CsvRows<R>>),
    /// Of an NDJSON file.
    Ndjson(NdjsonRows<R>),
}

impl<R: BufRead> Rows<R> {
    /// Reads `reader`. `lines_before` is how many lines of the file came before what it holds.
    pub fn new(reader: R, format: Format, lines_before: u64) -> Rows<R> {
        match format {
            Format::Csv => Rows::Csv(Box::new(CsvRows::new(reader, lines_before))),
            Format::Ndjson => Rows::Ndjson(NdjsonRows { reader, line: lines_before }),
        }
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        match self {
            Rows::Csv(rows) => rows.next(),
            Rows::Ndjson(rows) => rows.next(),
        }
    }
}

/// Rows of a CSV file.
pub struct CsvRows<R> {
    reader: csv::Reader<R>,
    columns: Vec<String>,
    lines_before: u64,
}

impl<R: Read> CsvRows<R> {
    fn new(reader: R, lines_before: u64) -> CsvRows<R> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
        let name = |name: &[u8]| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_owned();
        let columns = reader.byte_headers().map(|header| header.iter().map(name).collect()).unwrap_or_default();
        CsvRows { reader, columns, lines_before }
    }

    fn next(&mut self) -> Option<Row> {
        let mut record = csv::ByteRecord::new();
        let outcome = self.reader.read_byte_record(&mut record);
        let line = self.lines_before + record.position().map_or(0, csv::Position::line);
        let text = || {
            let mut writer = csv::Writer::from_writer(Vec::new());
            let written = writer.write_byte_record(&record).ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
            String::from_utf8_lossy(&written).trim_end().to_owned()
        };
        match outcome {
            Ok(false) => None,
            Ok(true) => Some(Row { line, text: text(), fields: self.fields(&record) }),
            // The file itself cannot be read on: nothing after this is there to be had.
            Err(error) => Some(Row { line, text: String::new(), fields: Err(error.to_string()) })
                .filter(|_| !matches!(error.kind(), csv::ErrorKind::Io(_))),
        }
    }

    fn fields(&self, record: &csv::ByteRecord) -> Result<Map<String, Value>, String> {
        if record.len() != self.columns.len() {
            return Err(format!("it has {} fields; the header names {}", record.len(), self.columns.len()));
        }
        let field = |(column, value): (&String, &[u8])| {
            let text = std::str::from_utf8(value).map_err(|_| format!("the field {column} is not UTF-8"))?;
            Ok((column.clone(), Value::from(text)))
        };
        self.columns.iter().zip(record).map(field).collect()
    }
}

/// Rows of an NDJSON file.
pub struct NdjsonRows<R> {
    reader: R,
    line: u64,
}

impl<R: BufRead> NdjsonRows<R> {
    fn next(&mut self) -> Option<Row> {
        loop {
            let mut bytes = Vec::new();
            if self.reader.read_until(b'\n', &mut bytes).ok()? == 0 {
                return None;
            }
            self.line += 1;
            let text = match String::from_utf8(bytes) {
                Ok(text) => text.trim().to_owned(),
                Err(error) => {
                    let text = String::from_utf8_lossy(error.as_bytes()).trim().to_owned();
                    return Some(Row { line: self.line, text, fields: Err("it is not UTF-8".into()) });
                }
            };
            if text.is_empty() {
                continue;
            }
            let fields = serde_json::from_str(&text).map_err(|error| error.to_string());
            return Some(Row { line: self.line, text, fields });
        }
    }
}
