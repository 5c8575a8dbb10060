//! Money: exact decimals, each in its currency.

use std::fmt;
use std::str::FromStr;

use nora_shared::event::{Json, Text};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Digits behind the point that are kept. No currency has more than four; the rest is what floating point leaves behind.
const SCALE: u32 = 6;

/// The largest amount that is read, in whole units of its currency. Protects the sums from what cannot be meant.
const LARGEST: i64 = 1_000_000_000_000;

/// An amount of some currency, in millionths of its unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Amount(pub(super) i64);

impl Amount {
    /// Reads a JSON number or a string that holds one, rounded to a millionth, half away from zero. `None` for anything else, and for
    /// more than a trillion.
    pub(super) fn read(raw: Json<'_>) -> Option<Amount> {
        let text = Text::read(raw);
        let text = text.as_str()?.trim();
        let decimal = Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()?;
        if decimal.abs() > Decimal::from(LARGEST) {
            return None;
        }
        let millionths = decimal.checked_mul(Decimal::from(10_i64.pow(SCALE)))?;
        let rounded = millionths.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        rounded.try_into().ok().map(Amount)
    }
}

/// The code of a currency (ISO 4217), three capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Currency([u8; 3]);

impl Currency {
    /// ISO 4217's code where no currency is involved: of an amount whose event names none. Segment would take it for US dollars
    /// ([spec](https://segment.com/docs/connections/spec/track/#properties)); whoever sells in another currency had wrong sums then.
    pub(super) const UNKNOWN: Currency = Currency(*b"XXX");

    /// Reads a code in any case; what is none is [`Currency::UNKNOWN`].
    pub(super) fn read(text: &str) -> Currency {
        match <[u8; 3]>::try_from(text.trim().as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_alphabetic) => Currency(code.map(|letter| letter.to_ascii_uppercase())),
            _ => Currency::UNKNOWN,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| fmt::Write::write_char(f, char::from(*letter)))
    }
}

/// A sum of amounts, in millionths. Shown in JSON as a number with all of its digits, so that whoever reads decimals gets it exactly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum(pub(super) i128);

impl Sum {
    /// The sum as a decimal, without zeros at its end.
    pub(super) fn decimal(self) -> Decimal {
        // More than 28 digits are out of reach: a thousand orders of a trillion have 22.
        Decimal::try_from_i128_with_scale(self.0, SCALE).unwrap_or(Decimal::MAX).normalize()
    }

    /// Divided by a number, and rounded to hundredths, half away from zero.
    pub(super) fn mean(self, count: u64) -> Option<Sum> {
        let cents = self.decimal().checked_div(Decimal::from(count))?.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        let millionths = cents.checked_mul(Decimal::from(10_i64.pow(SCALE)))?;
        millionths.try_into().ok().map(Sum)
    }
}

impl Serialize for Sum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.decimal().to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_their_text_are_read_exactly() {
        let read = |json: &str| Amount::read(Json::parse(json).unwrap()).map(|Amount(millionths)| millionths);
        for (json, millionths) in [
            ("19.99", 19_990_000),
            (r#"" 19.99 ""#, 19_990_000),
            ("0.30000000000000004", 300_000),
            ("-5", -5_000_000),
            ("1.5e2", 150_000_000),
            ("1000000000000", 1_000_000_000_000_000_000),
        ] {
            assert_eq!(read(json), Some(millionths), "{json}");
        }
        for json in ["null", "true", "[]", r#""""#, r#""free""#, r#""12,50""#, "1e13", "1e400", "1000000000001"] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn sums_are_shown_as_exact_numbers() {
        let json = |millionths| serde_json::to_string(&Sum(millionths)).unwrap();
        assert_eq!([json(0), json(59_900_000), json(-100_000_000), json(1)], ["0", "59.9", "-100", "0.000001"]);
        assert_eq!(json(1_234_567_890_123_456_789_012), "1234567890123456.789012");
        assert_eq!(Sum(100_000_000).mean(3), Some(Sum(33_330_000)));
        assert_eq!(Sum(1).mean(0), None);
    }

    #[test]
    fn currencies_are_codes() {
        let read = |text: &str| Currency::read(text).to_string();
        assert_eq!([read(" eur"), read("USD"), read("€"), read("euro"), read("")], ["EUR", "USD", "XXX", "XXX", "XXX"]);
    }
}
