//! The form of a moment that nearly all clients send and that all answers have: `2026-01-31T12:00:00.250Z`. Read and written for every event,
//! so without what a general form costs.

/// Bytes of the form.
const LENGTH: usize = 24;

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970; `None` where the text has another form.
pub(super) fn parse(text: &str) -> Option<i64> {
    let text: &[u8; LENGTH] = text.as_bytes().try_into().ok()?;
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (23, b'Z')];
    if separators.iter().any(|(at, separator)| text[*at] != *separator) {
        return None;
    }
    let number = |from: usize, digits: usize| {
        let digits = &text[from..from + digits];
        digits.iter().all(u8::is_ascii_digit).then(|| digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second, milli) = (number(11, 2)?, number(14, 2)?, number(17, 2)?, number(20, 3)?);
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(days(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + milli)
}

/// The text of a moment; `None` outside of the years 0 to 9999.
pub(super) fn format(millis: i64) -> Option<[u8; LENGTH]> {
    let (year, month, day) = date(millis.div_euclid(DAY_MS));
    if !(0..=9999).contains(&year) {
        return None;
    }
    let milli = millis.rem_euclid(DAY_MS);
    let second = milli / 1000;
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let mut put = |from: usize, digits: usize, mut number: i64| {
        for digit in text[from..from + digits].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
    };
    put(0, 4, year);
    put(5, 2, month);
    put(8, 2, day);
    put(11, 2, second / 3600);
    put(14, 2, second / 60 % 60);
    put(17, 2, second % 60);
    put(20, 3, milli % 1000);
    Some(text)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date: [`days_from_civil`](https://howardhinnant.github.io/date_algorithms.html#days_from_civil).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date that is so many days from 1970-01-01: `civil_from_days`, at the same place.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn says_what_the_library_says(millis in -62_167_219_200_000..=253_402_300_799_999_i64) {
            let expected = format!("{:.3}", jiff::Timestamp::from_millisecond(millis).unwrap());
            let text = super::format(millis).unwrap();
            prop_assert_eq!(std::str::from_utf8(&text).unwrap(), &expected);
            prop_assert_eq!(super::parse(&expected), Some(millis));
        }

        #[test]
        fn takes_nothing_that_the_library_does_not(digits in prop::collection::vec(0..100u8, 7)) {
            let text = format!(
                "{:02}{:02}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                digits[0], digits[1], digits[2] % 14, digits[3] % 33, digits[4] % 26, digits[5] % 62, digits[6] % 61, digits[0]
            );
            let expected = text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
            // A leap second is for the library.
            prop_assume!(!text.contains(":60."));
            prop_assert_eq!(super::parse(&text), expected, "{}", text);
        }
    }
}
