//! When an event happened, whatever the sender's clock says.

use nora_shared::event::{Event, Text};

use super::Origin;
use crate::time::Millis;

/// How far in the future an event may be: beyond, the sender's clock is wrong and the server's counts.
const AHEAD_MS: i64 = 5 * 60 * 1000;

/// When an event happened.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Corrected for the sender's clock.
    pub(super) timestamp: Millis,
    /// By the sender's clock, where the sender said.
    pub(super) original: Option<Millis>,
    /// Whether the sender's time was in the future, and the time of receipt stands instead.
    pub(super) clamped: bool,
}

/// The moment of an event, or the name of the field that cannot be read.
///
/// `timestamp = receivedAt − (sentAt − originalTimestamp)`, as
/// [Segment does](https://segment.com/docs/connections/spec/common/#timestamp-overview). Without `sentAt` the sender's word is taken. So is it
/// with both `timestamp` and `originalTimestamp`: RudderStack's clients say in the latter when they were called. A result more than five
/// minutes in the future becomes the time of receipt.
pub(super) fn of(event: &Event<'_>, origin: &Origin<'_>) -> Result<Moment, &'static str> {
    let read = |text: &Text<'_>, field| match text.as_str() {
        Some(text) => Millis::parse(text).map(Some).ok_or(field),
        None => Ok(None),
    };
    let given = read(&event.timestamp, "timestamp")?;
    let called = read(&event.original_timestamp, "originalTimestamp")?;
    // A `sentAt` that cannot be read costs the correction, not the event.
    let sent_at = event.sent_at.as_str().and_then(Millis::parse).or(origin.sent_at);
    let received_at = origin.received_at;
    let timestamp = match (given, called, sent_at) {
        (Some(given), Some(_), _) | (Some(given), None, None) => given,
        (None, Some(called), None) => called,
        (Some(theirs), None, Some(sent_at)) | (None, Some(theirs), Some(sent_at)) => {
            Millis(received_at.0.saturating_sub(sent_at.0.saturating_sub(theirs.0)))
        }
        (None, None, _) => received_at,
    };
    let clamped = timestamp.0 > received_at.0 + AHEAD_MS;
    Ok(Moment { timestamp: if clamped { received_at } else { timestamp }, original: called.or(given), clamped })
}
