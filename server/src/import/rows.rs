//! A file's rows, one at a time, whatever is wrong with some of them.

use std::io::{self, BufRead, Read};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Bytes of one row, at most: many times an event's. Protects memory from a file that has no line ends.
const ROW_BYTES: usize = 256 * 1024;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// Rows that `nora import` has read, one [`Row`] in JSON a line: how it hands a file to a running server.
    Rows,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        match text {
            "csv" => Ok(Format::Csv),
            "ndjson" | "jsonl" | "json" => Ok(Format::Ndjson),
            "rows" => Ok(Format::Rows),
            _ => Err(format!("{text:?} is no format: use csv or ndjson")),
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Read already.
    Read(NdjsonRows<R>),
}

impl<R: BufRead> Rows<R> {
    /// Reads `reader`.
    pub fn new(reader: R, format: Format) -> Rows<R> {
        match format {
            Format::Csv => Rows::Csv(Box::new(CsvRows::new(reader))),
            Format::Ndjson => Rows::Ndjson(NdjsonRows { reader, line: 0, error: None }),
            Format::Rows => Rows::Read(NdjsonRows { reader, line: 0, error: None }),
        }
    }

    /// What kept the file from being read to its end, to be asked for after the last row.
    pub fn error(&mut self) -> Option<io::Error> {
        match self {
            Rows::Csv(rows) => rows.error.take(),
            Rows::Ndjson(rows) | Rows::Read(rows) => rows.error.take(),
        }
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        match self {
            Rows::Csv(rows) => rows.next(),
            Rows::Ndjson(rows) => rows.next(),
            Rows::Read(rows) => rows.next().map(|row| serde_json::from_str(&row.text).unwrap_or(row)),
        }
    }
}

/// Rows of a CSV file.
pub struct CsvRows<R> {
    reader: csv::Reader<R>,
    columns: Vec<String>,
    error: Option<io::Error>,
}

impl<R: Read> CsvRows<R> {
    fn new(reader: R) -> CsvRows<R> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
        let name = |name: &[u8]| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_owned();
        let columns = reader.byte_headers().map(|header| header.iter().map(name).collect()).unwrap_or_default();
        CsvRows { reader, columns, error: None }
    }

    fn next(&mut self) -> Option<Row> {
        let mut record = csv::ByteRecord::new();
        let outcome = self.reader.read_byte_record(&mut record);
        let line = record.position().map_or(0, csv::Position::line);
        let text = || {
            let mut writer = csv::Writer::from_writer(Vec::new());
            let written = writer.write_byte_record(&record).ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
            String::from_utf8_lossy(&written[..written.len().min(ROW_BYTES)]).trim_end().to_owned()
        };
        match outcome {
            Ok(false) => None,
            Ok(true) => Some(Row { line, text: text(), fields: self.fields(&record) }),
            // The file itself cannot be read on: nothing after this is there to be had.
            Err(error) => {
                self.error = Some(io::Error::other(error));
                None
            }
        }
    }

    fn fields(&self, record: &csv::ByteRecord) -> Result<Map<String, Value>, String> {
        if record.as_slice().len() > ROW_BYTES {
            return Err(format!("it is longer than {ROW_BYTES} bytes"));
        }
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
    error: Option<io::Error>,
}

impl<R: BufRead> NdjsonRows<R> {
    fn next(&mut self) -> Option<Row> {
        loop {
            let (bytes, is_whole) = self.line().map_err(|error| self.error = Some(error)).ok()??;
            self.line += 1;
            let text = String::from_utf8_lossy(&bytes).trim().to_owned();
            if text.is_empty() {
                continue;
            }
            let fields = match std::str::from_utf8(&bytes) {
                _ if !is_whole => Err(format!("it is longer than {ROW_BYTES} bytes")),
                Err(_) => Err("it is not UTF-8".into()),
                Ok(_) => serde_json::from_str(&text).map_err(|error| error.to_string()),
            };
            return Some(Row { line: self.line, text, fields });
        }
    }

    /// One line, and whether it is whole; what it has beyond [`ROW_BYTES`] is passed over.
    fn line(&mut self) -> io::Result<Option<(Vec<u8>, bool)>> {
        let mut bytes = Vec::new();
        if self.reader.by_ref().take(ROW_BYTES as u64).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        let mut is_whole = true;
        let mut passed = bytes.len() == ROW_BYTES && bytes.last() != Some(&b'\n');
        while passed {
            let mut beyond = Vec::new();
            let read = self.reader.by_ref().take(ROW_BYTES as u64).read_until(b'\n', &mut beyond)?;
            is_whole &= beyond.iter().all(u8::is_ascii_whitespace);
            passed = read > 0 && beyond.last() != Some(&b'\n');
        }
        Ok(Some((bytes, is_whole)))
    }
}
