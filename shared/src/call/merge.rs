//! One JSON object laid over another.

use alloc::{string::String, vec::Vec};

use crate::json::{append, close, fields, is_object, push};

/// `base` with the fields of `over`; objects on both sides are merged in turn. Both are JSON text or empty, and so is the result.
///
/// No name is there twice, which parsers differ about.
pub(super) fn merge(base: &str, over: &str) -> String {
    let mut out = String::new();
    if !is_object(base) || !is_object(over) {
        append(&mut out, if over.is_empty() { base } else { over });
        return out;
    }
    let mut over: Vec<_> = fields(over).collect();
    for (name, value) in fields(base) {
        match over.iter_mut().find(|(other, _)| *other == name) {
            Some((_, other)) => push(&mut out, name, &merge(value, core::mem::take(other))),
            None => push(&mut out, name, value),
        }
    }
    // What is left is empty where it was merged.
    over.into_iter().filter(|(_, value)| !value.is_empty()).for_each(|(name, value)| push(&mut out, name, value));
    close(&mut out);
    if out.is_empty() {
        append(&mut out, "{}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::testing::json;
    use alloc::string::ToString;
    use proptest::prelude::*;
    use serde_json::Value;

    fn reference(base: Value, over: Value) -> Value {
        match (base, over) {
            (Value::Object(mut base), Value::Object(over)) => {
                for (name, value) in over {
                    let merged = match base.remove(&name) {
                        Some(old) => reference(old, value),
                        None => value,
                    };
                    base.insert(name, merged);
                }
                Value::Object(base)
            }
            (_, over) => over,
        }
    }

    #[test]
    fn empty_objects_stay_objects() {
        assert_eq!(merge("{}", "{}"), "{}");
        assert_eq!(merge("{\"a\":{}}", "{\"a\":{}}"), "{\"a\":{}}");
        assert_eq!(merge("{\"a\":{\"b\":1}}", "{\"a\":null}"), "{\"a\":null}");
    }

    proptest! {
        #[test]
        fn merging_text_is_merging_values(base in json(), over in json()) {
            let merged: Value = serde_json::from_str(&merge(&base.to_string(), &over.to_string())).unwrap();
            prop_assert_eq!(merged, reference(base, over));
        }
    }
}
