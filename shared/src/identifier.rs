//! What identifies somebody: a type and a normalised value.

use alloc::string::String;
use core::fmt;

use crate::normalize;

/// The type of identifiers made from `userId`.
pub const USER_ID: &str = "user_id";
/// The type of identifiers made from `anonymousId`.
pub const ANONYMOUS_ID: &str = "anonymous_id";
/// The type of identifiers made from `traits.email`.
pub const EMAIL: &str = "email";
/// The type of identifiers made from `traits.phone`.
pub const PHONE: &str = "phone";
/// The type of identifiers made from `context.device.id` and `context.device.advertisingId`.
pub const DEVICE_ID: &str = "device_id";

/// Types of which a profile has at most one value unless aliased, the strongest first.
pub const KEY_TYPES: [&str; 3] = [USER_ID, "crm_id", "loyalty_id"];

/// How strongly a type identifies: 0 is the strongest. Unknown types (social handles, external ids) are 2.
pub fn rank(kind: &str) -> u8 {
    match kind {
        EMAIL => 1,
        DEVICE_ID | ANONYMOUS_ID => 3,
        kind if KEY_TYPES.contains(&kind) => 0,
        _ => 2,
    }
}

/// `(type, value)`, the value normalised. Ordered by `(rank, type, value)`: the least of a set is the strongest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    kind: String,
    value: String,
}

impl Identifier {
    /// The identifier for a raw value, or `None` where the value identifies nobody (rule R0: blocked or malformed values).
    pub fn new(kind: &str, raw: &str) -> Option<Identifier> {
        normalize::identifier(kind, raw).map(|value| Identifier { kind: kind.into(), value })
    }

    /// An identifier that was normalised when it was stored.
    pub fn from_normalized(kind: impl Into<String>, value: impl Into<String>) -> Identifier {
        Identifier { kind: kind.into(), value: value.into() }
    }

    /// Its type: `user_id`, `email`, ….
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Its normalised value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// How strongly it identifies: 0 is the strongest.
    pub fn rank(&self) -> u8 {
        rank(&self.kind)
    }
}

impl Ord for Identifier {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        (self.rank(), &self.kind, &self.value).cmp(&(other.rank(), &other.kind, &other.value))
    }
}

impl PartialOrd for Identifier {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// `type:value`, as in URLs.
impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec::Vec};

    #[test]
    fn the_strongest_identifier_is_the_least() {
        let raw =
            [("anonymous_id", "a"), ("phone", "5550100"), ("email", "x@y.z"), ("loyalty_id", "1x"), ("crm_id", "z"), ("user_id", "zz")];
        let mut all: Vec<_> = raw.iter().filter_map(|(kind, value)| Identifier::new(kind, value)).collect();
        all.sort();
        let order: Vec<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!(order, ["crm_id:z", "loyalty_id:1x", "user_id:zz", "email:x@y.z", "phone:5550100", "anonymous_id:a"]);
    }
}
