//! The parameter `limit` of lists.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, Error};

/// Reads it: any whole number, and those beyond all numbers are as good as the greatest, since each list has a bound of its own.
pub(crate) fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(D::Error::custom("limit is a whole number"));
    }
    Ok(Some(text.parse().unwrap_or(usize::MAX)))
}
