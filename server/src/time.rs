//! Moments, to the millisecond.

mod rfc3339;

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00Z. Shown as RFC 3339 with milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct Millis(pub i64);

/// One day, in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

impl Millis {
    /// The earliest and the latest moments that can be shown: years 0 to 9999.
    const RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

    /// Reads what clients send: RFC 3339, a date and a time without a zone (taken as UTC), a date, or a number of seconds or
    /// milliseconds since 1970.
    pub fn parse(text: &str) -> Option<Millis> {
        let text = text.trim();
        let millis = if let Some(millis) = rfc3339::parse(text) {
            millis
        } else if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            moment.as_millisecond()
        } else if let Ok(civil) = text.parse::<jiff::civil::DateTime>() {
            civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond()
        } else {
            let number: f64 = text.parse().ok()?;
            // Seconds until the year 5138, milliseconds from 1973 on.
            let millis = if number.abs() < 1e11 { number * 1000.0 } else { number };
            // Casting saturates; the range check below refuses what saturated, and NaN becomes 0 only past this test.
            if !millis.is_finite() {
                return None;
            }
            millis as i64
        };
        Self::RANGE.contains(&millis).then_some(Millis(millis))
    }

    /// The number of whole days since 1970.
    pub fn day(self) -> i64 {
        self.0.div_euclid(DAY_MS)
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clamped = self.0.clamp(*Self::RANGE.start(), *Self::RANGE.end());
        // Every moment that is left has a text, and that is ASCII.
        let text = rfc3339::format(clamped).unwrap_or(*b"1970-01-01T00:00:00.000Z");
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Human-readable formats get RFC 3339; stored formats the number.
impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { serializer.serialize_i64(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::Millis;

    #[test]
    fn reads_what_clients_send() {
        for text in [
            "2026-01-31T12:00:00.250Z",
            "2026-01-31T13:00:00.250+01:00",
            "2026-01-31T12:00:00.250123Z",
            "2026-01-31 12:00:00.250",
            "1769860800250",
            "1769860800.250",
        ] {
            assert_eq!(Millis::parse(text).map(|time| time.to_string()).as_deref(), Some("2026-01-31T12:00:00.250Z"), "{text}");
        }
        assert_eq!(Millis::parse("2024-01-04 11:45:38").map(|time| time.to_string()).as_deref(), Some("2024-01-04T11:45:38.000Z"));
        for text in ["", "yesterday", "NaN", "inf", "1e300", "2026-13-01T00:00:00Z"] {
            assert_eq!(Millis::parse(text), None, "{text}");
        }
    }
}
