//! JSON for the script that every visitor downloads: taking text apart without reading it, and putting it together.
//!
//! `serde_json` costs 3–20 KB there, mostly for numbers, and a serializer of our own 1 KB. Nothing here ever reads or writes a value:
//! what the page said was stringified by the browser and is spliced in as it is.

mod scan;
mod write;

pub use scan::{elements, field, fields, first, is_object, length, unescape};
pub use write::{append, object};
pub(crate) use write::{close, push};

#[cfg(test)]
pub(crate) mod testing {
    use alloc::string::String;
    use proptest::prelude::*;
    use serde_json::Value;

    /// Any JSON value without fractions, which need not survive a round trip to the last digit.
    pub(crate) fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "\\PC{0,8}|[\"\\\\\\[\\]{},:]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,4}", inner, 0..4)
                    .prop_map(|fields: alloc::collections::BTreeMap<String, Value>| Value::from_iter(fields)),
            ]
        })
    }
}
