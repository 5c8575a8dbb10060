//! One line a step, with the time it took.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// Numbers the steps of a task.
pub(crate) struct Progress {
    at: usize,
    of: usize,
}

impl Progress {
    /// Before the first of so many steps.
    pub(crate) fn new(of: usize) -> Self {
        Self { at: 0, of }
    }

    /// A step that says nothing itself.
    pub(crate) fn quiet<T>(&mut self, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.step(what, "", work, |_, took| println!("{took}"))
    }

    /// A step whose own output stands between its beginning and its end.
    pub(crate) fn stream<T>(&mut self, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.step(what, "\n", work, |title, took| println!("{title}{took}"))
    }

    fn step<T>(&mut self, what: &str, after: &str, work: impl FnOnce() -> Result<T>, end: impl FnOnce(&str, &str)) -> Result<T> {
        self.at += 1;
        let title = format!("[{}/{}] {what} … ", self.at, self.of);
        print!("{title}{after}");
        // Nothing is lost but a late line if it cannot be written.
        let _ = io::stdout().flush();
        let start = Instant::now();
        let result = work();
        match &result {
            Ok(_) => end(&title, &seconds(start.elapsed())),
            Err(_) => end(&title, "failed"),
        }
        result.with_context(|| format!("the step \"{what}\" failed"))
    }
}

/// A duration as people read it.
pub(crate) fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}
