//! Times in the file of the keys, as people write them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::time::Millis;

pub(super) fn serialize<S: Serializer>(moment: &Option<Millis>, serializer: S) -> Result<S::Ok, S::Error> {
    moment.map(|moment| moment.to_string()).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Millis>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| Millis::parse(&text).ok_or_else(|| D::Error::custom("a time that is not RFC 3339"))).transpose()
}
