//! What the server's answer means for a batch.

/// Longest `Retry-After` that is honoured, in seconds (as analytics.js does).
const RETRY_AFTER_MOST_S: f64 = 300.0;

/// What becomes of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer {
    /// The server has it.
    Delivered,
    /// The server will never take it.
    Refused,
    /// Not now; again after at least so many milliseconds.
    Later(f64),
}

impl Answer {
    /// The meaning of an HTTP status (0: there was no answer) and of `Retry-After` in seconds (0: there was none).
    ///
    /// As analytics.js reads them (`COMPAT` §1): 408, 410, 429, 460 and 5xx are retried, except 501, 505 and 511.
    pub fn of(status: u16, retry_after_s: f64) -> Answer {
        match status {
            1..=399 => Answer::Delivered,
            501 | 505 | 511 => Answer::Refused,
            0 | 408 | 410 | 429 | 460 | 500.. => Answer::Later(retry_after_s.clamp(0.0, RETRY_AFTER_MOST_S) * 1000.0),
            _ => Answer::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn every_status_has_its_meaning() {
        let cases = [
            (200, 0.0, Answer::Delivered),
            (204, 9.0, Answer::Delivered),
            (0, 0.0, Answer::Later(0.0)),
            (429, 7.0, Answer::Later(7_000.0)),
            (503, 1e9, Answer::Later(300_000.0)),
            (503, -1.0, Answer::Later(0.0)),
            (460, 0.0, Answer::Later(0.0)),
            (501, 0.0, Answer::Refused),
            (400, 0.0, Answer::Refused),
            (401, 0.0, Answer::Refused),
            (413, 5.0, Answer::Refused),
        ];
        for (status, retry_after, answer) in cases {
            assert_eq!(Answer::of(status, retry_after), answer, "{status}");
        }
    }
}
