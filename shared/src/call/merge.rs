//! One JSON object laid over another.

use alloc::{string::String, vec::Vec};

use crate::json::{fields, is_object};

/// `base` with the fields of `over`; objects on both sides are merged in turn. Both are JSON text, and so is the result.
///
/// No name is there twice, which parsers differ about.
pub(super) fn merge(base: &str, over: &str) -> String {
    if !is_object(base) || !is_object(over) {
        return over.into();
    }
    let mut out = String::with_capacity(base.len() + over.len());
    let (base, over): (Vec<_>, Vec<_>) = (fields(base).collect(), fields(over).collect());
    for &(name, value) in &base {
        match over.iter().find(|(other, _)| *other == name) {
            Some((_, other)) => push(&mut out, name, &merge(value, other)),
            None => push(&mut out, name, value),
        }
    }
    for &(name, value) in &over {
        if base.iter().all(|(other, _)| *other != name) {
            push(&mut out, name, value);
        }
    }
    if out.is_empty() {
        return "{}".into();
    }
    out.push('}');
    out
}

fn push(out: &mut String, name: &str, value: &str) {
    out.push(if out.is_empty() { '{' } else { ',' });
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
    out.push_str(value);
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
