//! Counting what passed, whoever ran it.

use std::{fmt, ops::AddAssign, process::ExitCode};

use serde_json::Value;

/// What passed, failed and was skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// What passed.
    pub(crate) passed: u64,
    /// What failed, a runner that did not get to the end among it.
    pub(crate) failed: u64,
    /// What was not tried.
    pub(crate) skipped: u64,
}

impl Tally {
    /// One thing that passed.
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    /// One thing that failed.
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };
    /// One thing that was not tried.
    pub(crate) const SKIPPED: Self = Self { passed: 0, failed: 0, skipped: 1 };

    /// Counts a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`.
    pub(crate) fn of_cargo_line(line: &str) -> Option<Self> {
        let result = line.strip_prefix("test result: ")?;
        let number = |label: &str| -> Option<u64> {
            let before = result.split_once(label)?.0;
            before.rsplit([' ', '.']).find(|word| !word.is_empty())?.parse().ok()
        };
        Some(Self { passed: number(" passed")?, failed: number(" failed")?, skipped: number(" ignored")? })
    }

    /// Counts the report of Playwright's reporter `json`. A test that passed only when it was repeated did pass.
    pub(crate) fn of_playwright(report: &Value) -> Option<Self> {
        let stats = report.get("stats")?;
        let number = |name: &str| stats.get(name).and_then(Value::as_u64);
        Some(Self { passed: number("expected")? + number("flaky")?, failed: number("unexpected")?, skipped: number("skipped")? })
    }

    /// Counts the lines at the end of what Node's test runner writes as TAP: `# pass 3`, `# fail 0`, ….
    pub(crate) fn of_tap(report: &str) -> Option<Self> {
        let number =
            |name: &str| report.lines().rev().find_map(|line| line.strip_prefix("# ")?.strip_prefix(name)?.trim().parse::<u64>().ok());
        Some(Self {
            passed: number("pass ")?,
            failed: number("fail ")? + number("cancelled ")?,
            skipped: number("skipped ")? + number("todo ")?,
        })
    }

    /// Makes sure that a runner which failed shows, also where it broke off before it counted.
    pub(crate) fn with_success(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// Prints the closing line, and says it again as an exit code.
    pub(crate) fn report(self) -> ExitCode {
        println!("{self}");
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_cargo_playwright_and_node_say() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(Tally::of_cargo_line(line), Some(Tally { passed: 12, failed: 3, skipped: 1 }));
        assert_eq!(Tally::of_cargo_line("test results are in"), None);
        let report = serde_json::json!({ "stats": { "expected": 4, "flaky": 1, "unexpected": 2, "skipped": 3 } });
        assert_eq!(Tally::of_playwright(&report), Some(Tally { passed: 5, failed: 2, skipped: 3 }));
        let report = "TAP version 13\nok 1 - pass 9\n# tests 8\n# suites 0\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 2\n# todo 0\n# duration_ms 9\n";
        assert_eq!(Tally::of_tap(report), Some(Tally { passed: 4, failed: 2, skipped: 2 }));
        assert_eq!(Tally::of_tap("TAP version 13\n"), None);
    }

    #[test]
    fn a_runner_that_broke_off_shows() {
        assert_eq!(Tally::PASSED.with_success(false), Tally { passed: 1, failed: 1, skipped: 0 });
        assert_eq!(Tally::default().with_success(true).to_string(), "0 passed, 0 failed, 0 skipped");
    }
}
