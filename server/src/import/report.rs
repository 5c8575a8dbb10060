//! What became of a file's rows.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Row;
use crate::log::Verdict;

/// Rows that are named one by one; beyond, only counted.
const NAMED: usize = 100;

/// Outcomes, and the rows that were not accepted.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportReport)]
pub struct Report {
    /// All rows.
    pub rows: u64,
    /// Rows by outcome: `accepted`, `duplicate`, `quarantined`.
    pub outcomes: BTreeMap<String, u64>,
    /// The first hundred rows that were not accepted. All of them are in the quarantine.
    pub problems: Vec<Problem>,
}

/// A row that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportProblem)]
pub struct Problem {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The code of what is wrong.
    pub reason: String,
    /// The same, for a person.
    pub message: String,
}

impl Report {
    pub(super) fn add(&mut self, row: &Row, verdict: Verdict) {
        self.rows += 1;
        *self.outcomes.entry(verdict.outcome().to_owned()).or_default() += 1;
        if let Some(reason) = verdict.reason().filter(|_| self.problems.len() < NAMED) {
            let why = row.fields.as_ref().err().map_or(String::new(), |why| format!(" {why}"));
            let message = format!("{}{why}", reason.message());
            self.problems.push(Problem { line: row.line, reason: reason.code().to_owned(), message });
        }
    }

    /// Adds the report of another part of the same file.
    pub fn merge(&mut self, other: Report) {
        self.rows += other.rows;
        for (outcome, count) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
        let room = NAMED.saturating_sub(self.problems.len());
        self.problems.extend(other.problems.into_iter().take(room));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} rows", self.rows)?;
        for (outcome, count) in &self.outcomes {
            writeln!(f, "  {count} {outcome}")?;
        }
        for problem in &self.problems {
            writeln!(f, "  line {}: {} ({})", problem.line, problem.message, problem.reason)?;
        }
        Ok(())
    }
}
